//! The rows of the panes: what of the floor and of the log is shown, and in which order. Made
//! when they are needed, so that nothing can be out of step with the floor.

use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId};
use shared::skill::Skill;
use shared::view::SkillView;

use super::log::Entry;
use super::{Model, Pane};

impl Model {
    /// Gives the contacts of the queue that are shown, with their places in the order of service.
    pub fn contact_rows(&self) -> Vec<(usize, &Contact)> {
        let Some(floor) = self.floor() else {
            return vec![];
        };
        let (query, now) = (&self.filters.of(Pane::Queue).query, self.floor_now());
        let places = floor.queue.iter().enumerate();
        let mut rows: Vec<_> = places
            .filter(|(_, contact)| query.of_contact(contact, now))
            .collect();
        if let Some(sort) = self.sorts.of(Pane::Queue) {
            sort.contacts(&mut rows, floor);
        }
        rows
    }

    /// Gives the skills that are shown.
    pub fn skill_rows(&self) -> Vec<&SkillView> {
        let query = &self.filters.of(Pane::Skills).query;
        let skills = self.floor().map_or(&[][..], |floor| &floor.skills);
        let mut rows: Vec<_> = skills.iter().filter(|view| query.of_skill(view)).collect();
        if let Some(sort) = self.sorts.of(Pane::Skills) {
            sort.skills(&mut rows);
        }
        rows
    }

    /// Gives the agents that are shown.
    pub fn agent_rows(&self) -> Vec<&Agent> {
        let (query, now) = (&self.filters.of(Pane::Agents).query, self.floor_now());
        let agents = self.floor().map_or(&[][..], |floor| &floor.agents);
        let mut rows: Vec<_> = agents
            .iter()
            .filter(|agent| query.of_agent(agent, now))
            .collect();
        if let Some(sort) = self.sorts.of(Pane::Agents) {
            sort.agents(&mut rows);
        }
        rows
    }

    /// Gives the entries of the log that are shown, newest first.
    pub fn event_rows(&self) -> impl Iterator<Item = &Entry> {
        let query = &self.filters.of(Pane::Events).query;
        self.log
            .newest_first(self.newest_event_shown())
            .filter(move |entry| match entry {
                Entry::Happened(event) => query.of_event(event),
                Entry::Missed { .. } => query.is_empty(),
            })
    }

    /// Gives how many rows a pane shows.
    pub fn row_count(&self, pane: Pane) -> usize {
        match pane {
            Pane::Queue => self.contact_rows().len(),
            Pane::Skills => self.skill_rows().len(),
            Pane::Agents => self.agent_rows().len(),
            Pane::Events => self.event_rows().count(),
        }
    }

    pub(crate) fn contact_ids(&self) -> Vec<ContactId> {
        self.contact_rows().iter().map(|row| row.1.id).collect()
    }

    pub(crate) fn skill_names(&self) -> Vec<Skill> {
        let rows = self.skill_rows();
        rows.iter().map(|view| view.skill.clone()).collect()
    }

    pub(crate) fn agent_ids(&self) -> Vec<AgentId> {
        let rows = self.agent_rows();
        rows.iter().map(|agent| agent.id.clone()).collect()
    }

    /// Finds the selected rows among those that are shown now.
    pub fn follow(&mut self) {
        if self.floor().is_none() {
            return;
        }
        let (contacts, skills, agents) = (self.contact_ids(), self.skill_names(), self.agent_ids());
        self.queue.follow(&contacts.into_iter());
        self.skills.follow(&skills.into_iter());
        self.agents.follow(&agents.into_iter());
    }

    /// Finds the selected rows after the operator himself changed what a pane shows: if the
    /// selected one is hidden now, the first is selected.
    pub fn follow_choice(&mut self, pane: Pane) {
        use super::cursor::Motion::First;
        self.follow();
        match pane {
            Pane::Queue if self.queue.selected.is_none() => {
                let ids = self.contact_ids();
                self.queue.go(First, &ids.into_iter());
            }
            Pane::Skills if self.skills.selected.is_none() => {
                let ids = self.skill_names();
                self.skills.go(First, &ids.into_iter());
            }
            Pane::Agents if self.agents.selected.is_none() => {
                let ids = self.agent_ids();
                self.agents.go(First, &ids.into_iter());
            }
            Pane::Events => self.events_back = 0,
            _ => {}
        }
    }
}
