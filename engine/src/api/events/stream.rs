//! The events of the floor, as a stream of server-sent events.
//!
//! A stream reads the store's numbered events, and holds only its position and one batch of events,
//! so a slow reader costs nobody anything. If it falls too far behind after it had caught up, it
//! gets `reset` and its stream ends. If it reads nothing at all, the server closes its connection.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures::{Stream, stream};
use serde_json::json;
use shared::text::Invalid;
use shared::{Acd, Result};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::recent::{EncodedEvent, KEPT, RecentEvents};
use crate::api::App;
use crate::api::refusals::Refused;
use crate::authorization::Caller;
use crate::metrics;
use crate::problem::Problem;
use crate::quota::{CallerSlot, Capacity, Most, Reserved, Thing};
use crate::route;

/// How often an idle stream sends a keep-alive.
pub(in crate::api) const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long a stream waits before it retries an unavailable store.
const RETRY: Duration = Duration::from_secs(1);

/// The number of the last event that the client has seen.
#[derive(Debug)]
pub(in crate::api) struct LastEventId(Option<u64>);

impl<S: Send + Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all("last-event-id").iter();
        let (given, None) = (given.next(), given.next()) else {
            return Err(Problem::invalid("Last-Event-ID is given more than once"));
        };
        let Some(given) = given else {
            return Ok(Self(None));
        };
        let number = given.to_str().ok().and_then(|text| text.parse().ok());
        match number {
            Some(number) => Ok(Self(Some(number))),
            None => Err(Invalid::new(
                "Last-Event-ID",
                "is not the number of an event",
                "use the id of the last event that was received",
            )
            .into()),
        }
    }
}

