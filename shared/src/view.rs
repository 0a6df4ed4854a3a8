//! What the operations tell about the floor: pages of lists, and the figures of the whole.

use serde::{Deserialize, Serialize};

use crate::agent::{Agent, AgentId};
use crate::contact::{ContactId, ContactState, Outcome};
use crate::figures::Totals;
use crate::skill::Skill;
use crate::time::{Millis, Tick};

/// The most rows a page may have.
pub const LONGEST_PAGE: usize = 500;

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<Cursor> {
    /// The last item of the page before; none for the first page.
    pub after: Option<Cursor>,
    /// How many items at most, up to [`LONGEST_PAGE`].
    pub limit: usize,
}

impl<Cursor> Page<Cursor> {
    /// Asks for the first items of the list.
    pub fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<Item, Cursor> {
    /// The items, in order.
    pub items: Vec<Item>,
    /// Where the next page starts; none at the end of the list.
    pub next: Option<Cursor>,
}

impl<Item, Cursor> Listing<Item, Cursor> {
    /// Makes a page of at most `limit` of these items; that one more is there shows that the list
    /// goes on.
    pub(crate) fn cut(
        items: impl Iterator<Item = Item>,
        limit: usize,
        cursor: impl Fn(&Item) -> Cursor,
    ) -> Self {
        let mut items: Vec<Item> = items.take(limit + 1).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }
}

/// The floor in figures, all of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// Whether the ACD is open.
    pub open: bool,
    /// The moment of the figures.
    pub now: Millis,
    /// The number of the newest event.
    pub event: u64,
    /// Contacts that wait.
    pub waiting: u64,
    /// When the contact that waits longest arrived, whatever its priority.
    pub oldest: Option<Millis>,
    /// Agents in all.
    pub agents: u64,
    /// Agents who are available and idle.
    pub available: u64,
    /// Agents on a contact.
    pub busy: u64,
    /// What has been counted since the ACD began.
    pub totals: Totals,
}

impl Overview {
    /// Gives how many agents are neither available nor busy.
    pub fn unavailable(&self) -> u64 {
        self.agents.saturating_sub(self.available + self.busy)
    }
}

/// One skill on the floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillView {
    /// Which.
    pub skill: Skill,
    /// Waiting contacts that need it.
    pub waiting: u64,
    /// Agents holding it who are available and idle.
    pub available: u64,
    /// Agents holding it.
    pub staffed: u64,
    /// The longest available of them, the next to be chosen first, and since when; at most
    /// [`SkillView::NEXT_SHOWN`].
    pub next: Vec<(AgentId, Tick)>,
}

impl SkillView {
    /// How many of the next agents are shown.
    pub const NEXT_SHOWN: usize = 5;
}

/// Why a contact stands where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Which contact.
    pub contact: ContactId,
    /// Where it stands.
    pub state: ContactState,
    /// How long it has waited or did wait, in milliseconds.
    pub wait: u64,
    /// While it waits: how many waiting contacts are ranked before it.
    pub ahead: Option<u64>,
    /// Agents who hold every skill it needs.
    pub qualified: u64,
    /// Those of them who are on a contact.
    pub qualified_busy: u64,
    /// The skills it needs that no agent holds.
    pub unstaffed: Vec<Skill>,
    /// The first of the qualified agents, by id: what each does says what keeps him. At most
    /// [`Explanation::HOLDERS_SHOWN`].
    pub holders: Vec<Agent>,
}

impl Explanation {
    /// How many of the qualified agents are shown.
    pub const HOLDERS_SHOWN: usize = 20;

    /// Says it in a sentence.
    pub fn sentence(&self) -> String {
        match &self.state {
            ContactState::Assigned { agent, .. } => {
                format!(
                    "Agent {agent} is on it, after {} of waiting.",
                    seconds(self.wait)
                )
            }
            ContactState::Complete {
                served: Some((agent, _)),
                ..
            } => {
                format!(
                    "Agent {agent} handled it, after {} of waiting.",
                    seconds(self.wait)
                )
            }
            ContactState::Complete {
                served: None,
                outcome,
                ..
            } => {
                let word = if *outcome == Outcome::Cancelled {
                    "cancelled"
                } else {
                    "abandoned"
                };
                format!("It was {word} after {} of waiting.", seconds(self.wait))
            }
            ContactState::Queued => self.why_it_waits(),
        }
    }

    fn why_it_waits(&self) -> String {
        if !self.unstaffed.is_empty() {
            let names: Vec<&str> = self.unstaffed.iter().map(Skill::as_str).collect();
            return format!("It waits because no agent holds {}.", names.join(" or "));
        }
        if self.qualified == 0 {
            return "It waits because no agent holds all of its skills together.".to_owned();
        }
        let away = self.qualified.saturating_sub(self.qualified_busy);
        match (self.qualified, away) {
            (1, 0) => {
                "It waits because the only agent who holds all of its skills is busy.".to_owned()
            }
            (1, _) => "It waits because the only agent who holds all of its skills is unavailable."
                .to_owned(),
            (all, _) => format!(
                "It waits because none of the {all} agents who hold all of its skills is free: {} \
                 busy, {away} unavailable.",
                self.qualified_busy,
            ),
        }
    }
}

fn seconds(millis: u64) -> String {
    format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
}

/// What a look at the deadlines did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// How many deadlines were applied.
    pub applied: u64,
    /// How many agents the safety sweep had to mend; anything but 0 is a fault worth a look.
    pub repaired: u64,
    /// When to look again.
    pub next: Millis,
    /// The moment of the look, by the same clock as `next`.
    pub now: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queued() -> Explanation {
        Explanation {
            contact: ContactId::random(),
            state: ContactState::Queued,
            wait: 1_250,
            ahead: Some(3),
            qualified: 0,
            qualified_busy: 0,
            unstaffed: vec![],
            holders: vec![],
        }
    }

    #[test]
    fn a_wait_is_explained_in_a_sentence() {
        let klingon = Explanation {
            unstaffed: vec!["Klingon".parse().unwrap()],
            ..queued()
        };
        assert_eq!(
            klingon.sentence(),
            "It waits because no agent holds Klingon."
        );
        assert_eq!(
            queued().sentence(),
            "It waits because no agent holds all of its skills together."
        );
        let one = |qualified_busy| Explanation {
            qualified: 1,
            qualified_busy,
            ..queued()
        };
        assert!(
            one(1)
                .sentence()
                .ends_with("the only agent who holds all of its skills is busy.")
        );
        assert!(one(0).sentence().ends_with("is unavailable."));
        let short_staffed = Explanation {
            qualified: 3,
            qualified_busy: 2,
            ..queued()
        };
        assert_eq!(
            short_staffed.sentence(),
            "It waits because none of the 3 agents who hold all of its skills is free: 2 busy, 1 \
             unavailable."
        );
    }
}
