//! The floor as it was looked at: the first page of every list, and what follows from them.

use shared::agent::{Agent, AgentState};
use shared::contact::Contact;
use shared::event::Event;
use shared::time::Millis;
use shared::view::{Overview, SkillView};

/// One look at the floor.
///
/// The lists are asked for one after the other, so they may differ by what happened in between;
/// the next look is at most a second away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floor {
    /// The figures.
    pub overview: Overview,
    /// The first waiting contacts.
    pub queue: Vec<Contact>,
    /// The first skills.
    pub skills: Vec<SkillView>,
    /// The first agents.
    pub agents: Vec<Agent>,
    /// When it was taken, by this machine's clock.
    pub taken: Millis,
}

/// What a look brought: the floor, and what happened since the look before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// The floor.
    pub floor: Floor,
    /// The newest events, oldest first.
    pub events: Vec<Event>,
}

/// Why a contact waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// No agent holds this skill.
    Nobody(String),
    /// No agent holds all of its skills together.
    NotTogether,
    /// Those who hold all of its skills are on a contact or unavailable.
    Staff {
        /// How many are on a contact.
        busy: usize,
        /// How many are unavailable.
        away: usize,
    },
    /// It cannot be told from the agents that were looked at.
    Unknown,
}

impl Floor {
    /// Tells whether all agents were looked at, not only the first page.
    pub fn knows_all_agents(&self) -> bool {
        self.agents.len() as u64 >= self.overview.agents
    }

    /// Says why a contact waits, as far as this look tells.
    pub fn why(&self, contact: &Contact) -> Why {
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
            return Why::Unknown;
        }
        let (mut busy, mut away) = (0, 0);
        for agent in &self.agents {
            if contact
                .skills
                .iter()
                .all(|skill| agent.skills.contains(skill))
            {
                match agent.state {
                    AgentState::Busy { .. } => busy += 1,
                    AgentState::Unavailable { .. } => away += 1,
                    // Free by now: the lists are of slightly different moments.
                    AgentState::Available { .. } => {}
                }
            }
        }
        match busy + away {
            0 if self.overview.agents == 0 || !self.any_qualified(contact) => Why::NotTogether,
            _ => Why::Staff { busy, away },
        }
    }

    fn any_qualified(&self, contact: &Contact) -> bool {
        self.agents.iter().any(|agent| {
            contact
                .skills
                .iter()
                .all(|skill| agent.skills.contains(skill))
        })
    }
}
