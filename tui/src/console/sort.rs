//! The order of the rows: by any column in either direction, or the floor's own order.

use std::cmp::Ordering;

use shared::agent::{Agent, AgentState, Mark};
use shared::contact::Contact;
use shared::view::SkillView;

use super::Pane;
use crate::text::{by_number, short_contact};

/// A column that rows can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the heading of its column")]
pub enum Column {
    Place,
    Contact,
    Priority,
    Wait,
    Needs,
    Why,
    Skill,
    Waiting,
    Available,
    Staffed,
    Next,
    Agent,
    Name,
    State,
    For,
    OnContact,
    Skills,
    Handled,
}

/// How the rows of a pane are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Whether it is descending.
    pub falling: bool,
}

/// How the rows of all panes are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sorts([Option<Sort>; Pane::ALL.len()]);

impl Column {
    /// Returns the columns of a pane, left to right.
    pub fn of(pane: Pane) -> &'static [Self] {
        match pane {
            Pane::Queue => &[
                Self::Place,
                Self::Contact,
                Self::Priority,
                Self::Wait,
                Self::Needs,
                Self::Why,
            ],
            Pane::Skills => &[
                Self::Skill,
                Self::Waiting,
                Self::Available,
                Self::Staffed,
                Self::Next,
            ],
            Pane::Agents => &[
                Self::Agent,
                Self::Name,
                Self::State,
                Self::For,
                Self::OnContact,
                Self::Skills,
                Self::Handled,
            ],
            Pane::Events => &[],
        }
    }

    /// Returns its name in commands.
    pub fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Contact | Self::OnContact => "contact",
            Self::Priority => "priority",
            Self::Wait => "wait",
            Self::Needs => "needs",
            Self::Why => "why",
            Self::Skill => "skill",
            Self::Waiting => "waiting",
            Self::Available => "available",
            Self::Staffed => "staffed",
            Self::Next => "next",
            Self::Agent => "agent",
            Self::Name => "name",
            Self::State => "state",
            Self::For => "for",
            Self::Skills => "skills",
            Self::Handled => "handled",
        }
    }

    /// Returns whether it sorts in descending order first.
    pub(crate) fn falls(self) -> bool {
        matches!(
            self,
            Self::Wait
                | Self::Waiting
                | Self::Available
                | Self::Staffed
                | Self::For
                | Self::Handled
        )
    }
}

impl Sorts {
    /// Returns how a pane is sorted.
    pub fn of(&self, pane: Pane) -> Option<Sort> {
        self.0[pane as usize]
    }

    /// Sets the sort of a pane; none is the floor's own order.
    pub fn set(&mut self, pane: Pane, sort: Option<Sort>) {
        self.0[pane as usize] = sort;
    }

    /// Sorts a pane by a column, in its more useful direction first. The same column again reverses
    /// the order, and a third time restores the floor's own order.
    pub fn by(&mut self, pane: Pane, column: Column) {
        let falls = column.falls();
        self.0[pane as usize] = match self.of(pane) {
            Some(sort) if sort.column == column && sort.falling == falls => Some(Sort {
                column,
                falling: !falls,
            }),
            Some(sort) if sort.column == column => None,
            _ => Some(Sort {
                column,
                falling: falls,
            }),
        };
    }

    /// Sorts by the next column; after the last comes the floor's own order.
    pub fn next(&mut self, pane: Pane) {
        let columns = Column::of(pane);
        let next = match self.of(pane) {
            None => columns.first(),
            Some(sort) => {
                let place = columns.iter().position(|column| *column == sort.column);
                place.and_then(|place| columns.get(place + 1))
            }
        };
        self.0[pane as usize] = next.map(|column| Sort {
            column: *column,
            falling: column.falls(),
        });
    }

    /// Reverses the order.
    pub fn reverse(&mut self, pane: Pane) {
        let first = Column::of(pane).first().copied();
        let sort = self.of(pane).or_else(|| {
            first.map(|column| Sort {
                column,
                falling: column.falls(),
            })
        });
        self.0[pane as usize] = sort.map(|sort| Sort {
            falling: !sort.falling,
            ..sort
        });
    }
}

impl Sort {
    fn turned(self, order: Ordering) -> Ordering {
        if self.falling { order.reverse() } else { order }
    }

    /// Compares two contacts with their places. Does not handle columns that need the floor.
    pub(crate) fn of_contacts(self, one: (usize, &Contact), other: (usize, &Contact)) -> Ordering {
        self.turned(match self.column {
            Column::Contact => short_contact(one.1.id).cmp(&short_contact(other.1.id)),
            Column::Priority => one.1.priority.cmp(&other.1.priority),
            Column::Wait => other.1.created.cmp(&one.1.created),
            Column::Needs => one.1.skills.cmp(&other.1.skills),
            _ => one.0.cmp(&other.0),
        })
    }

    /// Sorts skills.
    pub(super) fn skills(self, rows: &mut [(usize, &SkillView)]) {
        rows.sort_by(|one, other| self.of_skills(one.1, other.1));
    }

    /// Compares two skills.
    pub(crate) fn of_skills(self, one: &SkillView, other: &SkillView) -> Ordering {
        self.turned(match self.column {
            Column::Waiting => one.waiting.cmp(&other.waiting),
            Column::Available => one.available.cmp(&other.available),
            Column::Staffed => one.staffed.cmp(&other.staffed),
            Column::Next => next_since(one).cmp(&next_since(other)),
            _ => one.skill.cmp(&other.skill),
        })
    }

    /// Sorts agents.
    pub(super) fn agents(self, rows: &mut [(usize, &Agent)]) {
        rows.sort_by(|one, other| self.of_agents(one.1, other.1));
    }

    /// Compares two agents.
    pub(crate) fn of_agents(self, one: &Agent, other: &Agent) -> Ordering {
        self.turned(match self.column {
            Column::Name => name(one).cmp(&name(other)),
            Column::State => state(one).cmp(&state(other)),
            Column::For => other.changed.cmp(&one.changed),
            Column::OnContact => one.state.contact().cmp(&other.state.contact()),
            Column::Skills => one.skills.cmp(&other.skills),
            Column::Handled => one.handled.cmp(&other.handled),
            _ => by_number(&one.id, &other.id),
        })
    }
}

/// Returns since when the next agent of a skill is idle; skills without one come last.
fn next_since(view: &SkillView) -> u64 {
    view.next.first().map_or(u64::MAX, |(_, since)| since.0)
}

fn name(agent: &Agent) -> (&str, &str) {
    (agent.fname.as_str(), agent.lname.as_str())
}

fn state(agent: &Agent) -> u8 {
    match agent.state {
        AgentState::Available { .. } => 0,
        AgentState::Offered { .. } => 1,
        AgentState::Busy { .. } => 2,
        AgentState::WrapUp { .. } => 3,
        AgentState::Penalty { .. } => 4,
        AgentState::Unavailable {
            mark: Some(Mark::NotResponding),
            ..
        } => 5,
        AgentState::Unavailable { .. } => 6,
    }
}
