//! The rows that the operator marked, to act on all of them at once.

use std::collections::BTreeSet;

use shared::agent::{Agent, AgentId};
use shared::contact::ContactId;

use super::detail::Subject;
use super::{Model, Pane};

/// The marked rows, by identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The contacts.
    pub contacts: BTreeSet<ContactId>,
    /// The agents.
    pub agents: BTreeSet<AgentId>,
}

impl Marks {
    /// Gives how many rows of a pane are marked.
    pub fn count(&self, pane: Pane) -> usize {
        match pane {
            Pane::Queue => self.contacts.len(),
            Pane::Agents => self.agents.len(),
            Pane::Skills | Pane::Events => 0,
        }
    }

    /// Takes all marks away. Tells whether there were any.
    pub fn clear(&mut self) -> bool {
        let any = !self.contacts.is_empty() || !self.agents.is_empty();
        *self = Self::default();
        any
    }
}

fn toggle<Id: Ord>(marks: &mut BTreeSet<Id>, id: Id) {
    if !marks.remove(&id) {
        marks.insert(id);
    }
}

impl Model {
    /// Marks the selected row, or takes its mark away. Tells whether there is such a row.
    pub fn toggle_mark(&mut self) -> bool {
        match self.focus {
            Pane::Queue => self
                .queue
                .selected
                .map(|id| toggle(&mut self.marks.contacts, id)),
            Pane::Agents => {
                let id = self.agents.selected.clone();
                id.map(|id| toggle(&mut self.marks.agents, id))
            }
            Pane::Skills | Pane::Events => None,
        }
        .is_some()
    }

    /// Takes the marks from what is no longer on the floor: nothing is done to it unseen.
    pub fn forget_marks(&mut self) {
        let Some(floor) = &self.newest else { return };
        let contacts: BTreeSet<ContactId> = floor.queue.iter().map(|row| row.id).collect();
        self.marks.contacts.retain(|id| contacts.contains(id));
        let agents = &floor.agents;
        self.marks
            .agents
            .retain(|id| agents.iter().any(|agent| agent.id == *id));
    }

    /// Gives the contacts that an act is meant for: the marked, or else that of the open detail,
    /// or else the selected one of the queue, or that of the selected agent.
    pub fn contacts_meant(&self) -> Vec<ContactId> {
        if !self.marks.contacts.is_empty() && self.focus == Pane::Queue {
            return self.marks.contacts.iter().copied().collect();
        }
        if let Some(Subject::Contact(id)) = self.detail.as_ref().map(|detail| &detail.subject) {
            return vec![*id];
        }
        match self.focus {
            Pane::Queue => self.queue.selected.into_iter().collect(),
            Pane::Agents => {
                let agents = self.floor().map_or(&[][..], |floor| &floor.agents);
                let mut chosen = agents.iter();
                let agent = chosen.find(|agent| Some(&agent.id) == self.agents.selected.as_ref());
                agent
                    .and_then(|agent| agent.state.contact())
                    .into_iter()
                    .collect()
            }
            Pane::Skills | Pane::Events => vec![],
        }
    }

    /// Gives the agents that an act is meant for: the marked, or else the selected.
    pub fn agents_meant(&self) -> Vec<&Agent> {
        let agents = self.floor().map_or(&[][..], |floor| &floor.agents);
        let meant = |agent: &&Agent| {
            if self.marks.agents.is_empty() {
                self.agents.selected.as_ref() == Some(&agent.id)
            } else {
                self.marks.agents.contains(&agent.id)
            }
        };
        agents.iter().filter(meant).collect()
    }
}
