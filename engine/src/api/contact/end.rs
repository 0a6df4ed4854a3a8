//! Ends a contact: completes or cancels it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::contact::ContactId;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::api::request::prefer::Preference;
use crate::api::request::seen::{IfMatch, SawContact, with_agent};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::contact::{CompleteContact, ContactKey, SetDisposition};
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
/// an agent's token only contacts that are with that agent are completed. A contact that is offered
/// to an agent still waits.
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

/// Completes a contact, with what its agent says about it.
///
/// The contact is *handled* if an agent is on it, and *abandoned* if it still waits. Its agent is in
/// wrap-up if that is set, and otherwise free in the same step. Completing it again changes nothing.
/// If another agent than the named one is on it, nothing is done (409 `stale`). With an agent's token
/// only contacts that are with that agent are completed.
#[utoipa::path(
    post, path = route::CONTACT_COMPLETE, tag = "contact", operation_id = "completeContactWith",
    params(
        ("key" = String, Path, description = "The contact's key"),
        ContactQuery,
        IfMatch
    ),
    request_body = CompleteContact,
    responses((status = 200, body = ContactAnswer<ContactKey>), Unknown, Conflict, Changed, Refused)
)]
pub(in crate::api) async fn complete_with(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    SawContact(seen): SawContact,
    preference: Preference,
    Body(body): Body<CompleteContact>,
) -> Result<(Audited, Json<ContactAnswer<ContactKey>>), Problem> {
    let CompleteContact {
        agent,
        disposition,
        note,
    } = body;
    let seen = match agent {
        Some(agent) => with_agent(seen, agent.parse()?)?,
        None => seen,
    };
    let remarks = SetDisposition { disposition, note }.parse()?;
    let done = app.acd.complete_with(id, remarks.clone(), &seen).await?;
    // It has ended before: what is new is said in wrap-up, or refused.
    if done.repeated && !app.acd.contact(id).await?.says(&remarks) {
        app.acd.set_disposition(id, remarks.clone()).await?;
    }
    let answer = preference.answer(id, &done, || ContactKey::from(id));
    Ok((
        Extension(AuditedChange::ContactCompleted(done, remarks)),
        Json(answer),
    ))
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
