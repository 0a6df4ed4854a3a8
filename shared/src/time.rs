//! Time as a value that is handed in.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Gives the milliseconds from `earlier` to this time; none if `earlier` is later.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A moment: microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// Gives the moment in whole milliseconds.
    pub fn millis(self) -> Millis {
        Millis(self.0 / 1_000)
    }
}

/// A place on the ACD's own strictly increasing clock, in steps of 128 microseconds since 1970.
///
/// No two of an ACD are equal, which is what makes first-in-first-out and longest-available
/// exact. Forty-five bits hold it until the year 2112.
///
/// It is an order, and a time only as long as the clock never leapt: it does not go back with a
/// clock that was ahead for a moment, or whoever came in that moment would be served after all who
/// come in the time that the clock was ahead. So times are told from milliseconds beside it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Tick(pub u64);

impl Tick {
    /// Microseconds in a tick.
    pub const MICROS: u64 = 128;

    /// The last tick that a clock is believed. A clock beyond it, in the year 2107, is broken; to
    /// go on from there would leave the forty-five bits, and from here there are enough for ever.
    pub const LATEST: u64 = (1 << 45) - (1 << 40);

    /// Gives the first tick that is later than `last` and not before `now`.
    pub fn after(last: Self, now: Moment) -> Self {
        Self((last.0 + 1).max((now.0 / Self::MICROS).min(Self::LATEST)))
    }

    /// Gives the time of the tick in milliseconds.
    pub fn millis(self) -> Millis {
        // Exact for a century; beyond it, as a foreign hand may write it, only not fatal.
        Millis(self.0.saturating_mul(Self::MICROS) / 1_000)
    }
}

/// How far ahead of now a time that was written may lie, in milliseconds. Two servers of one
/// floor are not quite of one mind after a failover, and a clock is set back by some seconds when
/// it is corrected; what lies further ahead was written while the clock was wrong.
pub const PLAUSIBLY_AHEAD: u64 = 10_000;

/// Where a store takes its time from.
pub trait Clock: Send + Sync + Debug {
    /// Gives the present moment.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> Moment {
        let since_1970 = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Moment(u64::try_from(since_1970.as_micros()).unwrap_or(u64::MAX))
    }
}

/// A clock that stands until it is told to go on: for tests and simulations.
#[derive(Debug)]
pub struct ManualClock(std::sync::atomic::AtomicU64);

impl ManualClock {
    /// Makes a clock that stands at `now`.
    pub fn new(now: Moment) -> Self {
        Self(now.0.into())
    }

    /// Sets the clock, also back.
    pub fn set(&self, now: Moment) {
        self.0.store(now.0, std::sync::atomic::Ordering::SeqCst);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: std::time::Duration) {
        let micros = u64::try_from(by.as_micros()).unwrap_or(u64::MAX);
        self.0
            .fetch_add(micros, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_increase_even_when_the_clock_stands_or_goes_back() {
        let noon = Moment(1_700_000_000_000_000);
        let first = Tick::after(Tick(0), noon);
        let second = Tick::after(first, noon);
        let third = Tick::after(second, Moment(noon.0 - 5_000_000));
        assert!(first < second && second < third);
        assert_eq!(first.millis(), noon.millis());
    }

    #[test]
    fn a_clock_beyond_all_ranks_is_not_believed() {
        let leapt = Tick::after(Tick(7), Moment(u64::MAX));
        assert_eq!(leapt, Tick(Tick::LATEST));
        assert_eq!(Tick::after(leapt, Moment(u64::MAX)), Tick(Tick::LATEST + 1));
    }

    #[test]
    fn a_tick_of_a_foreign_hand_is_some_time() {
        assert_eq!(Tick(u64::MAX).millis(), Millis(u64::MAX / 1_000));
    }
}
