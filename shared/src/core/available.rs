//! The routable agents per skill, longest available first.

use std::collections::{BTreeSet, HashMap};

use crate::agent::AgentId;
use crate::skill::{Profile, Skill};
use crate::time::Tick;

/// The routable agents, all and per skill. Every list is ordered by the agent's one `since` tick.
#[derive(Debug, Default)]
pub(super) struct Available {
    all: BTreeSet<(Tick, AgentId)>,
    by_skill: HashMap<Skill, BTreeSet<(Tick, AgentId)>>,
}

impl Available {
    /// Lists an agent who is available since this tick.
    pub(super) fn list(&mut self, id: &AgentId, skills: &[Skill], since: Tick) {
        self.all.insert((since, id.clone()));
        for skill in skills {
            self.list_under(id, skill, since);
        }
    }

    /// Lists an agent under one more skill, with the tick they have.
    pub(super) fn list_under(&mut self, id: &AgentId, skill: &Skill, since: Tick) {
        self.by_skill
            .entry(skill.clone())
            .or_default()
            .insert((since, id.clone()));
    }

    /// Removes an agent from every list.
    pub(super) fn unlist(&mut self, id: &AgentId, skills: &[Skill], since: Tick) {
        self.all.remove(&(since, id.clone()));
        for skill in skills {
            self.unlist_under(id, skill, since);
        }
    }

    /// Removes an agent from the list of one skill.
    pub(super) fn unlist_under(&mut self, id: &AgentId, skill: &Skill, since: Tick) {
        if let Some(listed) = self.by_skill.get_mut(skill) {
            listed.remove(&(since, id.clone()));
            if listed.is_empty() {
                self.by_skill.remove(skill);
            }
        }
    }

    /// Returns the longest available agent who holds every skill of the profile, and their tick.
    ///
    /// Walks the shortest of the skills' lists. An agent who is also on all the others holds all
    /// skills.
    pub(super) fn longest(&self, profile: &Profile) -> Option<(Tick, AgentId)> {
        let mut lists = Vec::with_capacity(profile.skills().len());
        for skill in profile.skills() {
            lists.push(self.by_skill.get(skill)?);
        }
        let shortest = lists
            .iter()
            .min_by_key(|list| list.len())
            .copied()
            .unwrap_or(&self.all);
        shortest
            .iter()
            .find(|agent| lists.iter().all(|list| list.contains(agent)))
            .cloned()
    }

    /// Returns all routable agents, longest available first.
    pub(super) fn in_order(&self) -> Vec<AgentId> {
        self.all.iter().map(|(_, id)| id.clone()).collect()
    }

    /// Returns how many agents are routable.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the routable agents with a skill, longest available first.
    pub(super) fn with(&self, skill: &Skill) -> impl ExactSizeIterator<Item = &(Tick, AgentId)> {
        static NOBODY: BTreeSet<(Tick, AgentId)> = BTreeSet::new();
        self.by_skill.get(skill).unwrap_or(&NOBODY).iter()
    }
}
