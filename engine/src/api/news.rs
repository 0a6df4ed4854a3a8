//! The other event routes: past events, and notifications of the newest number.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Extension, State};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures::{Stream, stream};
use serde::{Deserialize, Serialize};
use shared::Result;
use shared::event::Event;
use shared::text::Invalid;
use shared::view::LONGEST_PAGE;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::App;
use super::edge::{GREATEST, InQuery, whole};
use super::events::KEEP_ALIVE;
use super::page::{limit, named};
use super::refusals::Refused;
use crate::authorization::Caller;
use crate::problem::Problem;

/// The shortest time between two numbers of a stream. A busy floor does not cost a message per
/// event, and the first event after a quiet time is sent at once.
const APART: Duration = Duration::from_millis(50);

/// Which of the events that are kept.
#[derive(Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PastQuery {
    /// The number after which they begin; 0 if absent.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// How many at most: 1 to 500, else 100.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500)]
    limit: Option<String>,
}

impl PastQuery {
    /// Builds a query for this many events after that number.
    pub(crate) fn of(after: u64, limit: usize) -> Self {
        Self {
            after: Some(after.min(GREATEST).to_string()),
            limit: Some(limit.clamp(1, LONGEST_PAGE).to_string()),
        }
    }

    fn read(&self) -> Result<(u64, usize), Invalid> {
        let after = self.after.as_deref().unwrap_or("0");
        let number = whole(after).ok_or_else(|| {
            let what = named("after", after);
            Invalid::new(what, "is not the number of an event", "use 0 or more")
        })?;
        Ok((number, limit(self.limit.as_deref())?))
    }
}

/// Events, the oldest first.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct PastEvents {
    /// Each as the stream of events has it: its number, when, its type, and what that names.
    #[schema(value_type = Vec<Object>)]
    pub(crate) items: Vec<Event>,
}

/// Lists what happened after a number.
///
/// If the first event is not the very next number, those between are no longer kept: then take a
/// new look at the state.
#[utoipa::path(
    get, path = "/events/past", tag = "acd", operation_id = "listPastEvents", params(PastQuery),
    responses((status = 200, body = PastEvents), Refused)
)]
pub(super) async fn past(
    State(app): State<Arc<App>>,
    InQuery(query): InQuery<PastQuery>,
) -> Result<Json<PastEvents>, Problem> {
    let (after, limit) = query.read()?;
    let items = app.acd.events_after(after, limit).await?;
    Ok(Json(PastEvents { items }))
}

/// The number of the newest event.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Newest {
    pub(crate) number: u64,
}

/// Follows the number of the newest event, as server-sent events, and nothing of what they tell:
/// for whoever only wants to know when it is time to look.
///
/// `event` is `newest`, `data` is `{"number":12}`. The first comes at once, the next whenever
/// something happened, at most twenty a second. The same number again means that the store may be
/// away: look and see.
#[utoipa::path(
    get, path = "/events/newest", tag = "acd", operation_id = "followNewestEvent",
    responses((status = 200, body = String, content_type = "text/event-stream"), Refused)
)]
pub(super) async fn newest(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, Problem> {
    let place = app.streams.place(&caller)?;
    let mut latest = app.acd.latest_event();
    // Before the read, so that an event during the read is not missed.
    latest.mark_unchanged();
    let first = app.acd.overview().await?.event;
    let state = (latest, app.stopping.clone(), place);
    let numbers = stream::unfold(state, |(mut latest, stopping, place)| async move {
        let number = next(&mut latest, &stopping).await?;
        Some((Ok(sent(number)), (latest, stopping, place)))
    });
    let numbers = futures::StreamExt::chain(stream::iter([Ok(sent(first))]), numbers);
    Ok(Sse::new(numbers).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// Waits for a new event; returns `None` when the engine stops.
async fn next(latest: &mut watch::Receiver<u64>, stopping: &CancellationToken) -> Option<u64> {
    let news = async {
        // The previous number was sent just now.
        tokio::time::sleep(APART).await;
        match latest.changed().await {
            Ok(()) => *latest.borrow_and_update(),
            Err(_) => std::future::pending().await,
        }
    };
    stopping.run_until_cancelled(news).await
}

fn sent(number: u64) -> Sent {
    let json = serde_json::json!(Newest { number });
    Sent::default().event("newest").data(json.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_asked_for_in_bounds() {
        assert_eq!(PastQuery::of(7, 900).read(), Ok((7, LONGEST_PAGE)));
        let bad = |after: &str, limit: &str| PastQuery {
            after: Some(after.to_owned()),
            limit: Some(limit.to_owned()),
        };
        for (after, limit) in [("-1", "9"), ("x", "9"), ("1", "0"), ("1", "501"), ("1", "")] {
            assert!(bad(after, limit).read().is_err(), "{after:?} {limit:?}");
        }
    }
}
