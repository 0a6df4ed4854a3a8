//! Explains why a contact is in its present state.

use std::collections::BTreeSet;

use super::Core;
use crate::agent::{Agent, AgentState, Mark, Presence};
use crate::contact::{Contact, ContactId, ContactState};
use crate::error::Result;
use crate::skill::{Profile, Skill};
use crate::time::Moment;
use crate::view::{Explanation, Nearest};

impl Core {
    /// See [`crate::Acd::explain`].
    pub fn explain(&self, now: Moment, id: ContactId) -> Result<Explanation> {
        let contact = self.known_contact(id)?;
        let profile = contact.profile();
        let unstaffed = |skill: &&Skill| self.staffed_with(skill) == 0;
        let unstaffed: Vec<Skill> = profile.skills().iter().filter(unstaffed).cloned().collect();
        let busy = |agent: &&&Agent| agent.state.is_busy();
        let qualified = self.qualified(&profile, usize::MAX);
        let looked_at = self.qualified(&profile, Explanation::HOLDERS_LOOKED_AT);
        let stopping = |agent: &&&Agent| busy(agent) && agent.state.chosen() != Presence::Available;
        let unavailable = |agent: &Agent, because| match agent.state {
            AgentState::Unavailable { mark, .. } => mark == Some(because),
            _ => false,
        };
        let count = |is: &dyn Fn(&Agent) -> bool| {
            let found = looked_at.iter().filter(|agent| is(agent));
            found.count() as u64
        };
        let queued = contact.state == ContactState::Queued;
        Ok(Explanation {
            contact: id,
            skills: contact.skills.clone(),
            state: contact.state.clone(),
            wait: contact.wait(now.millis()),
            place: queued.then(|| self.waiting.queue().ahead_of(contact.rank) as u64),
            ahead: queued.then(|| self.competing(contact, &looked_at)),
            open: !self.closed,
            agents: self.agents.len() as u64,
            qualified: qualified.len() as u64,
            qualified_busy: qualified.iter().filter(busy).count() as u64,
            qualified_stopping: looked_at.iter().filter(stopping).count() as u64,
            qualified_closed: count(&|agent| unavailable(agent, Mark::Closed)),
            qualified_offered: count(&|agent| matches!(agent.state, AgentState::Offered { .. })),
            qualified_wrap_up: count(&|agent| matches!(agent.state, AgentState::WrapUp { .. })),
            qualified_penalty: count(&|agent| matches!(agent.state, AgentState::Penalty { .. })),
            qualified_not_responding: count(&|agent| unavailable(agent, Mark::NotResponding)),
            nearest: unstaffed
                .iter()
                .filter_map(|skill| self.nearest(skill))
                .collect(),
            unstaffed,
            holders: looked_at
                .into_iter()
                .take(Explanation::HOLDERS_SHOWN)
                .cloned()
                .collect(),
        })
    }

    /// Returns the agents, by id, who hold every skill of the profile, among the first `most` who
    /// hold its rarest skill.
    fn qualified(&self, profile: &Profile, most: usize) -> Vec<&Agent> {
        let skills = profile.skills().iter();
        let Some(rarest) = skills.min_by_key(|skill| self.staffed_with(skill)) else {
            return self.agents.values().take(most).collect();
        };
        let holders = self.staffed.get(rarest).into_iter().flatten();
        holders
            .take(most)
            .filter_map(|id| self.agents.get(id))
            .filter(|agent| profile.served_by(&agent.skills))
            .collect()
    }

    /// Counts the better-ranked contacts that one of these agents could serve as well.
    fn competing(&self, contact: &Contact, agents: &[&Agent]) -> u64 {
        let held: BTreeSet<&[Skill]> = agents.iter().map(|agent| &agent.skills[..]).collect();
        let served = |profile: &&Profile| held.iter().any(|skills| profile.served_by(skills));
        let lines = self
            .waiting
            .profiles()
            .filter(served)
            .take(Explanation::LINES_LOOKED_AT);
        lines
            .map(|profile| self.waiting.before(profile, contact.rank))
            .sum()
    }

    /// Returns the most similar skill that some agent holds, given one that nobody holds.
    pub(super) fn nearest(&self, skill: &Skill) -> Option<Nearest> {
        let known = self.known_skills().into_iter();
        let known = known
            .take(Explanation::SKILLS_LOOKED_AT)
            .map(|known| (known, self.staffed_with(known) as u64));
        Nearest::of(skill, known)
    }
}
