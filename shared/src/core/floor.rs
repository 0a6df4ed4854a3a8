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

    fn open_for(&mut self, now: Moment, id: &AgentId) {
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        match &mut agent.state {
            AgentState::Unavailable { reason } if !is_own_break(reason.as_ref()) => {
                self.become_available(now, id);
            }
            // An agent on a contact keeps it; only what closing did to him is undone.
            AgentState::Busy { next, .. }
                if *next == Presence::Unavailable(Some(Reason::closed())) =>
            {
                *next = Presence::Available;
                let presence = next.word().to_owned();
                self.emit(
                    now,
                    What::AgentNext {
                        agent: id.clone(),
                        presence,
                        reason: None,
                    },
                );
            }
            _ => {}
        }
    }

    fn close_for(&mut self, now: Moment, id: &AgentId) {
        let Some(agent) = self.agents.get_mut(id) else {
            return;
        };
        let closed = Presence::Unavailable(Some(Reason::closed()));
        match &mut agent.state {
            AgentState::Available { .. } => {
                self.become_unavailable(now, id, Some(Reason::closed()));
            }
            AgentState::Busy {
                next: next @ Presence::Available,
                ..
            } => {
                let (presence, reason) = (closed.word().to_owned(), closed.reason().cloned());
                *next = closed;
                self.emit(
                    now,
                    What::AgentNext {
                        agent: id.clone(),
                        presence,
                        reason,
                    },
                );
            }
            _ => {}
        }
    }
}

/// Tells whether somebody chose this break himself, so that opening leaves him alone.
fn is_own_break(reason: Option<&Reason>) -> bool {
    reason.is_some_and(|reason| reason.as_str() != Reason::CLOSED)
}
