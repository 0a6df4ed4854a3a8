//! What the model needs of the lists, which follows from the visible rows.

use crate::console::floor::Part;
use crate::console::layout::rows_seen;
use crate::console::wanted::{Picked, Want, Wanted};
use crate::console::{Model, Pane};
use crate::parts::cursor::Cursor;

impl Model {
    /// Returns what is needed of the lists now.
    pub fn wanted(&self) -> Wanted {
        let contact = self.queue.selected.zip(self.rank_in_view);
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
            height: rows_seen(self, pane),
            picked,
        }
    }

    /// Returns whether something visible has not been read, so that it should be read now.
    pub fn lacks(&self, wanted: &Wanted) -> bool {
        let Some(floor) = &self.newest else {
            return false;
        };
        let had = &floor.wanted;
        // It was selected elsewhere, and the rows around it have not been requested yet.
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
    let seen = super::table::window(part.length(), at, want.height);
    let read = part.first()..part.first() + part.rows.len();
    !seen.is_empty() && (seen.start < read.start || seen.end > read.end)
}
