//! Ends a contact: completes or cancels it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::contact::ContactId;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::InPath;
use crate::api::request::prefer::Preference;
use crate::api::request::seen::{IfMatch, SawContact};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::contact::ContactKey;
use crate::messages::contact_state::ContactAnswer;
use crate::messages::seen::ContactQuery;
use crate::problem::Problem;
use crate::route;

/// Completes a contact.
///
/// The request has no body. White space and `{}` count as none; any other body is refused, and
/// nothing is done.
///
/// The contact is *handled* if an agent is on it, who becomes free in the same step, and
/// *abandoned* if it still waits. Completing it again changes nothing. The query may say which
/// agent the client saw on it, or that it waited; if that is no longer true, nothing is done. With
/// an agent's token only contacts that are with that agent are completed.
#[utoipa::path(
    patch, path = route::CONTACT, tag = "contact", operation_id = "completeContact",
    params(
        ("key" = String, Path, description = "The contact's key"),
        ContactQuery,
        IfMatch
    ),
    responses((status = 200, body = ContactAnswer<ContactKey>), Unknown, Conflict, Changed, Refused)
)]
pub(in crate::api) async fn complete(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    SawContact(seen): SawContact,
    preference: Preference,
) -> Result<(Audited, Json<ContactAnswer<ContactKey>>), Problem> {
    let done = app.acd.complete_contact(id, &seen).await?;
    let answer = preference.answer(id, &done, || ContactKey::from(id));
    Ok((Extension(AuditedChange::ContactEnded(done)), Json(answer)))
}

/// Cancels a contact that waits or is with an agent, who becomes free in the same step. Cancelling
/// it again, or one that has ended, changes nothing. The query may say which agent the client saw
/// on it, or that it waited; if that is no longer true, nothing is done.
#[utoipa::path(
    delete, path = route::CONTACT, tag = "contact", operation_id = "cancelContact",
    params(
        ("key" = String, Path, description = "The contact's key"),
        ContactQuery,
        IfMatch
    ),
    responses((status = 200, body = ContactAnswer<ContactKey>), Unknown, Conflict, Changed, Refused)
)]
pub(in crate::api) async fn cancel(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    SawContact(seen): SawContact,
    preference: Preference,
) -> Result<(Audited, Json<ContactAnswer<ContactKey>>), Problem> {
    let done = app.acd.cancel_contact(id, &seen).await?;
    let answer = preference.answer(id, &done, || ContactKey::from(id));
    Ok((Extension(AuditedChange::ContactEnded(done)), Json(answer)))
}
