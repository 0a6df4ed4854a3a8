//! The typed predicates of a query, and whether they match a contact, an agent, a skill or an
//! event.

use shared::agent::{Agent, AgentState, Mark};
use shared::contact::Contact;
use shared::contact_type::TypeName;
use shared::event::{Event, What};
use shared::time::Millis;
use shared::view::SkillView;

use crate::sentence;
use crate::text::short_contact;

/// A query. An empty one matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) whole: Option<Expression>,
}

/// Combined tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// The test holds.
    Test(Test),
    /// The expression does not hold.
    Not(Box<Expression>),
    /// All of them hold.
    All(Vec<Expression>),
    /// At least one of them holds.
    Any(Vec<Expression>),
}

impl Expression {
    fn holds(&self, test: &impl Fn(&Test) -> bool) -> bool {
        match self {
            Self::Test(asked) => test(asked),
            Self::Not(other) => !other.holds(test),
            Self::All(each) => each.iter().all(|one| one.holds(test)),
            Self::Any(each) => each.iter().any(|one| one.holds(test)),
        }
    }
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Skill(Pattern),
    Type(Pattern),
    State(State),
    Wait(Compare, u64),
    Idle(Compare, u64),
    Priority(Compare, u8),
    Agent(Pattern),
    Id(Pattern),
    /// Lower case, to be found anywhere in an id, a name or a skill.
    Word(String),
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    fn holds<T: Ord + Copy>(self, one: T, other: T) -> bool {
        match self {
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Equal => one == other,
            Self::AtLeast => one >= other,
            Self::More => one > other,
        }
    }
}

/// A state to test for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Available,
    Offered,
    Busy,
    WrapUp,
    Penalty,
    NotResponding,
    Unavailable,
    Waiting,
}

impl State {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            // An agent who is idle but not available is called unavailable, which is clearer.
            "idle" | "available" => Self::Available,
            "offered" => Self::Offered,
            "busy" => Self::Busy,
            "wrap-up" | "wrap_up" => Self::WrapUp,
            "penalty" => Self::Penalty,
            "not-responding" | "not_responding" => Self::NotResponding,
            "unavailable" => Self::Unavailable,
            "waiting" => Self::Waiting,
            _ => return None,
        })
    }
}

/// A text in which `*` matches anything; case-insensitive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Makes a pattern.
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase())
    }

    /// Returns whether a text matches the pattern.
    pub fn matches(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let mut pieces = self.0.split('*');
        let first = pieces.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else {
            return false;
        };
        let Some(last) = pieces.next_back() else {
            return rest.is_empty();
        };
        for piece in pieces {
            let Some(at) = rest.find(piece) else {
                return false;
            };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last)
    }
}

fn holds(word: &str, text: &str) -> bool {
    text.to_lowercase().contains(word)
}

impl Query {
    /// Returns whether the query matches everything.
    pub fn is_empty(&self) -> bool {
        self.whole.is_none()
    }

    fn holds(&self, test: impl Fn(&Test) -> bool) -> bool {
        self.whole.as_ref().is_none_or(|whole| whole.holds(&test))
    }

    /// Returns whether the query matches a waiting contact.
    pub fn of_contact(&self, contact: &Contact, now: Millis) -> bool {
        self.holds(|test| match test {
            Test::Skill(pattern) => any_skill(&contact.skills, pattern),
            Test::Type(pattern) => is_type(contact.contact_type.as_ref(), pattern),
            Test::State(state) => *state == State::Waiting,
            Test::Wait(compare, span) => compare.holds(contact.wait(now), *span),
            Test::Priority(compare, number) => compare.holds(contact.priority.0, *number),
            Test::Id(pattern) => is_contact(contact.id, pattern),
            Test::Word(word) => {
                holds(word, &short_contact(contact.id))
                    || holds(word, &contact.id.to_string())
                    || contact
                        .skills
                        .iter()
                        .any(|skill| holds(word, skill.as_str()))
                    || contact
                        .contact_type
                        .as_ref()
                        .is_some_and(|name| holds(word, name.as_str()))
            }
            Test::Idle(..) | Test::Agent(_) => false,
        })
    }

