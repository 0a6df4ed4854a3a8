//! Says what became of a contact: its disposition and a note.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::contact::ContactId;

use crate::api::App;
use crate::api::refusals::{Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::contact::{ContactKey, SetDisposition};
use crate::problem::Problem;
use crate::route;

/// Sets what became of a contact, while its agent is in wrap-up for it.
///
/// What the request does not say stays as it is. Outside wrap-up it is refused (409
/// `not_in_wrap_up`). With an agent's token only contacts that this agent served are changed.
#[utoipa::path(
    patch, path = route::CONTACT_DISPOSITION, tag = "contact", operation_id = "setContactDisposition",
    params(("key" = String, Path, description = "The contact's key")),
    request_body = SetDisposition,
    responses((status = 200, body = ContactKey), Unknown, Conflict, Refused)
)]
pub(in crate::api) async fn set(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    Body(body): Body<SetDisposition>,
) -> Result<(Audited, Json<ContactKey>), Problem> {
    let remarks = body.parse()?;
    app.acd.set_disposition(id, remarks.clone()).await?;
    let change = AuditedChange::Remarked(remarks);
    Ok((Extension(change), Json(ContactKey::from(id))))
}
