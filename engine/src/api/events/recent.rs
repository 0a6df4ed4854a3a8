//! The newest events, read from the store once for all event streams, so that the load on the store
//! does not grow with the number of streams.
//!
//! Only recent events are kept. A stream that resumes from an earlier number reads the store itself
//! until it has caught up.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::response::sse::Event as Sent;
use shared::event::Event;
use shared::{Acd, Result};
use tokio::sync::Mutex;

/// How many events are fetched at once.
const BATCH: usize = 256;
/// How many events are kept for all streams: at most about 2 MB, and four seconds of a busy floor.
pub(in crate::api) const KEPT: usize = 8192;

/// An event, encoded once for all streams.
#[derive(Clone, Debug)]
pub(in crate::api) struct EncodedEvent {
    /// Decides who may see it.
    pub(in crate::api) event: Event,
    pub(in crate::api) sent: Sent,
}

/// The result of a read.
#[derive(Debug)]
pub(in crate::api) struct Batch {
    pub(in crate::api) events: Vec<EncodedEvent>,
    /// The newest known number.
    pub(in crate::api) newest: u64,
    /// Which history of the store: a new one begins when the store lost events, and reuses numbers.
    pub(in crate::api) history: u64,
}

/// The newest events of the store.
#[derive(Debug)]
pub(in crate::api) struct RecentEvents {
    acd: Arc<dyn Acd>,
    // A tokio mutex, because it is held during the fetch: when many streams wake at once, the first
    // one fetches and the others find the result.
    kept: Mutex<Kept>,
}

/// Consecutive events, without a gap.
#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<EncodedEvent>,
    /// The number of the newest one, or the number after which to fetch next.
    newest: u64,
    /// The event with that number, if it was fetched.
    last: Option<Event>,
    history: u64,
}

impl RecentEvents {
    pub(in crate::api) fn new(acd: Arc<dyn Acd>) -> Self {
        Self {
            acd,
            kept: Mutex::default(),
        }
    }

    /// Returns the events after this number, at most a batch; none if nothing has happened since.
    pub(in crate::api) async fn after(&self, number: u64) -> Result<Batch> {
        let mut kept = self.kept.lock().await;
        if number >= kept.newest {
            let before = kept.history;
            kept.fetch(&*self.acd).await?;
            if kept.history == before && number > kept.newest {
                // There were no streams for a while.
                kept.begin(number);
            }
        }
        let (newest, history) = (kept.newest, kept.history);
        let events = match kept.after(number) {
            Some(events) => events,
            None => {
                drop(kept);
                let events = self.acd.events_after(number, BATCH).await?;
                events.iter().map(EncodedEvent::of).collect()
            }
        };
        Ok(Batch {
            events,
            newest,
            history,
        })
    }
}

impl Kept {
    fn begin(&mut self, number: u64) {
        self.events.clear();
        self.newest = number;
        self.last = None;
    }

    /// Fetches new events. After a failover to a replica, the store may have lost a few events and
    /// give their numbers to others. So each fetch starts with the last event that is kept: if it
    /// is not the same any more, a new history of the store has begun.
    async fn fetch(&mut self, acd: &dyn Acd) -> Result<()> {
        let from = self.newest - u64::from(self.last.is_some());
        let mut events = acd.events_after(from, BATCH).await?;
        if let Some(last) = &self.last {
            match events.first() {
                Some(first) if first == last => drop(events.remove(0)),
                // The store no longer keeps it; the gap in the numbers shows that.
                Some(first) if first.number > last.number => {}
                _ => {
                    let newest = acd.overview().await?.event;
                    self.begin(newest);
                    self.history += 1;
                    return Ok(());
                }
            }
        }
        self.push(events);
        Ok(())
    }

    /// Returns the events after this number; `None` if some of them are not kept.
    fn after(&self, number: u64) -> Option<Vec<EncodedEvent>> {
        if number == self.newest {
            return Some(vec![]);
        }
        if self.events.front()?.event.number > number + 1 {
            return None;
        }
        let start = self
            .events
            .partition_point(|events| events.event.number <= number);
        Some(
            self.events
                .iter()
                .skip(start)
                .take(BATCH)
                .cloned()
                .collect(),
        )
    }

