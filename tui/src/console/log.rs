//! The newest events, up to a limit, with markers where some were missed.

use std::collections::VecDeque;

use shared::event::Event;

/// The newest events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    entries: VecDeque<Entry>,
    newest: u64,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// An event.
    Happened(Event),
    /// Some events were missed here.
    Missed {
        /// How many.
        count: u64,
        /// The number of the next event.
        before: u64,
    },
}

impl Entry {
    /// Returns the number that entries are ordered by.
    pub fn number(&self) -> u64 {
        match self {
            Self::Happened(event) => event.number,
            Self::Missed { before, .. } => *before,
        }
    }
}

impl Log {
    /// The number of entries kept.
    pub const KEPT: usize = 1_000;

    /// Adds events, oldest first, and skips those already there. If the numbers go back, the store
    /// lost data or was reset; then the log is cleared.
    pub fn add(&mut self, events: Vec<Event>) {
        if events
            .last()
            .is_some_and(|event| event.number < self.newest)
        {
            *self = Self::default();
        }
        for event in events {
            if event.number <= self.newest {
                continue;
            }
            let missed = event.number - self.newest - 1;
            // Events from before this console started were not missed by it.
            if missed > 0 && self.newest > 0 {
                self.push(Entry::Missed {
                    count: missed,
                    before: event.number,
                });
            }
            self.newest = event.number;
            self.push(Entry::Happened(event));
        }
    }

    fn push(&mut self, entry: Entry) {
        if self.entries.len() == Self::KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Returns the number of the newest event.
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether no event has been seen yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the entries up to the event `up_to`, newest first.
    pub fn newest_first(&self, up_to: u64) -> impl Iterator<Item = &Entry> {
        let shown = self
            .entries
            .partition_point(|entry| entry.number() <= up_to);
        self.entries.range(..shown).rev()
    }
}

#[cfg(test)]
mod tests {
    use shared::event::What;
    use shared::time::Millis;

    use super::*;

    fn event(number: u64) -> Event {
        Event {
            number,
            at: Millis(number),
            owner: None,
            what: What::AcdOpened,
        }
    }

    #[test]
    fn a_gap_is_told() {
        let mut log = Log::default();
        log.add(vec![event(5), event(6)]);
        log.add(vec![event(6), event(9)]);
        let entries: Vec<&Entry> = log.newest_first(u64::MAX).collect();
        assert_eq!(
            entries,
            [
                &Entry::Happened(event(9)),
                &Entry::Missed {
                    count: 2,
                    before: 9
                },
                &Entry::Happened(event(6)),
                &Entry::Happened(event(5)),
            ]
        );
    }

    #[test]
    fn the_log_begins_anew_with_its_store() {
        let mut log = Log::default();
        log.add(vec![event(50)]);
        log.add(vec![event(1), event(2)]);
        assert_eq!((log.len(), log.newest()), (2, 2));
    }

    #[test]
    fn the_log_keeps_only_the_newest() {
        let mut log = Log::default();
        log.add((1..=2_000).map(event).collect());
        assert_eq!(log.len(), Log::KEPT);
        assert_eq!(log.newest_first(1_500).next().unwrap().number(), 1_500);
    }
}
