//! The stream of events.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;

use crate::floor::{Floor, on_each_store};

on_each_store!(
    a_stream_begins_with_what_happens_next,
    a_stream_goes_on_after_the_last_event_seen,
    a_number_that_was_never_given_is_answered_with_a_reset,
    a_stream_ends_when_the_engine_stops,
);

/// A client of the stream.
struct Stream {
    bytes: BoxStream<'static, Vec<u8>>,
    read: String,
}

/// One event as it was sent.
struct Sent {
    id: u64,
    kind: String,
    json: Value,
}

impl Stream {
    async fn open(floor: &Floor, last: Option<&str>) -> Self {
        let mut request = floor.request("GET", "/events");
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let bytes = response.bytes_stream().map(|piece| piece.unwrap().to_vec());
        Self {
            bytes: bytes.boxed(),
            read: String::new(),
        }
    }

    /// Returns the next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some((message, rest)) = self.read.split_once("\n\n") {
                let (message, rest) = (message.to_owned(), rest.to_owned());
                self.read = rest;
                // A line that begins with a colon is a keep-alive.
                if !message.starts_with(':') {
                    return Some(Sent::parse(&message));
                }
                continue;
            }
            let piece = tokio::time::timeout(Duration::from_secs(10), self.bytes.next());
            let piece = piece.await.expect("nothing came for 10 s")?;
            self.read.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    async fn kinds(&mut self, number: usize) -> Vec<String> {
        let mut kinds = vec![];
        while kinds.len() < number {
            kinds.push(self.next().await.unwrap().kind);
        }
        kinds
    }
}

impl Sent {
    fn parse(message: &str) -> Self {
        let field = |name: &str| {
            let lines = message.lines();
            let mut values = lines.filter_map(|line| line.strip_prefix(name));
            values
                .next()
                .unwrap_or_else(|| panic!("{name} in {message}"))
                .to_owned()
        };
        let sent = Self {
            id: field("id: ").parse().unwrap(),
            kind: field("event: "),
            json: serde_json::from_str(&field("data: ")).unwrap(),
        };
        assert_eq!(sent.json["number"], sent.id);
        assert_eq!(sent.json["type"], sent.kind);
        sent
    }
}

async fn a_stream_begins_with_what_happens_next(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let newest = floor.get("/acd").await["event"].as_u64().unwrap();
    let mut stream = Stream::open(&floor, None).await;
    let key = floor.call(&["English"]).await;
    let created = stream.next().await.unwrap();
    assert_eq!(
        (created.id, created.kind.as_str()),
        (newest + 1, "contact_created")
    );
    assert_eq!(created.json["contact"], key.as_str());
    assert_eq!(created.json["profile"], "English");
    let assigned = stream.next().await.unwrap();
    assert_eq!(
        (assigned.id, assigned.kind.as_str()),
        (newest + 2, "contact_assigned")
    );
    assert_eq!(assigned.json["agent"], "agent:7");

    // A stream goes on after the events that existed when it was opened.
    floor.send("PATCH", &format!("/contact/{key}"), "").await;
    assert_eq!(
        stream.kinds(2).await,
        ["contact_completed", "agent_available"]
    );
}

async fn a_stream_goes_on_after_the_last_event_seen(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    floor.call(&["English"]).await;
    let mut whole = Stream::open(&floor, Some("0")).await;
    let kinds = [
        "agent_created",
        "agent_available",
        "contact_created",
        "contact_assigned",
    ];
    assert_eq!(whole.kinds(4).await, kinds);
    let mut resumed = Stream::open(&floor, Some("2")).await;
    assert_eq!(resumed.next().await.unwrap().id, 3);
    assert_eq!(resumed.kinds(1).await, ["contact_assigned"]);
}

async fn a_number_that_was_never_given_is_answered_with_a_reset(floor: Floor) {
    floor.staff("agent:7", &[]).await;
    let mut stream = Stream::open(&floor, Some("4000000000")).await;
    let newest = floor.get("/acd").await["event"].as_u64().unwrap();
    let reset = stream.next().await.unwrap();
    assert_eq!((reset.kind.as_str(), reset.id), ("reset", newest));
    floor.call(&[]).await;
    let next = stream.next().await.unwrap();
    assert_eq!(
        (next.kind.as_str(), next.id),
        ("contact_created", newest + 1)
    );
}

async fn a_stream_ends_when_the_engine_stops(floor: Floor) {
    let mut stream = Stream::open(&floor, None).await;
    floor.running.stop().await;
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn events_that_are_no_longer_kept_are_answered_with_a_reset() {
    // Only over the embedded store, which creates so many events quickly.
    let floor = Floor::embedded().await;
    let kept = shared::event::KEPT as u64;
    for _ in 0..=kept / 2 {
        floor.acd.open().await.unwrap();
        floor.acd.close().await.unwrap();
    }
    let newest = floor.get("/acd").await["event"].as_u64().unwrap();
    assert!(newest > kept, "{newest}");
    let mut stream = Stream::open(&floor, Some("1")).await;
    let reset = stream.next().await.unwrap();
    assert_eq!((reset.kind.as_str(), reset.id), ("reset", newest - kept));
    assert_eq!(stream.next().await.unwrap().id, newest - kept + 1);
}
