//! What happens on the floor, as a stream of server-sent events.
//!
//! A stream reads from the store's numbered events, so it holds nothing but the number it has
//! come to: a slow reader misses events and is told so with `reset`, and nobody else notices.
//!
//! A store that fails over to a replica may go back by a few events, and then give their numbers
//! to others. So each look begins with the last event that was sent, and finds it as it was, or
//! tells `reset`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures::{Stream, stream};
use serde_json::json;
use shared::event::Event;
use shared::text::Invalid;
use shared::{Acd, Result};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::App;
use super::problem::Problem;
use super::refusals::Refused;
use crate::doors::Visitor;

/// How many events are fetched at once.
const BATCH: usize = 256;
/// How often a silent stream shows that it lives.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long a stream waits to ask again a store that was away.
const RETRY: Duration = Duration::from_secs(1);

/// The number of the last event that the client has seen.
#[derive(Debug)]
pub(super) struct LastEventId(Option<u64>);

impl<S: Send + Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(given) = parts.headers.get("last-event-id") else {
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

/// Follows what happens on the floor, as server-sent events.
///
/// `id` is the event's number, `event` its type, `data` the event as JSON. A stream goes on after
/// `Last-Event-ID`, and without it starts with what happens next. If events between are no longer
/// kept, an event `reset` comes first: then take a new look at the state.
///
/// A token gets only the events of what it may read; between them numbers are missing.
#[utoipa::path(
    get, path = "/events", tag = "acd", operation_id = "events",
    params(("Last-Event-ID" = Option<u64>, Header,
            description = "The number of the last event that was received")),
    responses((status = 200, body = String, content_type = "text/event-stream"), Refused)
)]
pub(super) async fn follow(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    LastEventId(last): LastEventId,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, Problem> {
    // The true newest number: what the store tells followers may lag behind.
    let newest = app.acd.overview().await?.event;
    let follower = Follower::new((app.acd, app.stopping), visitor, last, newest);
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// One client's way through the events.
struct Follower {
    acd: Arc<dyn Acd>,
    latest: watch::Receiver<u64>,
    stopping: CancellationToken,
    visitor: Visitor,
    after: u64,
    /// The event of that number, if it was sent here.
    last: Option<Event>,
    ready: VecDeque<Sent>,
}

impl Follower {
    fn new(
        (acd, stopping): (Arc<dyn Acd>, CancellationToken),
        visitor: Visitor,
        last: Option<u64>,
        newest: u64,
    ) -> Self {
        let mut follower = Self {
            latest: acd.latest_event(),
            acd,
            stopping,
            visitor,
            after: last.unwrap_or(newest),
            last: None,
            ready: VecDeque::new(),
        };
        follower.check_restart(newest);
        follower
    }

    /// Gives the next event to send; none when the engine stops.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let stopping = self.stopping.clone();
            tokio::select! {
                () = stopping.cancelled() => return None,
                () = self.fetch() => {}
            }
        }
    }

    /// Fetches what has happened, or waits until something does.
    async fn fetch(&mut self) {
        // Before the look, so that an event during the look is not missed.
        self.latest.mark_unchanged();
        let from = self.after - u64::from(self.last.is_some());
        match self.acd.events_after(from, BATCH).await {
            // Not even the last that was sent is there.
            Ok(events) if events.is_empty() && self.last.is_some() => self.look_back().await,
            Ok(events) => {
                let news = self.since_last(events);
                if news.is_empty() && self.ready.is_empty() {
                    self.wait().await;
                }
                self.take(news);
            }
            // The client sees the keep-alive and keeps what it has; the store's loss is told
            // in the log by others.
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }

    /// Gives what comes after the last event that was sent. If that is not there as it was, the
    /// store has gone back behind it.
    fn since_last(&mut self, mut events: Vec<Event>) -> Vec<Event> {
        let Some(last) = self.last.take() else {
            return events;
        };
        match events.first() {
            Some(first) if *first == last => {
                events.remove(0);
                self.last = Some(last);
            }
            // Another has its number.
            Some(first) if first.number == last.number => {
                self.ready.push_back(reset(last.number));
                events.remove(0);
            }
            // It is no longer kept, and the gap tells so.
            _ => {}
        }
        events
    }

    fn take(&mut self, events: Vec<Event>) {
        for event in events {
            if event.number != self.after + 1 {
                self.ready.push_back(reset(event.number - 1));
            }
            self.after = event.number;
            if self.visitor.sees(&event.what) {
                self.ready.push_back(sent(&event));
            }
            self.last = Some(event);
        }
    }

    /// Waits until something happens.
    async fn wait(&mut self) {
        if self.latest.changed().await.is_err() {
            return std::future::pending().await;
        }
        if *self.latest.borrow() < self.after {
            self.look_back().await;
        }
    }

    /// Looks whether the events have gone back.
    async fn look_back(&mut self) {
        match self.acd.overview().await {
            Ok(overview) => self.check_restart(overview.event),
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }

    /// Begins anew if the events have: then this number would come again only after a long time.
    fn check_restart(&mut self, newest: u64) {
        if newest < self.after {
            self.after = newest;
            self.last = None;
            self.ready.push_back(reset(newest));
        }
    }
}

fn sent(event: &Event) -> Sent {
    // Numbers and checked names always have a JSON form, without line breaks.
    let json = serde_json::to_value(event).unwrap_or_default();
    let kind = json["type"].as_str().unwrap_or("unknown");
    Sent::default()
        .id(event.number.to_string())
        .event(kind)
        .data(json.to_string())
}

/// Tells that events up to this number were not sent.
fn reset(number: u64) -> Sent {
    Sent::default()
        .id(number.to_string())
        .event("reset")
        .data(json!({"type": "reset", "number": number}).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::embedded::EmbeddedAcd;
    use shared::event::What;
    use shared::time::{Millis, SystemClock};

    fn follower(last: Option<u64>, newest: u64) -> Follower {
        let name = "acd".parse().unwrap();
        let acd = Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)));
        let stopping = CancellationToken::new();
        Follower::new((acd, stopping), Visitor::anybody(), last, newest)
    }

    fn opened(number: u64) -> Event {
        Event {
            number,
            at: Millis(1),
            what: What::AcdOpened,
        }
    }

    /// Tells the ids of what is ready to be sent, resets marked.
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
        let mut follower = follower(Some(6), 8);
        follower.take(vec![opened(7), opened(8)]);
        assert_eq!(ready(&follower), ["7", "8"]);
    }

    #[test]
    fn a_gap_is_told_before_what_comes_after_it() {
        let mut follower = follower(Some(6), 10);
        follower.take(vec![opened(9), opened(10)]);
        assert_eq!(ready(&follower), ["reset 8", "9", "10"]);
    }

    #[test]
    fn a_number_from_another_life_of_the_acd_is_told_as_a_gap() {
        let mut follower = follower(Some(900), 2);
        follower.take(vec![opened(3)]);
        assert_eq!(ready(&follower), ["reset 2", "3"]);
    }

    #[test]
    fn a_look_begins_with_the_last_event_that_was_sent() {
        let mut follower = follower(Some(6), 8);
        follower.take(vec![opened(7)]);
        let news = follower.since_last(vec![opened(7), opened(8)]);
        follower.take(news);
        assert_eq!(ready(&follower), ["7", "8"]);
    }

    #[test]
    fn a_number_that_was_given_again_is_told_as_a_gap() {
        let mut follower = follower(Some(6), 8);
        follower.take(vec![opened(7), opened(8)]);
        let mut another = opened(8);
        another.what = What::AcdClosed;
        let news = follower.since_last(vec![another, opened(9)]);
        follower.take(news);
        assert_eq!(ready(&follower), ["7", "8", "reset 8", "9"]);
    }
}
