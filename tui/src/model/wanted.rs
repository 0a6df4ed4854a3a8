//! What of the floor is wanted: which part of each list is in sight, or which rows it is to be
//! searched for. The feed reads no more than that.

use shared::agent::AgentId;
use shared::contact::{ContactId, Rank};
use shared::skill::Skill;

use super::sort::Sort;
use crate::query::Query;

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
