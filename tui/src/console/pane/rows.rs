//! The rows of the panes: which items are shown, and in which order. They are computed when needed,
//! so that they always match the floor.

use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId};
use shared::skill::Skill;
use shared::view::SkillView;

use crate::console::floor::{Floor, Part};
use crate::console::log::Entry;
use crate::console::sort::{Column, Sort};
use crate::console::{Model, Pane};
use crate::parts::rows::Rows;

impl Model {
    /// Returns the shown contacts of the queue, with their places in the order of service.
    pub fn contact_rows(&self) -> Rows<(usize, &Contact)> {
        let now = self.floor_now();
        self.rows(
            Pane::Queue,
            |floor| &floor.queue,
            |contact, query| query.of_contact(contact, now),
            sort_contacts,
        )
    }

    /// Returns the shown skills.
    pub fn skill_rows(&self) -> Rows<&SkillView> {
        let rows = self.rows(
            Pane::Skills,
            |floor| &floor.skills,
            |view, query| query.of_skill(view),
            |sort, rows, _| sort.skills(rows),
        );
        rows.map(|(_, view)| view)
    }

    /// Returns the shown agents.
    pub fn agent_rows(&self) -> Rows<&Agent> {
        let now = self.floor_now();
        let rows = self.rows(
            Pane::Agents,
            |floor| &floor.agents,
            |agent, query| query.of_agent(agent, now),
            |sort, rows, _| sort.agents(rows),
        );
        rows.map(|(_, agent)| agent)
    }

    /// Returns the rows of a pane. They are filtered again although the store was asked for matches
    /// only: the answer to a new filter takes a moment, and a paused display is not read again.
    fn rows<'a, Row>(
        &'a self,
        pane: Pane,
        part: impl Fn(&'a Floor) -> &'a Part<Row>,
        fits: impl Fn(&Row, &crate::query::Query) -> bool,
        order: impl Fn(Sort, &mut Vec<(usize, &'a Row)>, &'a Floor),
    ) -> Rows<(usize, &'a Row)> {
        let Some(floor) = self.floor() else {
            return Rows::none();
        };
        let (part, query) = (part(floor), &self.filters.of(pane).query);
        let placed = part.places.iter().copied().zip(&part.rows);
        let sort = self.sorts.of(pane);
        if query.is_empty() && sort.is_none() && self.pause.is_none() {
            return Rows {
                first: part.first(),
                length: part.length(),
                read: placed.collect(),
                whole: part.is_whole(),
            };
        }
        let mut rows = placed.filter(|(_, row)| fits(row, query)).collect();
        if let Some(sort) = sort {
            order(sort, &mut rows, floor);
        }
        Rows::all(rows)
    }

    /// Returns the shown entries of the log, newest first.
    pub fn event_rows(&self) -> impl Iterator<Item = &Entry> {
        let query = &self.filters.of(Pane::Events).query;
        self.log
            .newest_first(self.newest_event_shown())
            .filter(move |entry| match entry {
                Entry::Happened(event) => query.of_event(event),
                Entry::Missed { .. } => query.is_empty(),
            })
    }

    /// Returns the number of rows in a pane.
    pub fn row_count(&self, pane: Pane) -> usize {
        match pane {
            Pane::Queue => self.contact_rows().length,
            Pane::Skills => self.skill_rows().length,
            Pane::Agents => self.agent_rows().length,
            Pane::Events => self.event_rows().count(),
        }
    }

    pub(crate) fn contact_ids(&self) -> Rows<ContactId> {
        self.contact_rows().map(|(_, contact)| contact.id)
    }

    pub(crate) fn skill_names(&self) -> Rows<Skill> {
        self.skill_rows().map(|view| view.skill.clone())
    }

    pub(crate) fn agent_ids(&self) -> Rows<AgentId> {
        self.agent_rows().map(|agent| agent.id.clone())
    }

    /// Finds the selected rows among the current ones.
    pub fn follow(&mut self) {
        let Some(floor) = self.floor() else {
            return;
        };
        // A row that is missing from the rows read around it has left.
        let wanted = floor.wanted.clone();
        let (contacts, skills, agents) = (self.contact_ids(), self.skill_names(), self.agent_ids());
        let contact = wanted.queue.around.map(|(id, _)| id);
        let (skill, agent) = (wanted.skills.around.as_ref(), wanted.agents.around.as_ref());
        let here = |pane| self.focus == pane;
        self.queue
            .follow(&contacts, contact.as_ref(), here(Pane::Queue));
        self.skills.follow(&skills, skill, here(Pane::Skills));
        self.agents.follow(&agents, agent, here(Pane::Agents));
        self.remember_rank();
        self.see_selected();
    }

    /// Stores the rank of the selected contact, to request the rows around it.
    pub(crate) fn remember_rank(&mut self) {
        let Some(selected) = self.queue.selected else {
            self.rank_in_view = None;
            return;
        };
        let contact = self.floor().and_then(|floor| floor.contact(selected));
        if let Some(rank) = contact.map(|contact| contact.rank) {
            self.rank_in_view = Some(rank);
        }
    }

    /// Finds the selected rows after the operator changed what a pane shows. If the selected row is
    /// now hidden, the first is selected.
    pub fn follow_choice(&mut self, pane: Pane) {
        self.follow();
        match pane {
            Pane::Queue if self.queue.selected.is_none() => {
                let ids = self.contact_ids();
                self.queue.begin(&ids);
                self.remember_rank();
            }
            Pane::Skills if self.skills.selected.is_none() => {
                let ids = self.skill_names();
                self.skills.begin(&ids);
            }
            Pane::Agents if self.agents.selected.is_none() => {
                let ids = self.agent_ids();
                self.agents.begin(&ids);
            }
            Pane::Events => self.events_back = 0,
            _ => {}
        }
        self.see_selected();
    }
}

/// Sorts contacts with their places. Equal ones keep the order of service.
fn sort_contacts(sort: Sort, rows: &mut Vec<(usize, &Contact)>, floor: &Floor) {
    if sort.column == Column::Why {
        rows.sort_by_cached_key(|row| format!("{:?}", floor.why(row.1)));
        if sort.falling {
            rows.reverse();
        }
        return;
    }
    rows.sort_by(|one, other| sort.of_contacts(*one, *other));
}
