//! Rows that have gone while they were selected. Such a row stays for a moment as what became of
//! it, so that nobody acts on its neighbour by mistake; then the neighbour is selected.

use shared::agent::{Agent, AgentState};
use shared::contact::Contact;
use shared::time::Millis;
use shared::view::SkillView;

use super::{Model, Pane};

/// How long a row that has gone stays, in milliseconds.
const STAYS: u64 = 2_000;
/// How long keys do not act after the selection moved by itself, in milliseconds: they may have
/// been meant for the row before.
const SETTLES: u64 = 700;

/// The selected rows as they were seen last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastSeen {
    /// Of the queue.
    pub contact: Option<Contact>,
    /// Of the skills.
    pub skill: Option<SkillView>,
    /// Of the agents.
    pub agent: Option<Agent>,
    /// When the selection moved by itself last.
    pub moved: Option<Millis>,
}

impl Model {
    /// Keeps the selected rows as they are now, and notes when one has gone.
    pub(super) fn see_selected(&mut self) {
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

    /// Selects the neighbours of rows that have gone a moment ago. Not while something lies over
    /// the panes: what is typed there may be meant for the row that has gone.
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

    /// Tells whether the selection moved by itself just now.
    pub fn has_just_moved(&self) -> bool {
        let moved = self.last_seen.moved;
        moved.is_some_and(|moved| self.moment.since(moved) < SETTLES)
    }

    /// Says what became of the selected row of a pane, if it has gone.
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

    /// Says what became of the skill whose row has gone.
    pub fn became_of_skill(&self) -> &'static str {
        let listed = |floor: &super::floor::Floor| {
            let skill = self.skills.gone()?;
            floor.skill(skill).map(|_| ())
        };
        match self.floor().and_then(listed) {
            Some(()) => "is hidden by the filter",
            None => "is held and needed by nobody now",
        }
    }

    /// Says what became of the agent whose row has gone.
    pub fn became_of_agent(&self) -> &'static str {
        let Some((floor, id)) = self.floor().zip(self.agents.gone()) else {
            return "has left";
        };
        match floor.agent(id).map(|agent| &agent.state) {
            Some(AgentState::Available { .. }) => "is available, hidden by the filter",
            Some(AgentState::Busy { .. }) => "is busy, hidden by the filter",
            Some(AgentState::Unavailable { .. }) => "is unavailable, hidden by the filter",
            None if floor.agents.searched.is_some() => "is hidden by the filter",
            None => "was deleted",
        }
    }
}
