//! What a dispatcher does after checking the deadlines. Pure: a table of rules.

use std::time::Duration;

use shared::view::Due;
use shared::{Error, Result};

/// The shortest time between two checks of one dispatcher, unless there is work left.
pub(super) const LEAST: Duration = Duration::from_millis(200);
/// The longest time between two checks, so that no clock jump and no lost event can keep a
/// dispatcher asleep.
const MOST: Duration = Duration::from_secs(30);
/// The longest backoff after the first failure.
pub(super) const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
/// The longest backoff after failures.
pub(super) const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);

/// What to do after a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Check again at once: there is more than one check applies.
    LookAgain,
    /// Wait this long, or until an event on the floor.
    Wait(Duration),
    /// Back off regardless of events: the store is unavailable.
    BackOff,
}

/// Decides what to do after a check.
pub(super) fn next(looked: &Result<Due>) -> Next {
    match looked {
        Ok(due) if due.next <= due.now && due.applied > 0 => Next::LookAgain,
        Ok(due) => {
            let wait = Duration::from_millis(due.next.since(due.now));
            Next::Wait(wait.clamp(LEAST, MOST))
        }
        Err(_) => Next::BackOff,
    }
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
        reason = "it stands beside `unavailable` in the tables"
    )]
    fn due(applied: u64, next: u64, now: u64) -> Result<Due> {
        Ok(Due {
            applied,
            repaired: 0,
            next: Millis(next),
            now: Millis(now),
        })
    }

    fn unavailable() -> Result<Due> {
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
            assert_eq!(next(&looked), expected, "{looked:?}");
        }
    }

    #[test]
    fn an_outage_is_waited_out() {
        assert_eq!(next(&unavailable()), Next::BackOff);
    }

    #[test]
    fn an_outage_is_told_when_it_begins_and_when_it_ends() {
        let broken = Err(Error::Contract("no such reply".into()));
        for (looked, failures, expected) in [
            (due(0, 0, 0), 0, Notice::None),
            (unavailable(), 0, Notice::Lost),
            (
                Err(Error::StoreRefuses("user or password".into())),
                0,
                Notice::Lost,
            ),
            (unavailable(), 1, Notice::None),
            (due(0, 0, 0), 9, Notice::Back),
            (broken, 0, Notice::Broken),
        ] {
            assert_eq!(notice(&looked, failures), expected);
        }
    }
}
