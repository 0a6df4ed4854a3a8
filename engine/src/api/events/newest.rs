//! Follows the number of the newest event.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, State};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures::{Stream, stream};
use shared::Result;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::stream::KEEP_ALIVE;
use crate::api::App;
use crate::api::refusals::Refused;
use crate::authorization::Caller;
use crate::messages::events::Newest;
use crate::problem::Problem;
use crate::route;

/// The shortest time between two numbers of a stream. A busy floor does not cost a message per
/// event, and the first event after a quiet time is sent at once.
const APART: Duration = Duration::from_millis(50);

/// Streams only the number of the newest event, as server-sent events, for clients that only need
/// to know when to read again.
///
/// `event` is `newest`, `data` is `{"number":12}`. The first message comes at once, others whenever
/// something happened, at most twenty per second. A repeated number means that the store may have
/// failed: read the state again.
#[utoipa::path(
    get, path = route::EVENTS_NEWEST, tag = "acd", operation_id = "followNewestEvent",
    responses((status = 200, body = String, content_type = "text/event-stream"), Refused)
)]
pub(in crate::api) async fn newest(
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
    let newer = async {
        // The previous number was sent just now.
        tokio::time::sleep(APART).await;
        match latest.changed().await {
            Ok(()) => *latest.borrow_and_update(),
            Err(_) => std::future::pending().await,
        }
    };
    stopping.run_until_cancelled(newer).await
}

fn sent(number: u64) -> Sent {
    let json = serde_json::json!(Newest { number });
    Sent::default().event("newest").data(json.to_string())
}
