//! What happens by time alone: finished contacts expire, and the safety sweep runs.

use std::collections::BTreeSet;

use super::Core;
use crate::agent::{AgentId, AgentState};
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
    pub fn run_due(&mut self, moment: Moment) -> Due {
        let now = moment.millis();
        self.plan_sweep(now);
        let mut applied = 0;
        while applied < MOST_DEADLINES as u64
            && let Some(agent) = due(&self.offers, now)
        {
            self.miss(moment, &agent);
            applied += 1;
        }
        while applied < MOST_DEADLINES as u64
            && let Some(agent) = due(&self.wrap_ups, now)
        {
            self.end_wrap_up(moment, &agent, false);
            applied += 1;
        }
        while applied < MOST_DEADLINES as u64
            && let Some(agent) = due(&self.penalties, now)
        {
            self.end_penalty(moment, &agent);
            applied += 1;
        }
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
        let next = self.deadlines.first().map(|(at, _)| *at);
        let of_agents = [&self.offers, &self.wrap_ups, &self.penalties];
        let of_agents = of_agents.map(|list| list.first().map(|(at, _)| *at));
        let next = of_agents.into_iter().chain([next]).flatten().min();
        let next = next.unwrap_or(now);
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
        let ahead = self.agents.values();
        let ahead = ahead.filter(|agent| agent.changed > plausible);
        let ahead: Vec<AgentId> = ahead.map(|agent| agent.id.clone()).collect();
        for id in ahead {
            self.bring_back_agent(now, &id);
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

impl Core {
    /// Corrects the times of an agent whose state was written while the clock had jumped ahead: it
    /// began now, and their offer, wrap-up or penalty lasts as long as it was to last.
    fn bring_back_agent(&mut self, now: Millis, id: &AgentId) {
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        let ahead = agent.changed.since(now);
        agent.changed = now;
        let Some(ends) = agent.state.until() else {
            return;
        };
        let sooner = Millis(ends.0.saturating_sub(ahead));
        let list = match &mut agent.state {
            AgentState::Offered { contact, until, .. } => {
                *until = sooner;
                if let Some(contact) = self.contacts.get_mut(contact)
                    && let ContactState::Offered(offer) = &mut contact.state
                {
                    offer.until = sooner;
                }
                &mut self.offers
            }
            AgentState::WrapUp { until, .. } => {
                *until = Some(sooner);
                &mut self.wrap_ups
            }
            AgentState::Penalty { until } => {
                *until = sooner;
                agent.penalty = Some(sooner);
                &mut self.penalties
            }
            _ => return,
        };
        list.remove(&(ends, id.clone()));
        list.insert((sooner, id.clone()));
    }
}

/// Returns the first agent on a list whose time has come.
fn due(list: &BTreeSet<(Millis, AgentId)>, now: Millis) -> Option<AgentId> {
    let (at, agent) = list.first()?;
    (*at <= now).then(|| agent.clone())
}
