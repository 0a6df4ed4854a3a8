//! The time window of the service figures.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::time::Millis;

/// The time window of the service figures, up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// The last quarter of an hour.
    #[default]
    Quarter,
    /// The last half hour.
    Half,
    /// The last hour.
    Hour,
    /// Since midnight in the console's time zone.
    Today,
}

impl Window {
    /// All windows, the shortest first.
    pub const ALL: [Self; 4] = [Self::Quarter, Self::Half, Self::Hour, Self::Today];

    /// Returns the next longer window; after the longest comes the shortest.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Quarter => Self::Half,
            Self::Half => Self::Hour,
            Self::Hour => Self::Today,
            Self::Today => Self::Quarter,
        }
    }

    /// Returns the start of the window.
    pub fn since(self, now: Millis, zone: &TimeZone) -> Millis {
        const MINUTE: u64 = 60_000;
        let ago = |minutes: u64| Millis(now.0.saturating_sub(minutes * MINUTE));
        match self {
            Self::Quarter => ago(15),
            Self::Half => ago(30),
            Self::Hour => ago(60),
            // A time outside the calendar has no midnight; use the last 24 hours.
            Self::Today => midnight(now, zone).unwrap_or_else(|| ago(24 * 60)),
        }
    }
}

fn midnight(now: Millis, zone: &TimeZone) -> Option<Millis> {
    let now = Timestamp::from_millisecond(i64::try_from(now.0).ok()?).ok()?;
    let start = now.to_zoned(zone.clone()).start_of_day().ok()?;
    let millis = start.timestamp().as_millisecond();
    u64::try_from(millis).ok().map(Millis)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quarter => "15m",
            Self::Half => "30m",
            Self::Hour => "60m",
            Self::Today => "today",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_so_long_ago_or_at_midnight() {
        let noon = Millis(1_795_348_800_000);
        for (window, ago) in [
            (Window::Quarter, 900_000),
            (Window::Half, 1_800_000),
            (Window::Hour, 3_600_000),
            (Window::Today, 43_200_000),
        ] {
            assert_eq!(noon.since(window.since(noon, &TimeZone::UTC)), ago);
        }
        let _ = Window::Today.since(Millis(u64::MAX), &TimeZone::UTC);
    }
}
