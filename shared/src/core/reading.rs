//! Read operations: single contacts and agents, pages of lists, the figures of the floor.

use super::Core;
use crate::agent::{Agent, AgentId};
use crate::contact::{Contact, ContactId, Rank};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::skill::Skill;
use crate::time::{Millis, Moment, PLAUSIBLY_AHEAD, Tick};
use crate::view::{Listing, Overview, Page, SkillView};

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
            offered: self.offers.len() as u64,
            wrap_up: self.wrap_ups.len() as u64,
            penalty: self.penalties.len() as u64,
            totals: self.counts.all,
        }
    }

    /// See [`crate::Acd::contact`].
    pub fn contact(&self, id: ContactId) -> Result<Contact> {
        self.known_contact(id).cloned()
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
    pub fn skills(&self, now: Moment, page: &Page<Skill>) -> Listing<SkillView, Skill> {
        let known = self.known_skills();
        let total = known.len() as u64;
        let first = page.first_of(total, |skill, counted| {
            known.partition_point(|other| *other < skill || (counted && *other == skill)) as u64
        });
        let rows = known.into_iter().skip(place(first)).take(page.limit);
        let items = rows.map(|skill| self.skill_view(now, skill)).collect();
        Listing::new((first, total), items, |view: &SkillView| view.skill.clone())
    }

    /// Returns the skills that an agent holds or a waiting contact needs, by name.
    pub(super) fn known_skills(&self) -> Vec<&Skill> {
        let held = self.staffed.keys();
        let mut known: Vec<&Skill> = held.chain(self.waiting.demand().keys()).collect();
        known.sort();
        known.dedup();
        known
    }

    fn skill_view(&self, now: Moment, skill: &Skill) -> SkillView {
        let plausible = Millis(now.millis().0 + PLAUSIBLY_AHEAD);
        // After a clock that had jumped ahead, a tick is not a time.
        let in_time = |id: &AgentId, since: Tick| match self.agents.get(id) {
            Some(agent) if since.millis() > plausible => {
                Tick(agent.changed.0 * 1_000 / Tick::MICROS)
            }
            _ => since,
        };
        let available = self.available.with(skill);
        SkillView {
            skill: skill.clone(),
            waiting: self.waiting.demand().get(skill).copied().unwrap_or(0),
            available: available.len() as u64,
            staffed: self.staffed_with(skill) as u64,
            next: available
                .take(SkillView::NEXT_SHOWN)
                .map(|(since, agent)| (agent.clone(), in_time(agent, *since)))
                .collect(),
        }
    }

    /// See [`crate::Acd::events_after`].
    pub fn events_after(&self, number: u64, limit: usize) -> Vec<Event> {
        let from = self.events.partition_point(|event| event.number <= number);
        self.events.iter().skip(from).take(limit).cloned().collect()
    }
}

/// Converts to `usize`, saturating.
fn place(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