/// Streams the events of the floor, as server-sent events.
///
/// `id` is the event's number, `event` its type, `data` the event as JSON. A stream continues after
/// `Last-Event-ID`; without it, it starts with the next event. If events in between are no longer
/// kept, an event `reset` comes first: then read the state again. A reader that falls thousands of
/// events behind gets `reset`, and its stream ends: then connect again.
///
/// A token gets only the events that it may read; the numbers of others are missing. A stream ends
/// when its token is revoked or expires, and an agent's also when that agent is deleted.
#[utoipa::path(
    get, path = route::EVENTS, tag = "acd", operation_id = "followEvents",
    params(("Last-Event-ID" = Option<u64>, Header,
            description = "The number of the last event that was received")),
    responses((status = 200, body = String, content_type = "text/event-stream"), Refused)
)]
pub(in crate::api) async fn follow(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    LastEventId(last): LastEventId,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, Problem> {
    let place = app.streams.place(&caller)?;
    // From the store itself: the number that followers are notified of may lag behind.
    let newest = app.acd.overview().await?.event;
    let follower = Follower::new(&app, caller, place, last, newest);
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// The event streams of an engine.
#[derive(Debug)]
pub(in crate::api) struct Streams {
    recent: RecentEvents,
    capacity: Capacity,
    most: Most,
}

impl Streams {
    /// Creates them with these limits.
    pub(in crate::api) fn new(acd: Arc<dyn Acd>, most: Most) -> Self {
        Self {
            recent: RecentEvents::new(acd),
            capacity: Capacity::new(most.all),
            most,
        }
    }

    /// Reserves a place for one more stream of this caller, if the limits allow.
    pub(in crate::api) fn place(&self, caller: &Caller) -> Result<StreamSlot, Problem> {
        let taken = caller.take(Thing::Stream, self.most).map_err(|whose| {
            metrics::refused(metrics::OverLimit::StreamOf(whose));
            Problem::too_many_streams_of(whose)
        })?;
        let held = self
            .capacity
            .take(1, caller.runs_the_floor())
            .ok_or_else(|| {
                metrics::refused(metrics::OverLimit::Stream);
                Problem::too_many_streams(self.most.all)
            })?;
        Ok(StreamSlot {
            _taken: taken,
            _held: held,
            _counted: metrics::stream(),
        })
    }
}

/// The place of a stream, released on drop.
#[derive(Debug)]
pub(in crate::api) struct StreamSlot {
    _taken: Option<CallerSlot>,
    _held: Reserved,
    _counted: metrics::OpenCount,
}

/// One client's position in the events.
struct Follower {
    streams: Arc<Streams>,
    latest: watch::Receiver<u64>,
    stopping: CancellationToken,
    caller: Caller,
    after: u64,
    /// The history of the store that this number is from (see `recent`).
    history: Option<u64>,
    ready: VecDeque<Sent>,
    pace: Pace,
    _place: StreamSlot,
}

/// Whether a client keeps up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// It resumed from an earlier number, and has not reached the newest event yet.
    CatchingUp,
    /// It has reached the newest event.
    Following,
    /// It fell too far behind, or may see no further events: its stream ends.
    Over,
}

impl Follower {
    fn new(app: &App, caller: Caller, place: StreamSlot, last: Option<u64>, newest: u64) -> Self {
        let mut follower = Self {
            streams: Arc::clone(&app.streams),
            latest: app.acd.latest_event(),
            stopping: app.stopping.clone(),
            caller,
            after: last.unwrap_or(newest),
            history: None,
            ready: VecDeque::new(),
            pace: Pace::CatchingUp,
            _place: place,
        };
        // The number is from a lost history of the store: it would come again only after a long
        // time.
        if newest < follower.after {
            follower.restart(newest);
        }
        follower
    }

    /// Returns the next event to send; `None` when the engine stops, the client is too far behind,
    /// or it may see no further events.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.pace == Pace::Over {
                return None;
            }
            let stopping = self.stopping.clone();
            tokio::select! {
                () = stopping.cancelled() => return None,
                () = self.fetch() => {}
            }
        }
    }

    /// Fetches new events, or waits until there are some.
    async fn fetch(&mut self) {
        // Before the read, so that an event during the read is not missed.
        let latest = *self.latest.borrow_and_update();
        if self.pace == Pace::Following && too_far_behind(self.after, latest) {
            return self.drop_slow_client(latest);
        }
        match self.streams.recent.after(self.after).await {
            Ok(batch) => {
                let before = self.history.replace(batch.history);
                if before.is_some_and(|before| before != batch.history) {
                    self.restart(batch.newest);
                } else if batch.events.is_empty() {
                    self.pace = Pace::Following;
                    self.wait().await;
                } else {
                    self.take(batch.events);
                }
            }
            // The client sees the keep-alive and keeps its state; the outage is logged elsewhere.
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }

    fn take(&mut self, events: Vec<EncodedEvent>) {
        for EncodedEvent { event, sent } in events {
            if event.number != self.after + 1 {
                self.ready.push_back(reset(event.number - 1));
            }
            self.after = event.number;
            if self.caller.sees(&event) {
                self.ready.push_back(sent);
            }
            if self.caller.ends_with(&event) {
                self.pace = Pace::Over;
                return;
            }
        }
    }

    /// Ends the stream of a client that is too slow, so that it reads the state instead of old
    /// events.
    fn drop_slow_client(&mut self, latest: u64) {
        metrics::stream_dropped();
        self.ready.push_back(reset(latest));
        self.pace = Pace::Over;
    }

    /// Waits for a new event.
    async fn wait(&mut self) {
        if self.latest.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Continues after the newest event.
    fn restart(&mut self, newest: u64) {
        self.after = newest;
        self.ready.push_back(reset(newest));
    }
}

/// Returns whether a client that was sent the events up to `after` is too slow: it had caught up
/// once, and has since missed more events than are kept for all streams.
fn too_far_behind(after: u64, latest: u64) -> bool {
    latest.saturating_sub(after) > KEPT as u64
}

/// Returns the message that events up to this number were not sent.
fn reset(number: u64) -> Sent {
    Sent::default()
        .id(number.to_string())
        .event("reset")
        .data(json!({"type": "reset", "number": number}).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use shared::embedded::EmbeddedAcd;
    use shared::event::{Event, What};
    use shared::time::{Millis, SystemClock};

    fn follower(last: Option<u64>, newest: u64) -> (Arc<dyn Acd>, Follower) {
        let name = "acd".parse().unwrap();
        let acd: Arc<dyn Acd> = Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)));
        let app = App {
            streams: Arc::new(Streams::new(Arc::clone(&acd), Limits::default().streams())),
            acd: Arc::clone(&acd),
            recorder: metrics::recorder(),
            draining: CancellationToken::new(),
            stopping: CancellationToken::new(),
            authorization: crate::authorization::Authorization::local_only(),
        };
        let place = app.streams.place(&Caller::anybody()).unwrap();
        let follower = Follower::new(&app, Caller::anybody(), place, last, newest);
        (acd, follower)
    }

    fn opened(number: u64) -> EncodedEvent {
        EncodedEvent::of(&Event {
            number,
            at: Millis(1),
            owner: None,
            what: What::AcdOpened,
        })
    }

    /// Returns the ids of the events that are ready to send, resets marked.
    fn ready(follower: &Follower) -> Vec<String> {
        let lines = follower.ready.iter().map(|event| {
            let text = format!("{event:?}");
            let mark = if text.contains("event: reset") {
                "reset "
            } else {
                ""
            };
            let id = text.split("id: ").nth(1).unwrap();
            let id: String = id.chars().take_while(char::is_ascii_digit).collect();
            format!("{mark}{id}")
        });
        lines.collect()
    }

    #[test]
    fn events_that_follow_are_sent_as_they_are() {
        let (_, mut follower) = follower(Some(6), 8);
        follower.take(vec![opened(7), opened(8)]);
        assert_eq!(ready(&follower), ["7", "8"]);
    }

    #[test]
    fn a_gap_is_told_before_what_comes_after_it() {
        let (_, mut follower) = follower(Some(6), 10);
        follower.take(vec![opened(9), opened(10)]);
        assert_eq!(ready(&follower), ["reset 8", "9", "10"]);
    }

    #[test]
    fn a_number_from_another_life_of_the_acd_is_told_as_a_gap() {
        let (_, mut follower) = follower(Some(900), 2);
        follower.take(vec![opened(3)]);
        assert_eq!(ready(&follower), ["reset 2", "3"]);
    }

    #[tokio::test]
    async fn a_client_that_falls_behind_what_it_had_come_up_to_is_left() {
        let (acd, mut follower) = follower(None, 0);
        follower.pace = Pace::Following;
        for _ in 0..=KEPT / 2 {
            acd.close().await.unwrap();
            acd.open().await.unwrap();
        }
        let left = follower.next().await.unwrap();
        assert!(format!("{left:?}").contains("event: reset"), "{left:?}");
        assert!(follower.next().await.is_none());
    }

    #[tokio::test]
    async fn a_client_that_goes_on_from_further_back_is_not() {
        let (acd, mut follower) = follower(None, 0);
        for _ in 0..=KEPT / 2 {
            acd.close().await.unwrap();
            acd.open().await.unwrap();
        }
        for number in 1..=KEPT + 2 {
            let event = format!("{:?}", follower.next().await.unwrap());
            assert!(event.contains(&format!("id: {number}\\n")), "{event}");
        }
    }
}
