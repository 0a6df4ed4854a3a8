//! What time brings: finished contacts expire, and the safety sweep comes round.

use super::Core;
use crate::contact::ContactId;
use crate::time::{Millis, Moment};
use crate::view::Due;

/// How long a finished contact can still be looked at, in milliseconds.
pub const EXPIRE_AFTER: u64 = 3_600_000;
/// How long after one round of the safety sweep the next begins, in milliseconds.
pub const SWEEP_EVERY: u64 = 30_000;
/// The most deadlines that one look applies.
const MOST_AT_ONCE: usize = 64;

/// Something that happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deadline {
    /// A finished contact is forgotten.
    Expire(ContactId),
    /// Agents and their lists are held against each other. In this store nobody else can write,
    /// so there is nothing to find; the Redis store does the work.
    Sweep,
}

impl Core {
    /// See [`crate::Acd::run_due`].
    pub fn run_due(&mut self, now: Moment) -> Due {
        let now = now.millis();
        if !self
            .deadlines
            .iter()
            .any(|(_, deadline)| *deadline == Deadline::Sweep)
        {
            self.deadlines
                .insert((Millis(now.0 + SWEEP_EVERY), Deadline::Sweep));
        }
        let mut applied = 0;
        while applied < MOST_AT_ONCE as u64 {
            let Some(&(at, deadline)) = self.deadlines.first() else {
                break;
            };
            if at > now {
                break;
            }
            self.deadlines.pop_first();
            match deadline {
                Deadline::Expire(id) => {
                    self.contacts.remove(&id);
                }
                Deadline::Sweep => {
                    self.deadlines
                        .insert((Millis(now.0 + SWEEP_EVERY), Deadline::Sweep));
                }
            }
            applied += 1;
        }
        let next = self.deadlines.first().map_or(now, |(at, _)| *at);
        Due {
            applied,
            repaired: 0,
            next,
            now,
        }
    }
}
