//! Changes a contact's priority.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::contact::ContactId;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::api::request::prefer::Preference;
use crate::api::request::seen::{IfMatch, SawContact};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::change::Replaced;
use crate::messages::contact::{ContactKey, SetPriority, WasPriority, priority};
use crate::messages::seen::ContactQuery;
use crate::problem::Problem;
use crate::route;

/// Changes a contact's priority. Its time of arrival stays, and so its wait.
#[utoipa::path(
    patch, path = route::CONTACT_PRIORITY, tag = "contact",
    operation_id = "setContactPriority",
    params(
        ("key" = String, Path, description = "The contact's key"),
        ContactQuery,
        IfMatch
    ),
    request_body = SetPriority,
    responses(
        (status = 200, body = Replaced<ContactKey, WasPriority>),
        Unknown, Conflict, Changed, Refused
    )
)]
pub(in crate::api) async fn set_priority(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    SawContact(seen): SawContact,
    preference: Preference,
    Body(body): Body<SetPriority>,
) -> Result<(Audited, Json<Replaced<ContactKey, WasPriority>>), Problem> {
    let now = priority(body.priority)?;
    let was = app.acd.set_priority(id, now, &seen).await?;
    let before = preference.before(|| WasPriority { priority: was.0 });
    let answer = Replaced::new(ContactKey::from(id), before);
    Ok((
        Extension(AuditedChange::Prioritised { was, now }),
        Json(answer),
    ))
}