    /// Returns whether the query matches an agent.
    pub fn of_agent(&self, agent: &Agent, now: Millis) -> bool {
        self.holds(|test| match test {
            Test::Skill(pattern) => any_skill(&agent.skills, pattern),
            Test::State(state) => states_of(agent).contains(state),
            Test::Idle(compare, span) => match &agent.state {
                AgentState::Available { .. } => compare.holds(now.since(agent.changed), *span),
                _ => false,
            },
            Test::Agent(pattern) | Test::Id(pattern) => is_agent(agent.id.as_str(), pattern),
            Test::Word(word) => {
                holds(word, agent.id.as_str())
                    || holds(word, &format!("{} {}", agent.fname, agent.lname))
                    || agent.skills.iter().any(|skill| holds(word, skill.as_str()))
            }
            Test::Wait(..) | Test::Priority(..) | Test::Type(_) => false,
        })
    }

    /// Returns whether the query matches a skill.
    pub fn of_skill(&self, view: &SkillView) -> bool {
        self.holds(|test| match test {
            Test::Skill(pattern) => pattern.matches(view.skill.as_str()),
            Test::State(State::Waiting) => view.waiting > 0,
            Test::State(State::Available) => view.available > 0,
            Test::State(State::Busy | State::Unavailable) => {
                view.staffed > 0 && view.available == 0
            }
            Test::Word(word) => holds(word, view.skill.as_str()),
            _ => false,
        })
    }

    /// Returns whether the query matches an event.
    pub fn of_event(&self, event: &Event) -> bool {
        self.holds(|test| match test {
            Test::Agent(pattern) => event
                .what
                .agent()
                .is_some_and(|id| is_agent(id.as_str(), pattern)),
            Test::Id(pattern) => {
                event
                    .what
                    .contact()
                    .is_some_and(|id| is_contact(id, pattern))
                    || event
                        .what
                        .agent()
                        .is_some_and(|id| pattern.matches(id.as_str()))
            }
            Test::Skill(pattern) => match &event.what {
                What::ContactCreated { profile, .. } => {
                    profile.split(',').any(|skill| pattern.matches(skill))
                }
                What::SkillAdded { skill, .. } | What::SkillRemoved { skill, .. } => {
                    pattern.matches(skill.as_str())
                }
                _ => false,
            },
            Test::Type(pattern) => match &event.what {
                What::ContactCreated { contact_type, .. } => {
                    is_type(contact_type.as_ref(), pattern)
                }
                What::TypeChanged { contact_type, .. } | What::TypeDeleted { contact_type } => {
                    pattern.matches(contact_type.as_str())
                }
                _ => false,
            },
            Test::Word(word) => holds(word, &sentence::happened(&event.what)),
            _ => false,
        })
    }
}

fn any_skill(skills: &[shared::skill::Skill], pattern: &Pattern) -> bool {
    skills.iter().any(|skill| pattern.matches(skill.as_str()))
}

fn is_type(contact_type: Option<&TypeName>, pattern: &Pattern) -> bool {
    contact_type.is_some_and(|name| pattern.matches(name.as_str()))
}

/// Returns the states that an agent counts as. Whoever is not responding is unavailable too.
fn states_of(agent: &Agent) -> &'static [State] {
    match agent.state {
        AgentState::Available { .. } => &[State::Available],
        AgentState::Offered { .. } => &[State::Offered],
        AgentState::Busy { .. } => &[State::Busy],
        AgentState::WrapUp { .. } => &[State::WrapUp],
        AgentState::Penalty { .. } => &[State::Penalty],
        AgentState::Unavailable {
            mark: Some(Mark::NotResponding),
            ..
        } => &[State::NotResponding, State::Unavailable],
        AgentState::Unavailable { .. } => &[State::Unavailable],
    }
}

/// Returns whether a pattern matches a contact's id, in its short form or as in the API.
fn is_contact(id: shared::contact::ContactId, pattern: &Pattern) -> bool {
    pattern.matches(&short_contact(id))
        || pattern.matches(&id.to_string())
        || pattern.matches(&id.0.to_string())
}

/// Returns whether a pattern matches an agent's id, with or without the prefix `agent:`.
fn is_agent(id: &str, pattern: &Pattern) -> bool {
    pattern.matches(id)
        || id
            .strip_prefix("agent:")
            .is_some_and(|rest| pattern.matches(rest))
}
