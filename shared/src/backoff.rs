//! How long to wait before the next attempt after failures: the one policy of all retries.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

/// The waits between attempts. Each is at most twice the one before, up to a longest one.
///
/// Each wait is drawn between half of that time and all of it, so that processes that failed
/// together do not try again together.
#[derive(Debug)]
pub struct Backoff {
    policy: ExponentialBuilder,
    waits: ExponentialBackoff,
    longest: Duration,
}

impl Backoff {
    /// Starts with a wait of `first`.
    pub fn new(first: Duration, longest: Duration) -> Self {
        // Its jitter adds up to once more the wait.
        let policy = ExponentialBuilder::new()
            .with_min_delay(first / 2)
            .with_max_delay(longest / 2)
            .without_max_times()
            .with_jitter();
        Self {
            policy,
            waits: policy.build(),
            longest,
        }
    }

    /// Returns the wait after one more failure.
    pub fn next_wait(&mut self) -> Duration {
        self.waits.next().unwrap_or(self.longest)
    }

    /// Starts again with the first wait, after a success.
    pub fn reset(&mut self) {
        self.waits = self.policy.build();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn waits_double_to_the_longest_and_are_never_below_half() {
        for _ in 0..100 {
            let mut backoff = Backoff::new(millis(100), millis(5_000));
            for most in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000] {
                let wait = backoff.next_wait();
                assert!(wait >= millis(most / 2), "{wait:?} of {most}");
                assert!(wait <= millis(most), "{wait:?} of {most}");
            }
        }
    }

    #[test]
    fn many_failures_are_no_more_than_the_longest() {
        let mut backoff = Backoff::new(millis(20), millis(2_000));
        let longest = (0..10_000).map(|_| backoff.next_wait()).max();
        assert!(longest.is_some_and(|wait| wait <= millis(2_000)));
    }

    #[test]
    fn a_success_begins_again() {
        let mut backoff = Backoff::new(millis(100), millis(5_000));
        for _ in 0..9 {
            backoff.next_wait();
        }
        backoff.reset();
        assert!(backoff.next_wait() <= millis(100));
    }
}
