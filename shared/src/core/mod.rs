//! The rules of routing: a plain, deterministic state machine. Time is an argument.
//!
//! This defines what Switchboard does. The Redis scripts do the same, and the model test compares
//! them with it. The core does no I/O, takes no locks and reads no clock.
//!
//! Everything rests on one invariant: *after every operation no waiting contact can be served by a
//! routable agent*. So each event needs only a one-sided search. A new contact looks for the
//! longest available agent who holds all its skills; an agent who becomes routable looks for the
//! best-ranked waiting contact that they can serve. Nothing else ever has to be matched. FIFO and
//! longest-available are exact, and no contact waits behind one that nobody can serve.

mod agents;
mod apply;
mod available;
mod away;
mod contacts;
mod copies;
mod counting;
mod deadlines;
mod explaining;
mod floor;
mod invariant;
mod offers;
mod queue;
mod reading;
#[cfg(test)]
mod tests;
mod types;
mod waiting;
mod wrap_up;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::agent::{Agent, AgentId};
use crate::contact::{Contact, ContactId};
use crate::contact_type::TypeName;
use crate::error::{Error, Result};
use crate::event::{Event, KEPT, What};
use crate::figures::Counts;
use crate::settings::Settings;
use crate::skill::Skill;
use crate::time::{Millis, Moment, Tick};

use available::Available;
use away::Away;
use copies::Copies;
use deadlines::Deadline;
use types::Type;
use waiting::Waiting;

pub use copies::{MINUTE_PLACES, QUARTER_PLACES};
pub use deadlines::{EXPIRE_AFTER, MOST_DEADLINES, SWEEP_EVERY};
pub(crate) use types::too_many_types;
pub(crate) use wrap_up::{cannot_be_extended, no_wrap_up_for, not_in_wrap_up, permitted};

/// An ACD: its whole state, with every operation on it.
#[derive(Debug)]
pub struct Core {
    closed: bool,
    settings: Settings,
    types: BTreeMap<TypeName, Type>,
    tick: Tick,
    contacts: HashMap<ContactId, Contact>,
    /// The time that agents spent on a live contact before its last requeue, in milliseconds.
    earlier_legs: HashMap<ContactId, u64>,
    agents: BTreeMap<AgentId, Agent>,
    /// When an agent with this id was last deleted.
    deleted: BTreeMap<AgentId, Millis>,
    waiting: Waiting,
    available: Available,
    away: Away,
    staffed: BTreeMap<Skill, BTreeSet<AgentId>>,
    busy: u64,
    /// The agents with an open offer, by its end.
    offers: BTreeSet<(Millis, AgentId)>,
    /// The agents in wrap-up, by its end.
    wrap_ups: BTreeSet<(Millis, AgentId)>,
    /// The agents on penalty, by its end.
    penalties: BTreeSet<(Millis, AgentId)>,
    deadlines: BTreeSet<(Millis, Deadline)>,
    events: VecDeque<Event>,
    event: u64,
    counts: Counts,
    /// The last minute in which something was counted. `minutes` has the snapshots.
    counted: u64,
    minutes: Copies,
}

impl Default for Core {
    /// A new ACD, open and empty.
    fn default() -> Self {
        Self {
            closed: false,
            settings: Settings::default(),
            types: BTreeMap::new(),
            tick: Tick::default(),
            contacts: HashMap::new(),
            earlier_legs: HashMap::new(),
            agents: BTreeMap::new(),
            deleted: BTreeMap::new(),
            waiting: Waiting::default(),
            available: Available::default(),
            away: Away::default(),
            staffed: BTreeMap::new(),
            busy: 0,
            offers: BTreeSet::new(),
            wrap_ups: BTreeSet::new(),
            penalties: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            events: VecDeque::new(),
            event: 0,
            counts: Counts::default(),
            counted: 0,
            minutes: Copies::default(),
        }
    }
}

impl Core {
    /// Returns the number of the newest event.
    pub fn latest_event(&self) -> u64 {
        self.event
    }

    fn next_tick(&mut self, now: Moment) -> Tick {
        self.tick = Tick::after(self.tick, now);
        self.tick
    }

    fn emit(&mut self, now: Moment, what: What) {
        self.event += 1;
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        let contact = what.contact().and_then(|id| self.contacts.get(&id));
        let owner = contact.and_then(|contact| contact.owner.clone());
        self.events.push_back(Event {
            number: self.event,
            at: now.millis(),
            owner,
            what,
        });
    }

    fn known_agent(&mut self, id: &AgentId) -> Result<&mut Agent> {
        self.agents
            .get_mut(id)
            .ok_or_else(|| Error::UnknownAgent(id.clone()))
    }

    fn known_contact(&self, id: ContactId) -> Result<&Contact> {
        self.contacts.get(&id).ok_or(Error::UnknownContact(id))
    }

    fn staffed_with(&self, skill: &Skill) -> usize {
        self.staffed.get(skill).map_or(0, BTreeSet::len)
    }
}
