//! The service level: which share of the contacts should be answered within which time.
//!
//! Waits are counted in buckets with fixed bounds. So the service level for any of these times can
//! be computed at any moment, also for the past. A time between two bounds cannot be computed and
//! is refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

use crate::text::{Invalid, excerpt};

/// The bounds of the buckets, in seconds.
pub const BOUNDS: [u16; 12] = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];

/// A time limit for answers: one of [`BOUNDS`], kept as its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Within(usize);

impl Within {
    /// Returns all time limits, shortest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..BOUNDS.len()).map(Self)
    }

    /// Returns the time in seconds.
    pub fn seconds(self) -> u16 {
        BOUNDS[self.0]
    }

    /// Returns the time in milliseconds.
    pub fn millis(self) -> u64 {
        u64::from(self.seconds()) * 1_000
    }

    fn of(seconds: &str) -> Option<Self> {
        Self::all().find(|within| within.to_string() == seconds)
    }

    /// Lists the allowed times for error messages.
    fn allowed() -> String {
        let [first @ .., last] = BOUNDS.map(|bound| bound.to_string());
        format!("{} or {last}", first.join(", "))
    }
}

impl Default for Within {
    /// Twenty seconds.
    fn default() -> Self {
        Self(3)
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.seconds().fmt(f)
    }
}

impl FromStr for Within {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::of(text).ok_or_else(|| {
            let rule = format!("use {} seconds", Self::allowed());
            Invalid::new(format!("time {}", excerpt(text)), "is not available", rule)
        })
    }
}

/// How many contacts waited how long. Each bucket counts the waits up to its bound and over the
/// previous one. Waits over the last bound are in no bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits([u64; BOUNDS.len()]);

impl Waits {
    /// Counts a wait of this many milliseconds.
    pub fn count(&mut self, wait: u64) {
        if let Some(within) = Within::all().find(|within| wait <= within.millis()) {
            self.0[within.0] += 1;
        }
    }

    /// Returns how many waited at most that long.
    pub fn within(&self, within: Within) -> u64 {
        let counts = self.0[..=within.0].iter();
        // Saturates, as another client may have written any counts.
        counts.fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Returns the bucket of that name: `assigned_20` ends at 20 seconds.
    pub(crate) fn named(&mut self, name: &str) -> Option<&mut u64> {
        let within = Within::of(name.strip_prefix("assigned_")?)?;
        Some(&mut self.0[within.0])
    }
}

/// In the order of the bounds, shortest first.
impl From<[u64; BOUNDS.len()]> for Waits {
    fn from(counts: [u64; BOUNDS.len()]) -> Self {
        Self(counts)
    }
}

impl From<Waits> for [u64; BOUNDS.len()] {
    fn from(waits: Waits) -> Self {
        waits.0
    }
}

impl Serialize for Waits {
    /// Writes a map from bucket names to counts.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = Within::all().map(|within| format!("assigned_{within}"));
        serializer.collect_map(names.zip(self.0))
    }
}

/// The target: a share of the contacts answered within a time. Written as is usual, the share
/// first: 80/20 is 80 % within 20 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ServiceLevel {
    within: Within,
    target: u8,
}

impl ServiceLevel {
    /// Returns the time.
    pub fn within(self) -> Within {
        self.within
    }

    /// Returns the share, in per cent.
    pub fn target(self) -> u8 {
        self.target
    }

    /// Returns whether a share, 0 to 1, reaches the target. It is rounded to a tenth of a per cent,
    /// as screens show it, so that a share shown as 80.0 % reaches 80 %.
    pub fn is_met(self, share: f64) -> bool {
        (share * 1_000.0).round() >= f64::from(self.target) * 10.0
    }
}

impl Default for ServiceLevel {
    /// 80/20.
    fn default() -> Self {
        Self {
            within: Within::default(),
            target: 80,
        }
    }
}

impl fmt::Display for ServiceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.target, self.within)
    }
}

impl FromStr for ServiceLevel {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let read = text.split_once('/').and_then(|(target, within)| {
            // `parse` would accept a sign.
            let plain = target.bytes().all(|byte| byte.is_ascii_digit());
            let target = target.parse().ok().filter(|_| plain)?;
            let within = Within::of(within)?;
            (1..=100)
                .contains(&target)
                .then_some(Self { within, target })
        });
        read.ok_or_else(|| {
            let rule = format!(
                "write it PERCENT/SECONDS, for example 80/20, with 1 to 100 per cent and {} seconds",
                Within::allowed()
            );
            let what = format!("service level {}", excerpt(text));
            Invalid::new(what, "is not valid", rule)
        })
    }
}

impl TryFrom<String> for ServiceLevel {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_counted_in_the_first_bucket_that_it_fits() {
        let mut waits = Waits::default();
        for wait in [0, 5_000, 5_001, 20_000, 20_001, 600_000, 600_001, u64::MAX] {
            waits.count(wait);
        }
        let within = |seconds: &str| waits.within(seconds.parse().unwrap());
        let counts = ["5", "10", "15", "20", "30", "300", "600"].map(within);
        assert_eq!(counts, [2, 3, 3, 4, 5, 5, 6]);
    }

    #[test]
    fn a_service_level_is_read_and_written_alike() {
        for text in ["80/20", "90/10", "100/600", "1/5"] {
            assert_eq!(text.parse::<ServiceLevel>().unwrap().to_string(), text);
        }
        assert_eq!(ServiceLevel::default().to_string(), "80/20");
        assert_eq!(Within::default().millis(), 20_000);
    }

    #[test]
    fn other_times_are_refused_with_a_list_of_the_allowed_ones() {
        for text in [
            "", "80", "80/", "/20", "80/25", "80/020", "0/20", "101/20", "+80/20", "80/20/5",
            "20/80", "80 / 20", "80%/20",
        ] {
            let why = text.parse::<ServiceLevel>().unwrap_err().to_string();
            let times = "5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300 or 600 seconds";
            assert!(why.contains(times), "{text:?}: {why}");
        }
        for text in ["", "7", "+5", "20s", "-1", "5.0"] {
            let why = text.parse::<Within>().unwrap_err().to_string();
            assert!(
                why.contains("use 5, 10, ") && why.contains("or 600"),
                "{why}"
            );
        }
    }

    #[test]
    fn a_level_is_met_as_screens_round_it() {
        let level = ServiceLevel::default();
        for (share, met) in [
            (1.0, true),
            (0.8, true),
            (0.799_6, true),
            (0.799_4, false),
            (0.0, false),
        ] {
            assert_eq!(level.is_met(share), met, "{share}");
        }
    }
}
