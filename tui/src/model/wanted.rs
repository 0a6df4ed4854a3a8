//! What of the floor is wanted: which part of each list is in sight, or which rows it is to be
//! searched for. It follows from the model alone; the feed reads no more than that.

use shared::agent::AgentId;
use shared::contact::{ContactId, Rank};
use shared::skill::Skill;

use super::cursor::Cursor;
use super::floor::Part;
use super::sort::Sort;
use super::{Model, Pane};
use crate::query::Query;
use crate::view;

/// What is wanted of the lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Of the waiting contacts.
    pub queue: Want<(ContactId, Rank)>,
    /// Of the skills.
    pub skills: Want<Skill>,
    /// Of the agents.
    pub agents: Want<AgentId>,
}

/// What is wanted of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Want<Item> {
    /// What is picked from the list; if nothing is, it is wanted as it stands.
    pub picked: Option<Picked>,
    /// The item that the operator keeps in sight, if any.
    pub around: Option<Item>,
    /// The number of the row that is in sight, if no item is kept there.
    pub at: usize,
    /// How many rows are in sight.
    pub height: usize,
}

/// What is picked from a list, and in which order it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Picked {
    /// What fits.
    pub query: Query,
    /// The order, unless the list's own.
    pub sort: Option<Sort>,
}

/// Before the size of the terminal is known.
const SOME_ROWS: usize = 30;

impl<Item> Default for Want<Item> {
    fn default() -> Self {
        Self {
            picked: None,
            around: None,
            at: 0,
            height: SOME_ROWS,
        }
    }
}

impl Model {
    /// Gives what is wanted of the lists now.
    pub fn wanted(&self) -> Wanted {
        let contact = self.queue.selected.zip(self.rank_in_sight);
        Wanted {
            queue: self.want(Pane::Queue, &self.queue, contact),
            skills: self.want(Pane::Skills, &self.skills, self.skills.selected.clone()),
            agents: self.want(Pane::Agents, &self.agents, self.agents.selected.clone()),
        }
    }

    fn want<Id, Item>(&self, pane: Pane, cursor: &Cursor<Id>, item: Option<Item>) -> Want<Item> {
        let filter = self.filters.of(pane);
        let sort = self.sorts.of(pane);
        let plain = filter.query.is_empty() && sort.is_none();
        let picked = (!plain).then(|| Picked {
            query: filter.query.clone(),
            sort,
        });
        Want {
            around: item.filter(|_| plain),
            at: if plain { cursor.index } else { 0 },
            height: view::rows_seen(self, pane),
            picked,
        }
    }

    /// Tells whether something that is in sight has not been read, so that it should be read now.
    pub fn lacks(&self, wanted: &Wanted) -> bool {
        let Some(floor) = &self.newest else {
            return false;
        };
        let had = &floor.wanted;
        // Chosen elsewhere, and its surroundings not asked for so far.
        let contact = self
            .queue
            .selected
            .is_some_and(|id| floor.contact(id).is_none());
        let agent = self.agents.selected.as_ref();
        let agent = agent.is_some_and(|id| floor.agent(id).is_none());
        let elsewhere = contact && wanted.queue.around != had.queue.around
            || agent && wanted.agents.around != had.agents.around;
        elsewhere
            || lacks(&floor.queue, &had.queue, &wanted.queue, self.queue.index)
            || lacks(
                &floor.skills,
                &had.skills,
                &wanted.skills,
                self.skills.index,
            )
            || lacks(
                &floor.agents,
                &had.agents,
                &wanted.agents,
                self.agents.index,
            )
    }
}

fn lacks<Row, Item>(part: &Part<Row>, had: &Want<Item>, want: &Want<Item>, at: usize) -> bool {
    if had.picked != want.picked {
        return true;
    }
    let seen = view::rows_around(part.length(), at, want.height);
    let read = part.first()..part.first() + part.rows.len();
    !seen.is_empty() && (seen.start < read.start || seen.end > read.end)
}
