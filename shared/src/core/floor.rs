//! Operations on the whole floor: opening, closing, settings, deleting a skill.

use super::Core;
use crate::agent::{AgentId, Mark, Presence};
use crate::error::{Error, Result};
use crate::event::What;
use crate::seen::AgentSeen;
use crate::settings::{Settings, SettingsChange};
use crate::skill::Skill;
use crate::time::Moment;

impl Core {
    /// See [`crate::Acd::open`].
    pub fn open(&mut self, now: Moment) -> bool {
        let was_open = !std::mem::replace(&mut self.closed, false);
        self.emit(now, What::AcdOpened);
        // A busy agent keeps their contact; only the effect of closing is undone.
        for id in self.away.in_order() {
            self.make(now, &id, Presence::Available, None);
        }
        self.check_invariant();
        was_open
    }

    /// See [`crate::Acd::close`].
    pub fn close(&mut self, now: Moment) -> bool {
        let was_open = !std::mem::replace(&mut self.closed, true);
        self.emit(now, What::AcdClosed);
        // In the order in which opening makes them available again.
        for id in self.available.in_order() {
            self.take_off(now, &id);
        }
        let busy: Vec<AgentId> = self.agents.keys().cloned().collect();
        for id in busy {
            if self.agents[&id].state.chosen() == Presence::Available {
                self.take_off(now, &id);
            }
        }
        self.check_invariant();
        was_open
    }

    fn take_off(&mut self, now: Moment, id: &AgentId) {
        self.make(now, id, Presence::Unavailable(None), Some(Mark::Closed));
    }

    /// See [`crate::Acd::settings`].
    pub fn settings(&self) -> Settings {
        self.settings.clone()
    }

    /// See [`crate::Acd::change_settings`].
    pub fn change_settings(&mut self, now: Moment, change: &SettingsChange) -> Settings {
        let changed = self.settings.changed(change);
        let before = std::mem::replace(&mut self.settings, changed);
        if self.settings != before {
            let settings = self.settings.clone();
            self.emit(now, What::SettingsChanged { settings });
        }
        before
    }

    /// See [`crate::Acd::delete_skill`].
    pub fn delete_skill(&mut self, now: Moment, skill: &Skill) -> Result<()> {
        if !self.staffed.contains_key(skill) && !self.waiting.demand().contains_key(skill) {
            return Err(Error::UnknownSkill(skill.clone()));
        }
        let holders = self.staffed.get(skill).cloned().unwrap_or_default();
        for id in holders {
            self.remove_skill(now, &id, skill, &AgentSeen::ANYTHING)?;
        }
        Ok(())
    }
}
