//! Reads the events that are still kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::api::App;
use crate::api::refusals::Refused;
use crate::api::request::extract::InQuery;
use crate::messages::events::{PastEvents, PastQuery};
use crate::problem::Problem;
use crate::route;

/// Lists the events after a number.
///
/// If the first event does not have the next number, the events in between are no longer kept: then
/// read the state again.
#[utoipa::path(
    get, path = route::EVENTS_PAST, tag = "acd", operation_id = "listPastEvents", params(PastQuery),
    responses((status = 200, body = PastEvents), Refused)
)]
pub(in crate::api) async fn past(
    State(app): State<Arc<App>>,
    InQuery(query): InQuery<PastQuery>,
) -> Result<Json<PastEvents>, Problem> {
    let (after, limit) = query.read()?;
    let items = app.acd.events_after(after, limit).await?;
    Ok(Json(PastEvents { items }))
}
