//! How long agents were in a state.

use crate::time::Millis;

/// The total time that agents spend in a state, including periods that have not ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many periods have not ended.
    pub going: i64,
    /// The sum of the end times minus the sum of the start times, in milliseconds. If no period is
    /// open, this is the total time.
    pub time: i64,
}

impl Spent {
    /// Starts a period.
    pub(crate) fn begin(&mut self, now: Millis) {
        self.going += 1;
        self.time -= signed(now);
    }

    /// Ends a period.
    pub(crate) fn end(&mut self, now: Millis) {
        self.going -= 1;
        self.time += signed(now);
    }

    /// Returns the milliseconds spent up to that time.
    pub fn until(&self, now: Millis) -> u64 {
        whole(self.signed_until(now))
    }

    /// Returns the milliseconds spent between two times; `then` holds the counters of the earlier
    /// one. A clock that had jumped ahead may have made both negative, by the same amount.
    pub(super) fn between(&self, then: &Self, since: Millis, now: Millis) -> u64 {
        whole(self.signed_until(now) - then.signed_until(since))
    }

    fn signed_until(&self, now: Millis) -> i128 {
        i128::from(self.going) * i128::from(now.0) + i128::from(self.time)
    }
}

/// Clamps to `u64`. Another client may have written any counters; that must not cause a panic.
fn whole(spent: i128) -> u64 {
    u64::try_from(spent.max(0)).unwrap_or(u64::MAX)
}

fn signed(time: Millis) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_periods_count_as_time_spent() {
        let mut spent = Spent::default();
        spent.begin(Millis(1_000));
        spent.begin(Millis(2_000));
        assert_eq!(spent.until(Millis(3_000)), 3_000);
        spent.end(Millis(4_000));
        assert_eq!(spent.until(Millis(5_000)), 3_000 + 3_000);
    }
}
