//! The newest events, read from the store once for all event streams, so that what a stream costs
//! the store does not grow with their number.
//!
//! Only what has just happened is kept. A stream that goes on from further back reads by itself
//! until it has come up to it.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::response::sse::Event as Sent;
use shared::event::Event;
use shared::{Acd, Result};
use tokio::sync::Mutex;

/// How many events are fetched at once.
const BATCH: usize = 256;
/// How many are kept for all streams: some 2 MB at the most, and four seconds of a busy floor.
pub(super) const KEPT: usize = 8192;

/// An event as every stream sends it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) number: u64,
    pub(super) sent: Sent,
}

/// The end of the store's events.
#[derive(Debug)]
pub(super) struct Tail {
    acd: Arc<dyn Acd>,
    // Held over the fetch, by a mutex made for that: of many streams that are woken at once, the
    // first fetches and the others find it done.
    kept: Mutex<Kept>,
}

/// A run of events without a gap.
#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Told>,
    /// The number of the newest, or the one after which the next is fetched.
    newest: u64,
}

impl Tail {
    pub(super) fn new(acd: Arc<dyn Acd>) -> Self {
        Self {
            acd,
            kept: Mutex::default(),
        }
    }

    /// Gives what comes after the event with this number, some of it if it is much; nothing if
    /// nothing has happened since.
    pub(super) async fn after(&self, number: u64) -> Result<Vec<Told>> {
        let mut kept = self.kept.lock().await;
        if number > kept.newest {
            // Nobody has followed for a while.
            *kept = Kept::from(number);
        }
        if number == kept.newest {
            let fetched = self.fetch(number).await?;
            kept.push(&fetched);
            return Ok(fetched);
        }
        match kept.after(number) {
            Some(found) => Ok(found),
            None => {
                drop(kept);
                self.fetch(number).await
            }
        }
    }

    /// Forgets what has a higher number than the newest event: it is from another life of the
    /// store, as after a failover that lost the last writes.
    pub(super) async fn restart(&self, newest: u64) {
        let mut kept = self.kept.lock().await;
        if kept.newest > newest {
            *kept = Kept::from(newest);
        }
    }

    async fn fetch(&self, number: u64) -> Result<Vec<Told>> {
        let events = self.acd.events_after(number, BATCH).await?;
        Ok(events.iter().map(Told::of).collect())
    }
}

impl Kept {
    fn from(number: u64) -> Self {
        Self {
            events: VecDeque::new(),
            newest: number,
        }
    }

    /// Gives what comes after that event; none if some of it is not kept.
    fn after(&self, number: u64) -> Option<Vec<Told>> {
        if self.events.front()?.number > number + 1 {
            return None;
        }
        let start = self.events.partition_point(|told| told.number <= number);
        Some(
            self.events
                .iter()
                .skip(start)
                .take(BATCH)
                .cloned()
                .collect(),
        )
    }

    fn push(&mut self, fetched: &[Told]) {
        for told in fetched {
            if told.number != self.newest + 1 {
                self.events.clear();
            }
            self.newest = told.number;
            self.events.push_back(told.clone());
        }
        let too_many = self.events.len().saturating_sub(KEPT);
        self.events.drain(..too_many);
    }
}

impl Told {
    pub(super) fn of(event: &Event) -> Self {
        // Numbers and checked names always have a JSON form, without line breaks.
        let json = serde_json::to_value(event).unwrap_or_default();
        let kind = json["type"].as_str().unwrap_or("unknown");
        Self {
            number: event.number,
            sent: Sent::default()
                .id(event.number.to_string())
                .event(kind)
                .data(json.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::embedded::EmbeddedAcd;
    use shared::time::SystemClock;

    /// An ACD with this many events, and its tail.
    async fn happened(events: u64) -> (Arc<dyn Acd>, Tail) {
        let name = "acd".parse().unwrap();
        let acd: Arc<dyn Acd> = Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)));
        happen(&*acd, events).await;
        (Arc::clone(&acd), Tail::new(acd))
    }

    async fn happen(acd: &dyn Acd, events: u64) {
        let mut happened = 0;
        while happened < events {
            if acd.overview().await.unwrap().open {
                acd.close().await.unwrap();
            } else {
                acd.open().await.unwrap();
            }
            happened += 1;
        }
    }

    async fn numbers(tail: &Tail, after: u64) -> Vec<u64> {
        let told = tail.after(after).await.unwrap();
        told.iter().map(|told| told.number).collect()
    }

    #[tokio::test]
    async fn streams_at_different_places_are_told_the_same() {
        let (acd, tail) = happened(3).await;
        assert_eq!(numbers(&tail, 1).await, [2, 3]);
        assert_eq!(
            numbers(&tail, 0).await,
            [1, 2, 3],
            "further back than what is kept"
        );
        assert_eq!(numbers(&tail, 2).await, [3], "from what is kept");
        assert!(numbers(&tail, 3).await.is_empty());
        happen(&*acd, 2).await;
        assert_eq!(numbers(&tail, 2).await, [3], "what is kept comes first");
        assert_eq!(numbers(&tail, 3).await, [4, 5]);
        assert_eq!(numbers(&tail, 2).await, [3, 4, 5]);
    }

    #[tokio::test]
    async fn no_more_than_so_many_are_kept() {
        let (_, tail) = happened(KEPT as u64 + 300).await;
        let mut seen = 0;
        while let Some(last) = numbers(&tail, seen).await.last() {
            seen = *last;
        }
        assert_eq!(seen, KEPT as u64 + 300);
        assert_eq!(tail.kept.lock().await.events.len(), KEPT);
        assert_eq!(numbers(&tail, 0).await.first(), Some(&1));
        assert_eq!(numbers(&tail, 300).await.first(), Some(&301));
    }

    #[tokio::test]
    async fn what_another_life_of_the_store_told_is_forgotten() {
        let (acd, tail) = happened(3).await;
        assert_eq!(numbers(&tail, 0).await, [1, 2, 3]);
        tail.restart(3).await;
        assert_eq!(tail.kept.lock().await.events.len(), 3);
        tail.restart(1).await;
        happen(&*acd, 1).await;
        assert_eq!(numbers(&tail, 1).await, [2, 3, 4]);
        assert_eq!(tail.kept.lock().await.events.len(), 3);
    }
}
