//! The rows that the operator marked, to act on all of them at once.

use std::collections::{BTreeMap, BTreeSet};

use shared::agent::{Agent, AgentId};
use shared::contact::ContactId;

use super::detail::Subject;
use super::{Model, Pane};

/// The marked rows, by identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The contacts.
    pub contacts: BTreeSet<ContactId>,
    /// The agents, as they were seen last: they may be out of sight by now.
    pub agents: BTreeMap<AgentId, Agent>,
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

impl Model {
    /// Marks the selected row, or takes its mark away. Tells whether there is such a row.
    pub fn toggle_mark(&mut self) -> bool {
        match self.focus {
            Pane::Queue => {
                let Some(id) = self.queue.selected else {
                    return false;
                };
                if !self.marks.contacts.remove(&id) {
                    self.marks.contacts.insert(id);
                }
            }
            Pane::Agents => {
                let Some(id) = self.agents.selected.clone() else {
                    return false;
                };
                if self.marks.agents.remove(&id).is_none() {
                    let agent = self.selected_agent().cloned();
                    self.marks.agents.extend(agent.map(|agent| (id, agent)));
                }
            }
            Pane::Skills | Pane::Events => return false,
        }
        true
    }

    /// Takes the marks from what is known to have left the floor, and learns how the marked agents
    /// are now. Of a list that was read in part, what was not read keeps its mark: the store
    /// refuses what can no longer be done to it.
    pub fn follow_marks(&mut self) {
        let Some(floor) = &self.newest else { return };
        if floor.queue.searched.is_none() && floor.queue.is_whole() {
            let contacts: BTreeSet<ContactId> = floor.queue.iter().map(|row| row.id).collect();
            self.marks.contacts.retain(|id| contacts.contains(id));
        }
        let whole = floor.knows_all_agents();
        self.marks.agents.retain(|id, seen| {
            match floor.agent(id) {
                Some(agent) => seen.clone_from(agent),
                None if whole => return false,
                None => {}
            }
            true
        });
    }

    /// Gives the contacts that an act is meant for: the marked, or those of the marked agents, or
    /// else that of the open detail, or else the selected one of the queue, or that of the selected
    /// agent. Keys and commands mean the same.
    pub fn contacts_meant(&self) -> Vec<ContactId> {
        match self.focus {
            Pane::Queue if !self.marks.contacts.is_empty() => {
                return self.marks.contacts.iter().copied().collect();
            }
            Pane::Agents if !self.marks.agents.is_empty() => {
                let agents = self.marks.agents.values();
                return agents.filter_map(|agent| agent.state.contact()).collect();
            }
            _ => {}
        }
        match self.detail.as_ref().map(|detail| &detail.subject) {
            Some(Subject::Contact(id)) => return vec![*id],
            Some(Subject::Agent(_)) => {
                let contact = self.detail_agent().and_then(|agent| agent.state.contact());
                return contact.into_iter().collect();
            }
            None => {}
        }
        match self.focus {
            Pane::Queue => self.queue.selected.into_iter().collect(),
            Pane::Agents => {
                let agent = self.selected_agent();
                let contact = agent.and_then(|agent| agent.state.contact());
                contact.into_iter().collect()
            }
            Pane::Skills | Pane::Events => vec![],
        }
    }

    /// Gives the agents that an act is meant for: the marked, or else that of the open detail, or
    /// else the selected.
    pub fn agents_meant(&self) -> Vec<&Agent> {
        if !self.marks.agents.is_empty() {
            return self.marks.agents.values().collect();
        }
        self.agent_meant().into_iter().collect()
    }

    /// Gives the one agent that an act is meant for: that of the open detail, or else the selected.
    pub fn agent_meant(&self) -> Option<&Agent> {
        match self.detail.as_ref().map(|detail| &detail.subject) {
            Some(Subject::Agent(_)) => self.detail_agent(),
            _ => self.selected_agent(),
        }
    }

    /// Gives the selected agent, if he was read.
    pub fn selected_agent(&self) -> Option<&Agent> {
        self.floor()?.agent(self.agents.selected.as_ref()?)
    }
}
