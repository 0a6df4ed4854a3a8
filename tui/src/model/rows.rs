//! The rows of the panes: what of the floor and of the log is shown, and in which order. Made
//! when they are needed, so that nothing can be out of step with the floor.

use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId};
use shared::skill::Skill;
use shared::view::SkillView;

use super::floor::{Floor, Part};
use super::log::Entry;
use super::sort::{Column, Sort};
use super::{Model, Pane};

/// Rows to walk through, of which a part was read.
#[derive(Clone, Debug)]
pub struct Rows<Row> {
    /// The number of the first that was read.
    pub first: usize,
    /// How many there are, read or not.
    pub length: usize,
    /// Those that were read.
    pub read: Vec<Row>,
    /// Whether no other can be among them: every row was read, or what is in sight.
    pub(super) whole: bool,
}

impl<Row> Rows<Row> {
    fn none() -> Self {
        Self::all(vec![])
    }

    pub(super) fn all(read: Vec<Row>) -> Self {
        Self {
            first: 0,
            length: read.len(),
            read,
            whole: true,
        }
    }

    /// Gives the row of that number, if it was read.
    pub fn get(&self, number: usize) -> Option<&Row> {
        self.read.get(number.checked_sub(self.first)?)
    }

    /// Gives the number of that row, if it was read.
    pub fn place_of(&self, row: &Row) -> Option<usize>
    where
        Row: PartialEq,
    {
        let place = self.read.iter().position(|other| other == row)?;
        Some(self.first + place)
    }

    /// Tells whether every row was read.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Makes the same of something else.
    pub fn map<Other>(self, change: impl FnMut(Row) -> Other) -> Rows<Other> {
        Rows {
            first: self.first,
            length: self.length,
            read: self.read.into_iter().map(change).collect(),
            whole: self.whole,
        }
    }
}

impl Model {
    /// Gives the contacts of the queue that are shown, with their places in the order of service.
    pub fn contact_rows(&self) -> Rows<(usize, &Contact)> {
        let now = self.floor_now();
        self.rows(
            Pane::Queue,
            |floor| &floor.queue,
            |contact, query| query.of_contact(contact, now),
            sort_contacts,
        )
    }

    /// Gives the skills that are shown.
    pub fn skill_rows(&self) -> Rows<&SkillView> {
        let rows = self.rows(
            Pane::Skills,
            |floor| &floor.skills,
            |view, query| query.of_skill(view),
            |sort, rows, _| sort.skills(rows),
        );
        rows.map(|(_, view)| view)
    }

    /// Gives the agents that are shown.
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

    /// Gives the rows of a pane. What the store was asked to pick fits already; but it takes a
    /// moment until it was asked, and a held display is not read anew.
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

    /// Gives how many rows a pane has.
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

    /// Finds the selected rows among those that are shown now.
    pub fn follow(&mut self) {
        let Some(floor) = self.floor() else {
            return;
        };
        // What was read around a row and is without it shows that it is gone.
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

    /// Remembers where the selected contact stands, to ask for its surroundings.
    pub(crate) fn remember_rank(&mut self) {
        let Some(selected) = self.queue.selected else {
            self.rank_in_sight = None;
            return;
        };
        let contact = self.floor().and_then(|floor| floor.contact(selected));
        if let Some(rank) = contact.map(|contact| contact.rank) {
            self.rank_in_sight = Some(rank);
        }
    }

    /// Finds the selected rows after the operator himself changed what a pane shows: if the
    /// selected one is hidden now, the first is selected.
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

/// Sorts contacts with their places. Those that are alike keep the order of service.
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
