//! What the console needs of each list: the visible part, or the rows that match a query. The feed
//! reads no more than that.

use shared::agent::AgentId;
use shared::contact::{ContactId, Rank};
use shared::skill::Skill;

use super::sort::Sort;
use crate::query::Query;

/// What is needed of the lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Of the waiting contacts.
    pub queue: Want<(ContactId, Rank)>,
    /// Of the skills.
    pub skills: Want<Skill>,
    /// Of the agents.
    pub agents: Want<AgentId>,
}

/// What is needed of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Want<Item> {
    /// The query and order; if none, the list as it is.
    pub picked: Option<Picked>,
    /// The item to keep visible, if any.
    pub around: Option<Item>,
    /// The number of the visible row, if no item is to be kept there.
    pub at: usize,
    /// The number of visible rows.
    pub height: usize,
}

/// A query on a list, and the order of the matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Picked {
    /// What matches.
    pub query: Query,
    /// The order; if none, the list's own.
    pub sort: Option<Sort>,
}

/// Used until the size of the terminal is known.
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
