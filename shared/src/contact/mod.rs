//! Contacts: their ids, priorities, ranks and states.

mod attributes;
mod document;
mod id;
mod owner;
mod same;

use serde::{Deserialize, Serialize};

pub use self::attributes::Attributes;
use crate::agent::AgentId;
use crate::contact_type::TypeName;
use crate::skill::{MOST_SKILLS_OF_A_CONTACT, Profile, Skill, can_serve, distinct};
use crate::text::{Disposition, Invalid, Note};
use crate::time::{Millis, Tick};

pub(crate) use document::Created;
pub use id::ContactId;
pub use owner::Owner;

/// How urgent a contact is: 0 is served before 1, and so on up to 255. The default is 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Priority(pub u8);

impl Default for Priority {
    fn default() -> Self {
        Self(5)
    }
}

/// A contact's place in the order of service: its priority, then its arrival. The lowest is next.
///
/// `priority * 2^45 + tick`, at most 53 bits: exact as the score of a Redis sorted set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(pub u64);

impl Rank {
    const TICK_BITS: u32 = 45;
    /// The distance between the ranks of two priorities; more than there are ticks.
    pub const BAND: u64 = 1 << Self::TICK_BITS;

    /// Returns the rank of a contact of this priority that arrived at this tick.
    pub fn new(priority: Priority, arrival: Tick) -> Self {
        Self((u64::from(priority.0) << Self::TICK_BITS) + arrival.0)
    }

    /// Returns the priority, or `None` if the number is too large for a rank.
    pub fn priority(self) -> Option<Priority> {
        u8::try_from(self.0 >> Self::TICK_BITS).ok().map(Priority)
    }

    /// Returns the lowest rank of the next less urgent priority.
    #[must_use]
    pub fn next_priority(self) -> Self {
        Self(((self.0 >> Self::TICK_BITS) + 1) << Self::TICK_BITS)
    }

    /// Returns the tick of arrival.
    pub fn arrival(self) -> Tick {
        Tick(self.0 & ((1 << Self::TICK_BITS) - 1))
    }
}

/// How a contact ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An agent served it.
    Handled,
    /// It left while waiting.
    Abandoned,
    /// Somebody ended it, while it waited or while an agent was on it.
    Cancelled,
}

impl Outcome {
    /// Returns the word that documents and people use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Abandoned => "abandoned",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The result of an operation on a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The contact's state now.
    pub state: ContactState,
    /// Whether it was a repeat, so that nothing changed.
    pub repeated: bool,
}

impl Done {
    /// Makes the result of an operation that was carried out.
    pub(crate) fn now(state: ContactState) -> Self {
        let repeated = false;
        Self { state, repeated }
    }

    /// Makes the result of a repeat that changed nothing.
    pub(crate) fn before(state: ContactState) -> Self {
        let repeated = true;
        Self { state, repeated }
    }
}

/// The state of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactState {
    /// It waits in the queue.
    Queued,
    /// It is offered to an agent, who has not accepted it yet. It still waits, but not in the queue.
    Offered(Offer),
    /// An agent is on it.
    Assigned {
        /// The agent.
        agent: AgentId,
        /// Since when.
        at: Millis,
    },
    /// It has ended.
    Complete {
        /// The agent who served it and since when; `None` if nobody did.
        served: Option<(AgentId, Millis)>,
        /// When it ended.
        at: Millis,
        /// How it ended.
        outcome: Outcome,
    },
}

impl ContactState {
    /// Returns the number that the API and the documents use: queued 1, assigned 2, complete 3,
    /// offered 4.
    pub fn number(&self) -> u8 {
        match self {
            Self::Queued => 1,
            Self::Assigned { .. } => 2,
            Self::Complete { .. } => 3,
            Self::Offered(_) => 4,
        }
    }

    /// Returns the agent who is or was on the contact. An agent to whom it is offered is not.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Queued | Self::Offered(_) => None,
            Self::Assigned { agent, .. } => Some(agent),
            Self::Complete { served, .. } => served.as_ref().map(|(agent, _)| agent),
        }
    }
}

