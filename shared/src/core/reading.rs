//! What can be seen: single contacts and agents, pages of lists, the figures of the floor.

use super::Core;
use crate::agent::{Agent, AgentId};
use crate::contact::{Contact, ContactId, ContactState, Rank};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::skill::Skill;
use crate::time::Moment;
use crate::view::{Explanation, Listing, Overview, Page, SkillView};

impl Core {
    /// See [`crate::Acd::overview`].
    pub fn overview(&self, now: Moment) -> Overview {
        Overview {
            open: !self.closed,
            now: now.millis(),
            event: self.event,
            waiting: self.waiting.len() as u64,
            oldest: self.waiting.oldest().map(|id| self.contacts[&id].created),
            agents: self.agents.len() as u64,
            available: self.available.len() as u64,
            busy: self.busy,
            totals: self.counts.all,
        }
    }

    /// See [`crate::Acd::contact`].
    pub fn contact(&self, id: ContactId) -> Result<Contact> {
        self.known_contact(id).cloned()
    }

    /// See [`crate::Acd::explain`].
    pub fn explain(&self, now: Moment, id: ContactId) -> Result<Explanation> {
        let contact = self.known_contact(id)?;
        let profile = contact.profile();
        let qualified = || {
            self.agents
                .values()
                .filter(|agent| profile.served_by(&agent.skills))
        };
        let unstaffed = |skill: &&Skill| self.staffed_with(skill) == 0;
        let queued = contact.state == ContactState::Queued;
        Ok(Explanation {
            contact: id,
            state: contact.state.clone(),
            wait: contact.wait(now.millis()),
            ahead: queued.then(|| self.waiting.ahead_of(contact.rank) as u64),
            qualified: qualified().count() as u64,
            qualified_busy: qualified()
                .filter(|agent| agent.state.contact().is_some())
                .count() as u64,
            holders: qualified()
                .take(Explanation::HOLDERS_SHOWN)
                .cloned()
                .collect(),
            unstaffed: profile.skills().iter().filter(unstaffed).cloned().collect(),
        })
    }

    /// See [`crate::Acd::queue`].
    pub fn queue(&self, page: &Page<Rank>) -> Listing<Contact, Rank> {
        let rows = self
            .waiting
            .after(page.after)
            .map(|(_, id)| self.contacts[&id].clone());
        Listing::cut(rows, page.limit, |contact| contact.rank)
    }

    /// See [`crate::Acd::agent`].
    pub fn agent(&self, id: &AgentId) -> Result<Agent> {
        self.agents
            .get(id)
            .cloned()
            .ok_or_else(|| Error::UnknownAgent(id.clone()))
    }

    /// See [`crate::Acd::agents`].
    pub fn agents(&self, page: &Page<AgentId>) -> Listing<Agent, AgentId> {
        let later = |id: &AgentId| page.after.as_ref().is_none_or(|after| id > after);
        let rows = self
            .agents
            .iter()
            .filter(|(id, _)| later(id))
            .map(|(_, agent)| agent.clone());
        Listing::cut(rows, page.limit, |agent| agent.id.clone())
    }

    /// See [`crate::Acd::skills`].
    pub fn skills(&self, page: &Page<Skill>) -> Listing<SkillView, Skill> {
        let later = |skill: &&Skill| page.after.as_ref().is_none_or(|after| *skill > after);
        let mut known: Vec<&Skill> = self
            .staffed
            .keys()
            .chain(self.waiting.demand().keys())
            .collect();
        known.sort();
        known.dedup();
        let rows = known
            .into_iter()
            .filter(later)
            .map(|skill| self.skill_view(skill));
        Listing::cut(rows, page.limit, |view| view.skill.clone())
    }

    fn skill_view(&self, skill: &Skill) -> SkillView {
        let available = self.available.with(skill);
        SkillView {
            skill: skill.clone(),
            waiting: self.waiting.demand().get(skill).copied().unwrap_or(0),
            available: available.len() as u64,
            staffed: self.staffed_with(skill) as u64,
            next: available
                .take(SkillView::NEXT_SHOWN)
                .map(|(since, agent)| (agent.clone(), *since))
                .collect(),
        }
    }

    /// See [`crate::Acd::events_after`].
    pub fn events_after(&self, number: u64, limit: usize) -> Vec<Event> {
        let from = self.events.partition_point(|event| event.number <= number);
        self.events.iter().skip(from).take(limit).cloned().collect()
    }
}
