//! A snapshot of the ACD: for each list the part that is visible, and what follows from it.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use shared::agent::{Agent, AgentId, AgentState};
use shared::contact::{Contact, ContactId};
use shared::event::Event;
use shared::skill::{Profile, Skill};
use shared::time::Millis;
use shared::view::{Explanation, Overview, SkillView};

use super::wanted::Wanted;

/// One snapshot of the ACD.
///
/// The lists are requested one after another, so they can differ by what happened in between. The
/// next snapshot follows within a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floor {
    /// The figures.
    pub overview: Overview,
    /// Waiting contacts.
    pub queue: Part<Contact>,
    /// Skills.
    pub skills: Part<SkillView>,
    /// Agents.
    pub agents: Part<Agent>,
    /// Why contacts of a profile wait, as the store answered recently. Kept for the profiles in
    /// sight whose reason does not follow from the agents that were read.
    pub reasons: HashMap<Profile, Why>,
    /// What was requested.
    pub wanted: Arc<Wanted>,
    /// When it was taken, by this machine's clock.
    pub taken: Millis,
}

/// The part of a list that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<Row> {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// The place of each row in the whole list; the first is 0.
    pub places: Vec<usize>,
    /// The length of the whole list.
    pub total: usize,
    /// How many items were searched, if the rows are matches.
    pub searched: Option<usize>,
}

impl<Row> Default for Part<Row> {
    fn default() -> Self {
        Self::run(0, vec![], 0)
    }
}

impl<Row> Part<Row> {
    /// Makes a part of consecutive rows that start at `first`.
    pub fn run(first: usize, rows: Vec<Row>, total: usize) -> Self {
        Self {
            places: (first..first + rows.len()).collect(),
            rows,
            total,
            searched: None,
        }
    }

    /// Returns the number of the first row read, among those that the operator can scroll through.
    pub fn first(&self) -> usize {
        match self.searched {
            None => self.places.first().copied().unwrap_or(0),
            Some(_) => 0,
        }
    }

    /// Returns how many rows the operator can scroll through: the whole list, or its matches.
    pub fn length(&self) -> usize {
        match self.searched {
            None => self.total.max(self.rows.len()),
            Some(_) => self.rows.len(),
        }
    }

    /// Returns whether every row that the operator can scroll through was read.
    pub fn is_whole(&self) -> bool {
        self.rows.len() == self.length()
    }
}

impl<Row> Deref for Part<Row> {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        &self.rows
    }
}

/// The result of one poll: the snapshot, and what happened since the last one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Poll {
    /// The snapshot.
    pub floor: Floor,
    /// The newest events, oldest first.
    pub events: Vec<Event>,
}

/// Why a contact waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// No agent holds this skill.
    Nobody(String),
    /// There are no agents.
    NoAgents,
    /// No agent holds all of its skills together.
    NotTogether,
    /// No agent who holds all of its skills is free.
    Staff {
        /// How many are on a contact.
        busy: usize,
        /// How many are soon free: a contact is offered to them, or they are in wrap-up or on
        /// penalty.
        soon: usize,
        /// How many are unavailable.
        unavailable: usize,
    },
    /// Not known yet.
    Unknown,
}

impl From<&Explanation> for Why {
    fn from(explanation: &Explanation) -> Self {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let soon = explanation.qualified_offered
            + explanation.qualified_wrap_up
            + explanation.qualified_penalty;
        match (explanation.unstaffed.first(), explanation.qualified) {
            _ if explanation.agents == 0 => Self::NoAgents,
            (Some(skill), _) => Self::Nobody(skill.as_str().to_owned()),
            (None, 0) => Self::NotTogether,
            (None, qualified) => Self::Staff {
                busy: count(explanation.qualified_busy),
                soon: count(soon),
                unavailable: count(qualified.saturating_sub(explanation.qualified_busy + soon)),
            },
        }
    }
}

impl Floor {
    /// Returns a waiting contact, if it was read.
    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.queue.iter().find(|contact| contact.id == id)
    }

    /// Returns a skill, if it was read.
    pub fn skill(&self, name: &Skill) -> Option<&SkillView> {
        self.skills.iter().find(|view| view.skill == *name)
    }

    /// Returns an agent, if they were read.
    pub fn agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == *id)
    }

    /// Returns whether all agents were read, not only those visible or matched.
    pub fn knows_all_agents(&self) -> bool {
        self.agents.len() as u64 >= self.overview.agents
    }

    /// Returns why a contact waits, as far as it is known.
    pub fn why(&self, contact: &Contact) -> Why {
        if self.overview.agents == 0 {
            return Why::NoAgents;
        }
        let unstaffed = |name: &str| {
            self.skills
                .iter()
                .any(|view| view.skill.as_str() == name && view.staffed == 0)
        };
        if let Some(skill) = contact
            .skills
            .iter()
            .find(|skill| unstaffed(skill.as_str()))
        {
            return Why::Nobody(skill.as_str().to_owned());
        }
        if !self.knows_all_agents() {
            let explained = self.reasons.get(&contact.profile());
            return explained.cloned().unwrap_or(Why::Unknown);
        }
        let (mut busy, mut soon, mut unavailable) = (0, 0, 0);
        for agent in self.agents.iter() {
            if contact.served_by(&agent.skills) {
                match agent.state {
                    AgentState::Busy { .. } => busy += 1,
                    AgentState::Offered { .. }
                    | AgentState::WrapUp { .. }
                    | AgentState::Penalty { .. } => soon += 1,
                    AgentState::Unavailable { .. } => unavailable += 1,
                    // Already available: the lists are from slightly different moments.
                    AgentState::Available { .. } => {}
                }
            }
        }
        match busy + soon + unavailable {
            0 if !self.any_qualified(contact) => Why::NotTogether,
            _ => Why::Staff {
                busy,
                soon,
                unavailable,
            },
        }
    }

    fn any_qualified(&self, contact: &Contact) -> bool {
        self.agents
            .iter()
            .any(|agent| contact.served_by(&agent.skills))
    }
}
