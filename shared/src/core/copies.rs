//! Snapshots of the counters, taken before minutes in which something was counted.

use std::collections::{BTreeMap, HashMap};

use crate::figures::{Counts, MINUTES_KEPT, QUARTER, QUARTERS_KEPT};

/// How far ahead of the clock the last minute may be, in minutes. A clock that is set back by
/// seconds may fall into the minute before.
const MINUTES_AHEAD: u64 = 1;
/// Slots for snapshots at the first counted minute of a quarter of an hour: one more quarter than
/// can be asked for.
pub const QUARTER_PLACES: u64 = QUARTERS_KEPT / QUARTER + 2;
/// Slots for the snapshots of all other minutes.
pub const MINUTE_PLACES: u64 = MINUTES_KEPT + QUARTER;

/// The snapshots, in two rings of slots: one for the first snapshot of each quarter of an hour, one
/// for all others. Each new snapshot replaces one that can no longer be asked for.
///
/// The counters at the start of a quarter are those of the first snapshot at or after it. No
/// snapshot lies between the two, so that one is the first of its own quarter. So the snapshots of
/// the other ring are never needed for the start of a quarter.
#[derive(Debug, Default)]
pub(super) struct Copies {
    by_minute: BTreeMap<u64, Counts>,
    places: HashMap<Place, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Quarter(u64),
    Minute(u64),
}

impl Copies {
    /// Returns the last minute in which something was counted, as far as the clock is plausible.
    /// Snapshots from a time when the clock had jumped ahead are dropped; otherwise none would be
    /// taken until that time comes.
    pub(super) fn last_before(&mut self, counted: u64, this: u64) -> u64 {
        if counted <= this + MINUTES_AHEAD {
            return counted;
        }
        self.by_minute.retain(|minute, _| *minute <= this);
        self.places.retain(|_, minute| *minute <= this);
        let last = self.by_minute.keys().next_back();
        last.copied().unwrap_or_default()
    }

    /// Stores the counters as they were before this minute.
    pub(super) fn keep(&mut self, last: u64, this: u64, counts: &Counts) {
        let quarter = this / QUARTER;
        let place = if last / QUARTER < quarter {
            Place::Quarter(quarter % QUARTER_PLACES)
        } else {
            Place::Minute(this % MINUTE_PLACES)
        };
        if let Some(old) = self.places.insert(place, this) {
            self.by_minute.remove(&old);
        }
        self.by_minute.insert(this, counts.clone());
    }

    /// Returns the counters at the start of `minute`, as known in the minute `this`: the first
    /// snapshot from then on, ignoring those of a clock that had jumped ahead.
    pub(super) fn at(&self, minute: u64, this: u64) -> Option<&Counts> {
        let plausible = minute..=this + MINUTES_AHEAD;
        let first = self.by_minute.range(plausible).next();
        first.map(|(_, counts)| counts)
    }
}
