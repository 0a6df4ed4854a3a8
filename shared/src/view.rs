//! What the operations return about the floor: pages of lists, and overall figures.

use serde::{Deserialize, Serialize};

use crate::agent::AgentId;
use crate::figures::Totals;
use crate::skill::Skill;
use crate::time::{Millis, Tick};

pub use crate::explanation::{Explanation, Nearest};

/// The most rows a page may have.
pub const LONGEST_PAGE: usize = 500;

/// Which part of a list to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<Cursor> {
    /// Where it starts.
    pub start: Start<Cursor>,
    /// How many items at most, up to [`LONGEST_PAGE`].
    pub limit: usize,
}

/// Where a page starts.
///
/// A list changes while it is read. To go through it page by page, ask for what comes after the
/// last item read; to keep an item visible, ask for what surrounds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start<Cursor> {
    /// At the item with this many before it. Beyond the end this is the last full page.
    At(u64),
    /// After this item, whether it is still in the list or not.
    After(Cursor),
    /// This many items before this one, or before where it was. Near the end this is the last full
    /// page.
    Before(Cursor, u64),
}

impl<Cursor> Page<Cursor> {
    /// Asks for the first items of the list.
    pub fn first(limit: usize) -> Self {
        let start = Start::At(0);
        Self { start, limit }
    }

    /// Asks for the items after this one.
    pub fn after(cursor: Cursor, limit: usize) -> Self {
        let start = Start::After(cursor);
        Self { start, limit }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<Item, Cursor> {
    /// How many items of the list come before these.
    pub first: u64,
    /// How many items the whole list has.
    pub total: u64,
    /// The items, in order.
    pub items: Vec<Item>,
    /// The cursor for the next page; `None` at the end of the list.
    pub next: Option<Cursor>,
}

impl<Item, Cursor> Listing<Item, Cursor> {
    /// Makes a page of these items, given its `first` and the `total` of the list.
    pub(crate) fn new(
        (first, total): (u64, u64),
        items: Vec<Item>,
        cursor: impl Fn(&Item) -> Cursor,
    ) -> Self {
        // The numbers may come from another client's data, so they may be anything.
        let goes_on = first.saturating_add(items.len() as u64) < total;
        let next = items.last().filter(|_| goes_on).map(cursor);
        Self {
            first,
            total,
            items,
            next,
        }
    }
}

impl<Cursor> Page<Cursor> {
    /// Returns how many items come before the page. `up_to` counts the items before a cursor, and
    /// the item itself when its second argument is true.
    pub(crate) fn first_of(&self, total: u64, up_to: impl Fn(&Cursor, bool) -> u64) -> u64 {
        let last_full = total.saturating_sub(self.limit as u64);
        match &self.start {
            Start::At(first) => last_full.min(*first),
            Start::After(item) => up_to(item, true),
            Start::Before(item, so_many) => {
                last_full.min(up_to(item, false).saturating_sub(*so_many))
            }
        }
    }
}

/// The figures of the floor, all of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// Whether the ACD is open.
    pub open: bool,
    /// The moment of the figures.
    pub now: Millis,
    /// The number of the newest event.
    pub event: u64,
    /// Contacts waiting.
    pub waiting: u64,
    /// When the contact that waits longest arrived, whatever its priority.
    pub oldest: Option<Millis>,
    /// Agents in all.
    pub agents: u64,
    /// Agents who are available and idle.
    pub available: u64,
    /// Agents on a contact.
    pub busy: u64,
    /// Agents to whom a contact is offered.
    pub offered: u64,
    /// Agents in wrap-up.
    pub wrap_up: u64,
    /// Agents who are available but not routable for a while.
    pub penalty: u64,
    /// What has been counted since the ACD began.
    pub totals: Totals,
}

impl Overview {
    /// Returns how many agents are unavailable.
    pub fn unavailable(&self) -> u64 {
        let others = self.available + self.busy + self.offered + self.wrap_up + self.penalty;
        self.agents.saturating_sub(others)
    }
}

/// One skill on the floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillView {
    /// The skill.
    pub skill: Skill,
    /// Waiting contacts that need it.
    pub waiting: u64,
    /// Agents holding it who are available and idle.
    pub available: u64,
    /// Agents holding it.
    pub staffed: u64,
    /// The longest available of them, next to be chosen first, and since when each is available; at
    /// most [`SkillView::NEXT_SHOWN`].
    pub next: Vec<(AgentId, Tick)>,
}

impl SkillView {
    /// How many of the next agents are shown.
    pub const NEXT_SHOWN: usize = 5;
}

/// The result of applying due deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// How many deadlines were applied.
    pub applied: u64,
    /// How many agents the safety sweep had to repair; anything but 0 is a fault to look into.
    pub repaired: u64,
    /// When to call again.
    pub next: Millis,
    /// When this call was made, by the same clock as `next`.
    pub now: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_whose_end_would_overflow_has_no_next() {
        let part = Listing::new((u64::MAX, 2), vec![1, 2], |item| *item);
        assert_eq!((part.first, part.next), (u64::MAX, None));
    }
}
