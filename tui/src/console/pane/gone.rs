//! Rows that left their list while they were selected. Such a row stays for a moment and says what
//! happened to it, so that nobody acts on its neighbour by mistake. Then the neighbour is selected.

use shared::agent::Agent;
use shared::contact::Contact;
use shared::time::Millis;
use shared::view::SkillView;

use crate::agent_words::word;
use crate::console::floor::Floor;
use crate::console::{Model, Pane};

/// How long such a row stays, in milliseconds.
const STAYS: u64 = 2_000;
/// How long keys have no effect after the selection moved by itself, in milliseconds: they may have
/// been meant for the previous row.
const SETTLES: u64 = 700;

/// The selected rows as they were last seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastSeen {
    /// In the queue.
    pub contact: Option<Contact>,
    /// Among the skills.
    pub skill: Option<SkillView>,
    /// Among the agents.
    pub agent: Option<Agent>,
    /// When the selection last moved by itself.
    pub moved: Option<Millis>,
}

impl Model {
    /// Stores the selected rows as they are now, and records when one has left.
    pub(crate) fn see_selected(&mut self) {
        let now = self.moment;
        self.queue.note_gone(now);
        self.skills.note_gone(now);
        self.agents.note_gone(now);
        let Some(floor) = self.floor() else { return };
        let contact = self
            .queue
            .selected
            .and_then(|id| floor.contact(id))
            .cloned();
        let skill = self.skills.selected.as_ref();
        let skill = skill.and_then(|name| floor.skill(name)).cloned();
        let agent = self.agents.selected.as_ref();
        let agent = agent.and_then(|id| floor.agent(id)).cloned();
        let seen = &mut self.last_seen;
        seen.contact = contact.or_else(|| seen.contact.take());
        seen.skill = skill.or_else(|| seen.skill.take());
        seen.agent = agent.or_else(|| seen.agent.take());
    }

    /// Selects the neighbours of rows that left a moment ago. Does not while something covers the
    /// panes: what is typed there may be meant for the row that left.
    pub fn settle(&mut self) {
        if self.overlay.is_some() {
            return;
        }
        let now = self.moment;
        let due = |since: Option<Millis>| since.is_some_and(|since| now.since(since) >= STAYS);
        let mut moved = false;
        if due(self.queue.gone_since()) {
            let ids = self.contact_ids();
            moved |= self.queue.select_neighbour(&ids);
            self.remember_rank();
        }
        if due(self.skills.gone_since()) {
            let ids = self.skill_names();
            moved |= self.skills.select_neighbour(&ids);
        }
        if due(self.agents.gone_since()) {
            let ids = self.agent_ids();
            moved |= self.agents.select_neighbour(&ids);
        }
        if moved {
            self.last_seen.moved = Some(now);
            self.see_selected();
        }
    }

    /// Returns whether the selection has just moved by itself.
    pub fn has_just_moved(&self) -> bool {
        let moved = self.last_seen.moved;
        moved.is_some_and(|moved| self.moment.since(moved) < SETTLES)
    }

    /// Describes what happened to the selected row of a pane, if it has left.
    pub fn became(&self, pane: Pane) -> Option<String> {
        match pane {
            Pane::Queue => self.queue.gone().map(|id| self.contact_became(*id)),
            Pane::Skills => {
                let skill = self.skills.gone()?;
                Some(format!("{skill} {}", self.became_of_skill()))
            }
            Pane::Agents => {
                let id = self.agents.gone()?;
                Some(format!("{id} {}", self.became_of_agent()))
            }
            Pane::Events => None,
        }
    }

    /// Describes what happened to the skill whose row has left.
    pub fn became_of_skill(&self) -> &'static str {
        let listed = |floor: &Floor| {
            let skill = self.skills.gone()?;
            floor.skill(skill).map(|_| ())
        };
        match self.floor().and_then(listed) {
            Some(()) => "is hidden by the filter",
            None => "is no longer held or needed",
        }
    }

    /// Describes what happened to the agent whose row has left.
    pub fn became_of_agent(&self) -> String {
        let Some((floor, id)) = self.floor().zip(self.agents.gone()) else {
            return "has left".to_owned();
        };
        match floor.agent(id) {
            Some(agent) => format!("is {}, hidden by the filter", word(&agent.state)),
            None if floor.agents.searched.is_some() => "is hidden by the filter".to_owned(),
            None => "was deleted".to_owned(),
        }
    }
}
