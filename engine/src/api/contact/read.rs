//! Reads a contact.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::response::IntoResponse;
use shared::contact::{ContactId, ContactState};

use crate::api::App;
use crate::api::refusals::{Refused, Unknown};
use crate::api::request::extract::InPath;
use crate::api::request::seen::etag;
use crate::authorization::Caller;
use crate::messages::contact::ContactBody;
use crate::problem::Problem;
use crate::route;

/// Returns a contact. A contact that ended can be read for an hour.
#[utoipa::path(
    get, path = route::CONTACT, tag = "contact", operation_id = "getContact",
    params(("key" = String, Path, description = "The contact's key")),
    responses(
        (status = 200, body = ContactBody,
         headers(("ETag" = String, description = "The version of the contact, for `If-Match`. \
                  It does not change if only `wait_ms` changes"))),
        Unknown, Refused
    )
)]
pub(in crate::api) async fn read(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    InPath(id): InPath<ContactId>,
) -> Result<impl IntoResponse, Problem> {
    let contact = app.acd.contact(id).await?;
    let now = match &contact.state {
        // A wait that still grows is measured by the same clock as its start.
        ContactState::Queued | ContactState::Offered(_) => app.acd.overview().await?.now,
        ContactState::Assigned { .. } | ContactState::Complete { .. } => contact.created,
    };
    let tag = etag(&contact.version());
    Ok((
        tag,
        Json(ContactBody::at(now, contact, caller.sees_attributes())),
    ))
}
