//! Time as a value that is passed in.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Returns the milliseconds from `earlier` to this time; 0 if `earlier` is later.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A moment: microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// Converts to whole milliseconds.
    pub fn millis(self) -> Millis {
        Millis(self.0 / 1_000)
    }
}

/// A point on the ACD's own strictly increasing clock, in steps of 128 microseconds since 1970.
///
/// No two ticks of an ACD are equal, which makes first-in-first-out and longest-available exact.
/// They fit in 45 bits until the year 2112.
///
/// A tick is an order. It is a time only if the clock never jumped ahead: ticks do not go back with
/// a clock that is corrected, or contacts that came while it was ahead would be served after all
/// that come until the clock has caught up. So times are taken from milliseconds stored beside the
/// tick.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Tick(pub u64);

impl Tick {
    /// Microseconds in a tick.
    pub const MICROS: u64 = 128;

    /// The latest time that is believed (in ticks; in the year 2107). A clock that is later is
    /// broken. Following it would exceed 45 bits; counting on from here leaves enough ticks
    /// forever.
    pub const LATEST: u64 = (1 << 45) - (1 << 40);

    /// Returns the first tick that is later than `last` and not before `now`.
    pub fn after(last: Self, now: Moment) -> Self {
        Self((last.0 + 1).max((now.0 / Self::MICROS).min(Self::LATEST)))
    }

    /// Converts to milliseconds.
    pub fn millis(self) -> Millis {
        // Exact for a century. Saturates beyond it, as another client may have written any number.
        Millis(self.0.saturating_mul(Self::MICROS) / 1_000)
    }
}

/// How far in the future a stored time may lie, in milliseconds. The clocks of two servers of a
/// floor differ a little after a failover, and a correction may set a clock back by some seconds. A
/// time further ahead was written while the clock was wrong.
pub const PLAUSIBLY_AHEAD: u64 = 10_000;

/// A source of time for a store.
pub trait Clock: Send + Sync + Debug {
    /// Returns the present moment.
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

/// A clock that moves only when it is told to, for tests and simulations.
#[derive(Debug)]
pub struct ManualClock(std::sync::atomic::AtomicU64);

impl ManualClock {
    /// Makes a clock that stands at `now`.
    pub fn new(now: Moment) -> Self {
        Self(now.0.into())
    }

    /// Sets the clock, which may also go back.
    pub fn set(&self, now: Moment) {
        self.0.store(now.0, std::sync::atomic::Ordering::SeqCst);
    }

    /// Advances the clock.
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
    fn a_clock_beyond_the_latest_tick_is_ignored() {
        let leapt = Tick::after(Tick(7), Moment(u64::MAX));
        assert_eq!(leapt, Tick(Tick::LATEST));
        assert_eq!(Tick::after(leapt, Moment(u64::MAX)), Tick(Tick::LATEST + 1));
    }

    #[test]
    fn any_number_can_be_read_as_a_tick() {
        assert_eq!(Tick(u64::MAX).millis(), Millis(u64::MAX / 1_000));
    }
}