/// An offer of a contact to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its number. It is greater than those of all earlier offers: it is the number of its event.
    pub number: u64,
    /// The agent who may accept it.
    pub agent: AgentId,
    /// Until when. At this moment it is missed.
    pub until: Millis,
}

/// A contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Which.
    pub id: ContactId,
    /// Its type, if it has one.
    pub contact_type: Option<TypeName>,
    /// The skills it needs, each once, in the order given.
    pub skills: Vec<Skill>,
    /// How urgent it is.
    pub priority: Priority,
    /// The priority it was created with, used to recognise a repeat of its creation.
    pub asked: Priority,
    /// What its creation left to settings, used for the same.
    pub taken: Taken,
    /// Its place in the order of service.
    pub rank: Rank,
    /// When it arrived; its wait is always measured from here.
    pub created: Millis,
    /// How often it was taken from an agent and put back in the queue.
    pub requeues: u32,
    /// What the integrator attached.
    pub attributes: Attributes,
    /// The integrator that owns it, if it was created with a named token.
    pub owner: Option<Owner>,
    /// The number of the offer by which its agent got it; `None` if it was assigned without one.
    pub accepted: Option<u64>,
    /// What became of it, if its agent said so.
    pub disposition: Option<Disposition>,
    /// What its agent noted.
    pub note: Option<Note>,
    /// Its state.
    pub state: ContactState,
}

/// What an agent says about a contact that has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// What became of it; `None` leaves it as it is.
    pub disposition: Option<Disposition>,
    /// What they note; `None` leaves it as it is.
    pub note: Option<Note>,
}

impl Contact {
    /// Returns whether its disposition and its note are what these remarks say.
    pub fn says(&self, remarks: &Remarks) -> bool {
        let Remarks { disposition, note } = remarks;
        (disposition.is_none() || *disposition == self.disposition)
            && (note.is_none() || *note == self.note)
    }

    /// Returns the profile of the skills it needs.
    pub fn profile(&self) -> Profile {
        Profile::new(&self.skills)
    }

    /// Returns whether an agent who holds these skills can serve it.
    pub fn served_by(&self, held: &[Skill]) -> bool {
        can_serve(held, &self.skills)
    }

    /// Returns how long it waited for an agent, or until it ended without one, in milliseconds; up
    /// to `now` if it still waits.
    pub fn wait(&self, now: Millis) -> u64 {
        let until = match &self.state {
            ContactState::Queued | ContactState::Offered(_) => now,
            ContactState::Assigned { at, .. }
            | ContactState::Complete {
                served: Some((_, at)),
                ..
            }
            | ContactState::Complete {
                served: None, at, ..
            } => *at,
        };
        until.since(self.created)
    }
}

/// What a contact took from the settings of its type or of the floor, because its creation did not
/// say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Its skills.
    pub skills: bool,
    /// Its priority.
    pub priority: bool,
}

/// A contact to be created.
#[derive(Clone, Debug, PartialEq)]
pub struct NewContact {
    /// Its id, made by the caller so that the call can be repeated.
    pub id: ContactId,
    /// Its type, if it has one.
    pub contact_type: Option<TypeName>,
    /// The skills it needs, each once; `None` for those that its type or the floor has.
    pub skills: Option<Vec<Skill>>,
    /// How urgent it is; `None` for what its type or the floor has, or else the default.
    pub priority: Option<Priority>,
    /// What the integrator attaches.
    pub attributes: Attributes,
    /// The integrator that will own it, if it is created with a named token.
    pub owner: Option<Owner>,
}

impl NewContact {
    /// The most bytes that a contact's attributes may take as JSON.
    pub const MOST_ATTRIBUTE_BYTES: usize = 4096;
    /// How deep a contact's attributes may be nested.
    pub const DEEPEST_ATTRIBUTES: usize = 8;

