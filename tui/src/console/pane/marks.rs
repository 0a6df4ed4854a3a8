//! The rows that the operator marked, to act on all of them together.

use std::collections::{BTreeMap, BTreeSet};

use shared::agent::{Agent, AgentId, AgentState};
use shared::contact::ContactId;

use crate::console::subject::Subject;
use crate::console::{Model, Pane};

/// The marked rows, by identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The contacts.
    pub contacts: BTreeSet<ContactId>,
    /// The agents as last seen: they may be out of sight by now.
    pub agents: BTreeMap<AgentId, Agent>,
}

impl Marks {
    /// Returns how many rows of a pane are marked.
    pub fn count(&self, pane: Pane) -> usize {
        match pane {
            Pane::Queue => self.contacts.len(),
            Pane::Agents => self.agents.len(),
            Pane::Skills | Pane::Events => 0,
        }
    }

    /// Removes all marks. Returns whether there were any.
    pub fn clear(&mut self) -> bool {
        let any = !self.contacts.is_empty() || !self.agents.is_empty();
        *self = Self::default();
        any
    }
}

impl Model {
    /// Marks or unmarks the selected row. Returns whether there is such a row.
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

    /// Removes the marks of items that are known to have left, and updates the marked agents. In a
    /// list that was read in part, rows that were not read keep their marks: the store refuses what
    /// is no longer possible.
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

    /// Returns the contacts that an action applies to: the marked contacts, or those of the marked
    /// agents, or else that of the open detail, or else the one selected in the queue, or that of
    /// the selected agent. Keys and commands use the same rule.
    pub fn contacts_meant(&self) -> Vec<ContactId> {
        match self.focus {
            Pane::Queue if !self.marks.contacts.is_empty() => {
                return self.marks.contacts.iter().copied().collect();
            }
            Pane::Agents if !self.marks.agents.is_empty() => {
                let agents = self.marks.agents.values();
                return agents.filter_map(live_contact).collect();
            }
            _ => {}
        }
        match self.detail.as_ref().map(|detail| &detail.subject) {
            Some(Subject::Contact(id)) => return vec![*id],
            Some(Subject::Agent(_)) => {
                let contact = self.detail_agent().and_then(live_contact);
                return contact.into_iter().collect();
            }
            None => {}
        }
        match self.focus {
            Pane::Queue => self.queue.selected.into_iter().collect(),
            Pane::Agents => {
                let agent = self.selected_agent();
                let contact = agent.and_then(live_contact);
                contact.into_iter().collect()
            }
            Pane::Skills | Pane::Events => vec![],
        }
    }

    /// Returns the agents that an action applies to: the marked ones, or else that of the open
    /// detail, or else the selected one.
    pub fn agents_meant(&self) -> Vec<&Agent> {
        if !self.marks.agents.is_empty() {
            return self.marks.agents.values().collect();
        }
        self.agent_meant().into_iter().collect()
    }

    /// Returns the one agent that an action applies to: that of the open detail, or else the
    /// selected one.
    pub fn agent_meant(&self) -> Option<&Agent> {
        match self.detail.as_ref().map(|detail| &detail.subject) {
            Some(Subject::Agent(_)) => self.detail_agent(),
            _ => self.selected_agent(),
        }
    }

    /// Returns the selected agent, if they were read.
    pub fn selected_agent(&self) -> Option<&Agent> {
        self.floor()?.agent(self.agents.selected.as_ref()?)
    }
}

/// Returns the contact that an agent is on or that is offered to them. The one of their wrap-up has
/// ended: it cannot be completed, cancelled or requeued.
fn live_contact(agent: &Agent) -> Option<ContactId> {
    let contact = agent.state.contact();
    contact.filter(|_| !matches!(agent.state, AgentState::WrapUp { .. }))
}
