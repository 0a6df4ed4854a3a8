//! What happens by time alone: finished contacts expire, and the safety sweep runs.

use super::Core;
use crate::contact::{ContactId, ContactState};
use crate::time::{Millis, Moment, PLAUSIBLY_AHEAD};
use crate::view::Due;

/// How long a finished contact can still be read, in milliseconds.
pub const EXPIRE_AFTER: u64 = 3_600_000;
/// The time from one round of the safety sweep to the next, in milliseconds.
pub const SWEEP_EVERY: u64 = 30_000;
/// The most deadlines that one call applies.
pub const MOST_DEADLINES: usize = 64;

/// Something that happens at a set time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deadline {
    /// A finished contact is deleted.
    Expire(ContactId),
    /// Agents are compared with the lists that they are on. No other program can write to this
    /// store, so the sweep only corrects times written by a clock that had jumped ahead. In the
    /// Redis store it does the full comparison.
    Sweep,
}

impl Core {
    /// See [`crate::Store::run_due`].
    pub fn run_due(&mut self, now: Moment) -> Due {
        let now = now.millis();
        self.plan_sweep(now);
        let mut applied = 0;
        while applied < MOST_DEADLINES as u64 {
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
                    self.bring_back(now);
                    self.plan_sweep(now);
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

    /// Schedules the next round of the sweep unless one is scheduled. One that is too far ahead, as
    /// after a clock that had jumped ahead, is moved to the latest allowed time.
    fn plan_sweep(&mut self, now: Millis) {
        let latest = Millis(now.0 + SWEEP_EVERY);
        let mut planned = self.deadlines.iter();
        let planned = planned.find(|(_, deadline)| *deadline == Deadline::Sweep);
        match planned.copied() {
            Some(planned) if planned.0 > latest => self.deadlines.remove(&planned),
            Some(_) => return,
            None => false,
        };
        self.deadlines.insert((latest, Deadline::Sweep));
    }

    /// Corrects times that were written while the clock had jumped ahead, and sets them to now:
    /// since when agents are in their state, when waiting contacts arrived, when finished ones
    /// expire. Ticks stay, and so does the order of service.
    fn bring_back(&mut self, now: Millis) {
        let plausible = Millis(now.0 + PLAUSIBLY_AHEAD);
        for agent in self.agents.values_mut() {
            if agent.changed > plausible {
                agent.changed = now;
            }
        }
        for contact in self.contacts.values_mut() {
            if contact.state == ContactState::Queued && contact.created > plausible {
                contact.created = now;
            }
        }
        let (expires, latest) = (Millis(now.0 + EXPIRE_AFTER), plausible.0 + EXPIRE_AFTER);
        let late: Vec<(Millis, Deadline)> = self
            .deadlines
            .iter()
            .rev()
            .take_while(|(at, _)| at.0 > latest)
            .copied()
            .collect();
        for (at, deadline) in late {
            self.deadlines.remove(&(at, deadline));
            self.deadlines.insert((expires, deadline));
        }
    }
}