    /// Makes a contact to create. Repeated skills count once.
    pub fn new(
        id: ContactId,
        skills: impl Into<Option<Vec<Skill>>>,
        priority: impl Into<Option<Priority>>,
        attributes: Attributes,
    ) -> Result<Self, Invalid> {
        let skills = skills.into();
        let distinct = |skills| distinct(skills, MOST_SKILLS_OF_A_CONTACT, "a contact");
        let skills = skills.map(distinct).transpose()?;
        let bytes = attributes.as_str().len();
        if bytes > Self::MOST_ATTRIBUTE_BYTES {
            let most = Self::MOST_ATTRIBUTE_BYTES;
            return Err(Invalid::new(
                "attributes",
                format!("take {bytes} bytes"),
                format!("use an object of at most {most} bytes"),
            ));
        }
        if attributes.depth() > Self::DEEPEST_ATTRIBUTES {
            let deepest = Self::DEEPEST_ATTRIBUTES;
            return Err(Invalid::new(
                "attributes",
                format!("are nested more than {deepest} deep"),
                format!("use an object nested at most {deepest} deep"),
            ));
        }
        Ok(Self {
            id,
            contact_type: None,
            skills,
            priority: priority.into(),
            attributes,
            owner: None,
        })
    }

    /// Sets its type.
    #[must_use]
    pub fn of_type(mut self, contact_type: Option<TypeName>) -> Self {
        self.contact_type = contact_type;
        self
    }

    /// Sets the integrator that owns it.
    #[must_use]
    pub fn owned_by(mut self, owner: Option<Owner>) -> Self {
        self.owner = owner;
        self
    }

    /// Returns whether an existing contact is what this asks for, so that creating it is a repeat.
    /// Attributes are compared as values: the order of their names does not matter. What both left
    /// to settings is the same, whatever was set then and is now.
    pub(crate) fn asks_for(&self, known: &Contact) -> bool {
        let same_skills = match &self.skills {
            Some(skills) => known.profile() == Profile::new(skills),
            None => known.taken.skills,
        };
        let same_priority = match self.priority {
            None if known.taken.priority => true,
            priority => known.asked == priority.unwrap_or_default(),
        };
        same_skills
            && same_priority
            && known.contact_type == self.contact_type
            && known.attributes.say_the_same(&self.attributes)
            && known.owner == self.owner
    }

    /// Makes a contact of default priority without attributes.
    pub fn needing(id: ContactId, skills: Vec<Skill>) -> Result<Self, Invalid> {
        Self::new(id, skills, Priority::default(), Attributes::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_orders_by_priority_then_arrival() {
        let late = Tick(1 << 44);
        assert!(Rank::new(Priority(1), late) < Rank::new(Priority(2), Tick(0)));
        assert!(Rank::new(Priority(1), Tick(3)) < Rank::new(Priority(1), Tick(4)));
        assert_eq!(Rank::new(Priority(255), late).arrival(), late);
        assert_eq!(
            Rank::new(Priority(255), late).priority(),
            Some(Priority(255))
        );
        assert_eq!(Rank(1 << 53).priority(), None);
        assert!(
            Rank::new(Priority(255), Tick((1 << 45) - 1)).0 < 1 << 53,
            "exact in a double"
        );
    }

    #[test]
    fn attributes_are_bounded_in_size_and_depth() {
        let make = |json: &str| {
            NewContact::new(
                ContactId::random(),
                vec![],
                Priority(1),
                json.parse().unwrap(),
            )
        };
        let nested = |deep: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(deep), "]".repeat(deep));
        assert!(make(r#"{"a":{"b":[1,2,{"c":null}]}}"#).is_ok());
        assert!(make(&format!(r#"{{"a":"{}"}}"#, "x".repeat(5000))).is_err());
        assert!(make(&format!(r#"{{"a":"{}"}}"#, "x".repeat(4096 - 8))).is_ok());
        assert!(make(&format!(r#"{{"a":"{}"}}"#, "x".repeat(4096 - 7))).is_err());
        assert!(make(&nested(7)).is_ok());
        assert!(make(&nested(8)).is_err());
    }
}
