//! What can be seen: single contacts and agents, pages of lists, the figures of the floor.

use super::Core;
use crate::agent::{Agent, AgentId};
use crate::contact::{Contact, ContactId, ContactState, Rank};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::skill::{Profile, Skill};
use crate::time::Moment;
use crate::view::{Explanation, Listing, Overview, Page, SkillView};

impl Core {
    /// See [`crate::Acd::overview`].
    pub fn overview(&self, now: Moment) -> Overview {
        Overview {
            open: !self.closed,
            now: now.millis(),
            event: self.event,
            waiting: self.waiting.queue().len() as u64,
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
        let qualified = self.qualified(&profile);
        let unstaffed = |skill: &&Skill| self.staffed_with(skill) == 0;
        let queued = contact.state == ContactState::Queued;
        Ok(Explanation {
            contact: id,
            state: contact.state.clone(),
            wait: contact.wait(now.millis()),
            ahead: queued.then(|| self.waiting.queue().ahead_of(contact.rank) as u64),
            qualified: qualified.len() as u64,
            qualified_busy: qualified
                .iter()
                .filter(|agent| agent.state.contact().is_some())
                .count() as u64,
            holders: qualified
                .into_iter()
                .take(Explanation::HOLDERS_SHOWN)
                .cloned()
                .collect(),
            unstaffed: profile.skills().iter().filter(unstaffed).cloned().collect(),
        })
    }

    /// Gives the agents who hold every skill of the profile, by id: found among those who hold
    /// its rarest.
    fn qualified(&self, profile: &Profile) -> Vec<&Agent> {
        let skills = profile.skills().iter();
        let Some(rarest) = skills.min_by_key(|skill| self.staffed_with(skill)) else {
            return self.agents.values().collect();
        };
        let holders = self.staffed.get(rarest).into_iter().flatten();
        holders
            .filter_map(|id| self.agents.get(id))
            .filter(|agent| profile.served_by(&agent.skills))
            .collect()
    }

    /// See [`crate::Acd::queue`].
    pub fn queue(&self, page: &Page<Rank>) -> Listing<Contact, Rank> {
        let total = self.waiting.queue().len() as u64;
        let first = page.first_of(total, |rank, counted| {
            let beyond = Rank(rank.0 + u64::from(counted));
            self.waiting.queue().ahead_of(beyond) as u64
        });
        let rows = self.waiting.queue().starting_at(place(first));
        let items = rows.take(page.limit).map(|id| self.contacts[&id].clone());
        Listing::new((first, total), items.collect(), |contact| contact.rank)
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
        let total = self.agents.len() as u64;
        let first = page.first_of(total, |id, counted| {
            let known = self.agents.contains_key(id);
            self.agents.range(..id).count() as u64 + u64::from(counted && known)
        });
        let rows = self.agents.values().skip(place(first)).take(page.limit);
        let items = rows.cloned().collect();
        Listing::new((first, total), items, |agent: &Agent| agent.id.clone())
    }

    /// See [`crate::Acd::skills`].
    pub fn skills(&self, page: &Page<Skill>) -> Listing<SkillView, Skill> {
        let mut known: Vec<&Skill> = self
            .staffed
            .keys()
            .chain(self.waiting.demand().keys())
            .collect();
        known.sort();
        known.dedup();
        let total = known.len() as u64;
        let first = page.first_of(total, |skill, counted| {
            known.partition_point(|other| *other < skill || (counted && *other == skill)) as u64
        });
        let rows = known.into_iter().skip(place(first)).take(page.limit);
        let items = rows.map(|skill| self.skill_view(skill)).collect();
        Listing::new((first, total), items, |view: &SkillView| view.skill.clone())
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

/// Gives a count as a place in memory, of which there are not more.
fn place(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
