//! Copies of the counts, as they stood before minutes in which something was counted.

use std::collections::{BTreeMap, HashMap};

use crate::figures::{Counts, MINUTES_KEPT, QUARTER, QUARTERS_KEPT};

/// How far ahead of the clock's the last minute may be, in minutes: a clock that is set back by
/// seconds may be in the minute before.
const MINUTES_AHEAD: u64 = 1;
/// Places for copies of the first minutes of quarters of an hour: a quarter more than anybody asks for.
pub const QUARTER_PLACES: u64 = QUARTERS_KEPT / QUARTER + 2;
/// Places for copies of all other minutes.
pub const MINUTE_PLACES: u64 = MINUTES_KEPT + QUARTER;

/// The copies. The first of each quarter of an hour goes round one ring of places, every other one
/// round another, and each takes the place of one that nobody asks for.
///
/// What tells the counts at the beginning of a quarter is the first copy made at or after it. None
/// was made between the two, so it is the first of the quarter that it was made in, and no other
/// copy tells the beginning of any quarter.
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
    /// Gives the last minute in which something was counted, as far as the clock can be believed:
    /// what was copied while it had leapt ahead is dropped, or no copy would be made until then.
    pub(super) fn last_before(&mut self, counted: u64, this: u64) -> u64 {
        if counted <= this + MINUTES_AHEAD {
            return counted;
        }
        self.by_minute.retain(|minute, _| *minute <= this);
        self.places.retain(|_, minute| *minute <= this);
        let last = self.by_minute.keys().next_back();
        last.copied().unwrap_or_default()
    }

    /// Keeps the counts as they stood before this minute.
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

    /// Gives the counts as they stood at the beginning of a minute, as seen in the minute `this`:
    /// the first copy from then on, but for those of a clock that had leapt.
    pub(super) fn at(&self, minute: u64, this: u64) -> Option<&Counts> {
        let plausible = minute..=this + MINUTES_AHEAD;
        let first = self.by_minute.range(plausible).next();
        first.map(|(_, counts)| counts)
    }
}
