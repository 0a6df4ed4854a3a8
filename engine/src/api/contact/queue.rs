//! The waiting contacts, in the order of service.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::contact::Rank;

use crate::api::App;
use crate::api::refusals::Refused;
use crate::api::request::page::Paged;
use crate::authorization::Caller;
use crate::messages::contact::ContactBody;
use crate::messages::page::{PageBody, PageQuery};
use crate::problem::Problem;
use crate::route;

/// Lists the waiting contacts in the order of service, the next to be served first.
#[utoipa::path(
    get, path = route::QUEUE, tag = "contact", operation_id = "listQueue", params(PageQuery),
    responses((status = 200, body = PageBody<ContactBody>), Refused)
)]
pub(in crate::api) async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Paged(page): Paged<Rank>,
) -> Result<Json<PageBody<ContactBody>>, Problem> {
    let listing = app.acd.queue(page).await?;
    // After the list, so that no wait on it is negative.
    let now = app.acd.overview().await?.now;
    Ok(Json(PageBody::new(listing, |contact| {
        ContactBody::at(now, contact, caller.sees_attributes())
    })))
}
