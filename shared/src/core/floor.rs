//! What is done to the whole floor at once: opening, closing, dropping a skill.

use super::Core;
use crate::agent::{AgentId, AgentState, Presence};
use crate::error::{Error, Result};
use crate::event::What;
use crate::skill::Skill;
use crate::text::Reason;
use crate::time::Moment;

impl Core {
    /// See [`crate::Acd::open`].
    pub fn open(&mut self, now: Moment) {
        self.closed = false;
        self.emit(now, What::AcdOpened);
        self.for_each_agent(now, Self::open_for);
        self.check_invariant();
    }

    /// See [`crate::Acd::close`].
    pub fn close(&mut self, now: Moment) {
        self.closed = true;
        self.emit(now, What::AcdClosed);
        self.for_each_agent(now, Self::close_for);
        self.check_invariant();
    }

    /// See [`crate::Acd::delete_skill`].
    pub fn delete_skill(&mut self, now: Moment, skill: &Skill) -> Result<()> {
        if !self.staffed.contains_key(skill) && !self.waiting.demand().contains_key(skill) {
            return Err(Error::UnknownSkill(skill.clone()));
        }
        let holders = self.staffed.get(skill).cloned().unwrap_or_default();
        for id in holders {
            self.remove_skill(now, &id, skill)?;
        }
        Ok(())
    }

    /// In the order of the ids, so that every store does it alike.
    fn for_each_agent(&mut self, now: Moment, step: fn(&mut Self, Moment, &AgentId)) {
        let ids: Vec<AgentId> = self.agents.keys().cloned().collect();
        for id in ids {
            step(self, now, &id);
        }
    }

    /// An agent on a contact keeps it; only what closing did to him is undone.
    fn open_for(&mut self, now: Moment, id: &AgentId) {
        let comes_back = match &self.agents[id].state {
            AgentState::Unavailable { reason } => !is_own_break(reason.as_ref()),
            AgentState::Busy { next, .. } => *next == by_closing(),
            AgentState::Available { .. } => false,
        };
        if comes_back {
            self.choose(now, id, Presence::Available);
        }
    }

    fn close_for(&mut self, now: Moment, id: &AgentId) {
        if self.agents[id].state.chosen() == Presence::Available {
            self.choose(now, id, by_closing());
        }
    }
}

/// What closing makes of who is available.
fn by_closing() -> Presence {
    Presence::Unavailable(Some(Reason::closed()))
}

/// Tells whether somebody chose this break himself, so that opening leaves him alone.
fn is_own_break(reason: Option<&Reason>) -> bool {
    reason.is_some_and(|reason| reason.as_str() != Reason::CLOSED)
}
