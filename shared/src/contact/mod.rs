//! Contacts: their ids, priorities, ranks and states.

mod attributes;
mod document;
mod owner;
mod same;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::attributes::Attributes;
use crate::agent::AgentId;
use crate::skill::{MOST_SKILLS_OF_A_CONTACT, Profile, Skill, can_serve, distinct};
use crate::text::Invalid;
use crate::time::{Millis, Tick};

pub(crate) use document::Created;
pub use owner::Owner;

/// A contact's id. The caller makes it before the call that creates the contact, so that the call
/// can be repeated.
///
/// Written `contact:<uuid>` for people and programs; in Redis it is the bare UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContactId(pub Uuid);

impl ContactId {
    const PREFIX: &'static str = "contact:";

    /// Makes a new id.
    pub fn random() -> Self {
        Self(Uuid::now_v7())
    }

    /// Returns the id for an idempotency key in this ACD: always the same for the same key.
    pub fn for_key(acd: &str, key: &str) -> Self {
        Self(Uuid::new_v5(&space_of(acd), key.as_bytes()))
    }

    /// Same as [`ContactId::for_key`], for the keys of one caller. If two callers use the same key,
    /// they get different ids.
    pub fn for_key_of(acd: &str, caller: &str, key: &str) -> Self {
        let space = Uuid::new_v5(&space_of(acd), caller.as_bytes());
        Self(Uuid::new_v5(&space, key.as_bytes()))
    }
}

/// Returns the UUID namespace of an ACD's ids.
fn space_of(acd: &str) -> Uuid {
    let name = format!("switchboard:{acd}");
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

impl fmt::Display for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::PREFIX)?;
        f.write_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

impl FromStr for ContactId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let uuid = text.strip_prefix(Self::PREFIX).unwrap_or(text);
        // Accepts only the hyphenated form, so that a contact has one name.
        let parsed = (uuid.len() == 36)
            .then(|| Uuid::try_parse(uuid).ok())
            .flatten();
        parsed.map(Self).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            Invalid::new(
                format!("contact key {shown:?}"),
                "is not the key of a contact",
                "use contact:<uuid>, as the answer to POST /contact gives it",
            )
        })
    }
}

impl TryFrom<String> for ContactId {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<ContactId> for String {
    fn from(id: ContactId) -> Self {
        let mut letters = Uuid::encode_buffer();
        [
            ContactId::PREFIX,
            id.0.hyphenated().encode_lower(&mut letters),
        ]
        .concat()
    }
}

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
    /// Returns the number that the API and the documents use: queued 1, assigned 2, complete 3
    /// (4 is reserved for offered).
    pub fn number(&self) -> u8 {
        match self {
            Self::Queued => 1,
            Self::Assigned { .. } => 2,
            Self::Complete { .. } => 3,
        }
    }

    /// Returns the agent who is or was on the contact.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Queued => None,
            Self::Assigned { agent, .. } => Some(agent),
            Self::Complete { served, .. } => served.as_ref().map(|(agent, _)| agent),
        }
    }
}

/// A contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Which.
    pub id: ContactId,
    /// The skills it needs, each once, in the order given.
    pub skills: Vec<Skill>,
    /// How urgent it is.
    pub priority: Priority,
    /// The priority it was created with, used to recognise a repeat of its creation.
    pub asked: Priority,
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
    /// Its state.
    pub state: ContactState,
}

impl Contact {
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
            ContactState::Queued => now,
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

/// A contact to be created.
#[derive(Clone, Debug, PartialEq)]
pub struct NewContact {
    /// Its id, made by the caller so that the call can be repeated.
    pub id: ContactId,
    /// The skills it needs, each once.
    pub skills: Vec<Skill>,
    /// How urgent it is.
    pub priority: Priority,
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
        skills: Vec<Skill>,
        priority: Priority,
        attributes: Attributes,
    ) -> Result<Self, Invalid> {
        let skills = distinct(skills, MOST_SKILLS_OF_A_CONTACT, "a contact")?;
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
            skills,
            priority,
            attributes,
            owner: None,
        })
    }

    /// Sets the integrator that owns it.
    #[must_use]
    pub fn owned_by(mut self, owner: Option<Owner>) -> Self {
        self.owner = owner;
        self
    }

    /// Returns whether an existing contact is what this asks for, so that creating it is a repeat.
    /// Attributes are compared as values: the order of their names does not matter.
    pub(crate) fn asks_for(&self, known: &Contact) -> bool {
        known.profile() == Profile::new(&self.skills)
            && known.asked == self.priority
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
    fn a_contact_key_round_trips_through_text() {
        let id = ContactId::random();
        assert_eq!(id.to_string().parse::<ContactId>().unwrap(), id);
        for bad in [
            "",
            "contact:",
            "agent:7",
            "contact:*",
            "contact:{x}",
            "queue",
        ] {
            assert!(bad.parse::<ContactId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_idempotency_key_stands_for_one_contact_of_one_acd() {
        assert_eq!(ContactId::for_key("a", "k"), ContactId::for_key("a", "k"));
        assert_ne!(ContactId::for_key("a", "k"), ContactId::for_key("b", "k"));
        assert_ne!(ContactId::for_key("a", "k"), ContactId::for_key("a", "l"));
    }

    #[test]
    fn one_key_of_two_callers_stands_for_two_contacts() {
        let of = |caller| ContactId::for_key_of("a", caller, "k");
        assert_eq!(of("shop"), of("shop"));
        assert_ne!(of("shop"), of("bank"));
        assert_ne!(of("shop"), ContactId::for_key("a", "k"));
        assert_ne!(of("shop"), ContactId::for_key_of("b", "shop", "k"));
    }

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
