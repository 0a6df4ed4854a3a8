//! What a dispatcher does after checking the deadlines. Pure: a table of rules.

use std::time::Duration;

use shared::view::Due;
use shared::{Error, Result};

/// The shortest time between two checks of one dispatcher, unless there is work left.
pub(super) const LEAST: Duration = Duration::from_millis(200);
/// The longest time between two checks, so that no clock jump and no lost event can keep a
/// dispatcher asleep.
const MOST: Duration = Duration::from_secs(30);
/// The first backoff after a failure; each further failure doubles it.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
/// The longest backoff after failures.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);

/// What to do after a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Check again at once: there is more than one check applies.
    LookAgain,
    /// Wait this long, or until an event on the floor.
    Wait(Duration),
    /// Wait this long regardless of events: the store is unavailable.
    BackOff(Duration),
}

/// Decides what to do after a check. `failures` counts failed checks in a row, this one included.
///
/// `spread` is a random number from 0 to 1, so that many dispatchers do not retry at the same
/// moment.
pub(super) fn next(looked: &Result<Due>, failures: u32, spread: f64) -> Next {
    match looked {
        Ok(due) if due.next <= due.now && due.applied > 0 => Next::LookAgain,
        Ok(due) => {
            let wait = Duration::from_millis(due.next.since(due.now));
            Next::Wait(wait.clamp(LEAST, MOST))
        }
        Err(_) => Next::BackOff(back_off(failures, spread)),
    }
}

fn back_off(failures: u32, spread: f64) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let ceiling = FIRST_BACK_OFF
        .saturating_mul(1 << doublings)
        .min(LONGEST_BACK_OFF);
    // Between half of it and all of it.
    ceiling.mul_f64(0.5 + spread.clamp(0.0, 1.0) / 2.0)
}

/// What to log after a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// The store has become unavailable.
    Lost,
    /// The store is available again.
    Back,
    /// The store gave an invalid answer.
    Broken,
    /// Nothing new.
    None,
}

/// Decides what to log after a check that came after `failures` failed ones: an outage is logged
/// when it begins and when it ends, not at every retry.
pub(super) fn notice(looked: &Result<Due>, failures: u32) -> Notice {
    match (looked, failures) {
        (Ok(_), 0) => Notice::None,
        (Ok(_), _) => Notice::Back,
        (Err(Error::Unavailable(_) | Error::StoreRefuses(_)), 0) => Notice::Lost,
        (Err(_), 0) => Notice::Broken,
        (Err(_), _) => Notice::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::Millis;

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it stands beside `away` in the tables"
    )]
    fn due(applied: u64, next: u64, now: u64) -> Result<Due> {
        Ok(Due {
            applied,
            repaired: 0,
            next: Millis(next),
            now: Millis(now),
        })
    }

    fn away() -> Result<Due> {
        Err(Error::Unavailable("refused".into()))
    }

    #[test]
    fn a_dispatcher_waits_for_the_next_deadline_within_bounds() {
        let wait = |millis| Next::Wait(Duration::from_millis(millis));
        for (looked, expected) in [
            (due(0, 1_500, 1_000), wait(500)),
            (due(3, 1_500, 1_000), wait(500)),
            (due(0, 1_001, 1_000), wait(200)),
            (due(0, 9_999_999, 1_000), wait(30_000)),
            // Work is left, and this check did some of it.
            (due(64, 1_000, 1_000), Next::LookAgain),
            (due(64, 900, 1_000), Next::LookAgain),
            // Something is due, but nothing was done: checking at once could loop forever.
            (due(0, 1_000, 1_000), wait(200)),
            (due(0, 900, 1_000), wait(200)),
        ] {
            assert_eq!(next(&looked, 0, 0.5), expected, "{looked:?}");
        }
    }

    #[test]
    fn failures_double_the_wait_up_to_five_seconds() {
        for (failures, millis) in [(1, 100), (2, 200), (3, 400), (6, 3_200), (7, 5_000)] {
            let expected = Next::BackOff(Duration::from_millis(millis));
            assert_eq!(next(&away(), failures, 1.0), expected);
        }
        let after_ages = Next::BackOff(Duration::from_secs(5));
        assert_eq!(next(&away(), u32::MAX, 1.0), after_ages);
    }

    #[test]
    fn the_spread_is_never_below_half_the_wait() {
        for spread in [0.0, 0.3, 0.999] {
            let Next::BackOff(wait) = next(&away(), 2, spread) else {
                panic!("an outage is waited out");
            };
            assert!((100..=200).contains(&wait.as_millis()), "{wait:?}");
        }
    }

    #[test]
    fn an_outage_is_told_when_it_begins_and_when_it_ends() {
        let broken = Err(Error::Contract("no such reply".into()));
        for (looked, failures, expected) in [
            (due(0, 0, 0), 0, Notice::None),
            (away(), 0, Notice::Lost),
            (
                Err(Error::StoreRefuses("user or password".into())),
                0,
                Notice::Lost,
            ),
            (away(), 1, Notice::None),
            (due(0, 0, 0), 9, Notice::Back),
            (broken, 0, Notice::Broken),
        ] {
            assert_eq!(notice(&looked, failures), expected);
        }
    }
}
