//! The contacts that wait, in the order of service.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contact::Rank;
use utoipa::ToSchema;

use super::App;
use super::contact::ContactBody;
use super::edge::{PageQuery, Paged};
use super::problem::Problem;
use super::refusals::Refused;

/// A part of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QueuePage {
    /// The contacts, the next to be served first.
    items: Vec<ContactBody>,
    /// The cursor of the next page, which is a rank; null at the end.
    #[schema(required)]
    next: Option<String>,
}

/// Lists the waiting contacts in the order of service.
#[utoipa::path(
    get, path = "/queue", tag = "contact", operation_id = "queue", params(PageQuery),
    responses((status = 200, body = QueuePage), Refused)
)]
pub(super) async fn list(
    State(app): State<App>,
    Paged(page): Paged<Rank>,
) -> Result<Json<QueuePage>, Problem> {
    let listing = app.acd.queue(page).await?;
    // After the list, so that nobody on it waits less than no time.
    let now = app.acd.overview().await?.now;
    Ok(Json(QueuePage {
        items: listing
            .items
            .into_iter()
            .map(|contact| ContactBody::at(now, contact))
            .collect(),
        next: listing.next.map(|rank| rank.0.to_string()),
    }))
}