    fn push(&mut self, events: Vec<Event>) {
        for event in events {
            if event.number != self.newest + 1 {
                self.events.clear();
            }
            self.newest = event.number;
            self.events.push_back(EncodedEvent::of(&event));
            self.last = Some(event);
        }
        let too_many = self.events.len().saturating_sub(KEPT);
        self.events.drain(..too_many);
    }
}

impl EncodedEvent {
    pub(in crate::api) fn of(event: &Event) -> Self {
        // Numbers and validated names always serialize, without line breaks.
        let json = serde_json::to_value(event).unwrap_or_default();
        let kind = json["type"].as_str().unwrap_or("unknown");
        Self {
            event: event.clone(),
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

    fn new_acd() -> Arc<dyn Acd> {
        let name = "acd".parse().unwrap();
        Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)))
    }

    /// Makes this many events happen.
    async fn happen(acd: &dyn Acd, events: usize) {
        for _ in 0..events {
            if acd.overview().await.unwrap().open {
                acd.close().await.unwrap();
            } else {
                acd.open().await.unwrap();
            }
        }
    }

    async fn numbers(recent: &RecentEvents, after: u64) -> Vec<u64> {
        let batch = recent.after(after).await.unwrap();
        batch
            .events
            .iter()
            .map(|events| events.event.number)
            .collect()
    }

    #[tokio::test]
    async fn streams_at_different_places_are_told_the_same() {
        let acd = new_acd();
        let recent = RecentEvents::new(Arc::clone(&acd));
        happen(&*acd, BATCH + 3).await;
        let newest = acd.overview().await.unwrap().event;
        assert!(numbers(&recent, newest).await.is_empty(), "it begins here");
        let back = numbers(&recent, newest - 2).await;
        assert_eq!(back, [newest - 1, newest], "from the store itself");
        let numbers = async |after: u64| {
            let events = numbers(&recent, newest + after).await;
            events
                .iter()
                .map(|number| number - newest)
                .collect::<Vec<_>>()
        };
        happen(&*acd, 2).await;
        assert_eq!(numbers(0).await, [1, 2]);
        assert_eq!(numbers(1).await, [2]);
        assert!(numbers(2).await.is_empty());
        happen(&*acd, 1).await;
        assert_eq!(numbers(1).await, [2], "what is kept comes first");
        assert_eq!(numbers(2).await, [3]);
        assert_eq!(numbers(0).await, [1, 2, 3]);
    }

    #[tokio::test]
    async fn no_more_than_so_many_are_kept() {
        let acd = new_acd();
        let recent = RecentEvents::new(Arc::clone(&acd));
        happen(&*acd, KEPT + 300).await;
        let mut seen = 0;
        while let Some(last) = numbers(&recent, seen).await.last() {
            seen = *last;
        }
        assert_eq!(seen, KEPT as u64 + 300);
        assert_eq!(recent.kept.lock().await.events.len(), KEPT);
        assert_eq!(numbers(&recent, 0).await.first(), Some(&1));
        assert_eq!(numbers(&recent, 300).await.first(), Some(&301));
    }

    /// Returns the recent after a failover to another store, with fewer or other events.
    async fn after_failover(before: usize, then: Arc<dyn Acd>) -> RecentEvents {
        let acd = new_acd();
        happen(&*acd, before).await;
        let recent = RecentEvents::new(acd);
        assert_eq!(numbers(&recent, 0).await.len(), before);
        let kept = recent.kept;
        RecentEvents { acd: then, kept }
    }

    #[tokio::test]
    async fn a_store_that_has_gone_back_has_a_new_life() {
        let then = new_acd();
        happen(&*then, 3).await;
        let recent = after_failover(5, Arc::clone(&then)).await;
        let batch = recent.after(5).await.unwrap();
        assert_eq!((batch.newest, batch.history), (3, 1));
        happen(&*then, 4).await;
        assert_eq!(numbers(&recent, 3).await, [4, 5, 6, 7]);
        assert_eq!(recent.after(7).await.unwrap().history, 1);
    }

    #[tokio::test]
    async fn a_number_that_was_given_again_is_of_a_new_life() {
        let then = new_acd();
        happen(&*then, 6).await;
        let recent = after_failover(3, Arc::clone(&then)).await;
        {
            // Stands for another event with that number.
            let mut kept = recent.kept.lock().await;
            kept.last.as_mut().unwrap().at.0 += 1;
        }
        let batch = recent.after(3).await.unwrap();
        assert_eq!((batch.newest, batch.history), (6, 1));
    }
}
