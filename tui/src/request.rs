//! The operator's requests to the ACD, as values. They carry what was seen of their subject.

use shared::Error;
use shared::agent::{Agent, AgentId, AgentState, Presence};
use shared::contact::ContactId;
use shared::contact_type::TypeName;
use shared::operation::Operation;
use shared::settings::SettingsChange;
use shared::skill::Skill;
use shared::text::PersonName;

use crate::offer_answer::OfferAnswer;
use crate::series::{Needs, Series};

/// What the question about deleting an agent said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentWas {
    /// Their first and last name.
    pub name: (PersonName, PersonName),
    /// Their skills.
    pub skills: Vec<Skill>,
    /// Whether they were on a contact.
    pub busy: bool,
}

impl From<&Agent> for AgentWas {
    fn from(agent: &Agent) -> Self {
        Self {
            name: (agent.fname.clone(), agent.lname.clone()),
            skills: agent.skills.clone(),
            busy: agent.state.is_busy(),
        }
    }
}

/// Whose settings are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Those of the floor.
    Settings,
    /// Those of each contact type.
    Types,
    /// Those of one contact type.
    Type(TypeName),
}

/// When a presence that an agent chose takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    Now,
    /// When their contact ends.
    AfterContact,
    /// When their wrap-up ends.
    AfterWrapUp,
}

impl When {
    /// Returns when a presence takes effect that an agent in this state chooses.
    pub fn of(state: &AgentState, presence: &Presence) -> Self {
        match (state, presence) {
            (AgentState::Busy { .. }, _) => Self::AfterContact,
            // Without a time to end at, wrap-up ends when they say that they are available.
            (AgentState::WrapUp { until: None, .. }, Presence::Available) => Self::Now,
            (AgentState::WrapUp { .. }, _) => Self::AfterWrapUp,
            _ => Self::Now,
        }
    }
}

/// A request to the ACD: an operation, or what takes several or a look before.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Applies an operation as it is.
    Apply(Operation),
    /// Makes an agent available or unavailable; if they are on a contact, when it ends.
    SetPresence {
        /// The agent.
        agent: AgentId,
        /// The new presence.
        presence: Presence,
        /// When it takes effect, for the wording of the answer.
        when: When,
        /// The presence that they were seen to have chosen; none accepts any.
        seen: Option<Presence>,
    },
    /// Injects contacts, all at once.
    Inject {
        /// What each asks for.
        needs: Needs,
        /// How many.
        count: u16,
    },
    /// Injects contacts one after another; other requests can be made meanwhile.
    InjectSlowly(Series),
    /// Adds skills to an agent and removes others.
    ChangeSkills {
        /// The agent.
        agent: AgentId,
        /// The skills to add.
        add: Vec<Skill>,
        /// The skills to remove.
        remove: Vec<Skill>,
        /// The skills that they were seen to hold; none accepts any.
        held: Option<Vec<Skill>>,
    },
    /// Renames an agent.
    RenameAgent {
        /// The agent.
        agent: AgentId,
        /// The new first name.
        fname: PersonName,
        /// The new last name.
        lname: PersonName,
        /// The first and last name that were seen; none accepts any.
        seen: Option<(PersonName, PersonName)>,
    },
    /// Deletes an agent.
    DeleteAgent {
        /// The agent.
        agent: AgentId,
        /// What was seen of them; none accepts any state.
        seen: Option<AgentWas>,
    },
    /// Changes settings of a contact type, or creates it.
    ChangeType {
        /// The type.
        name: TypeName,
        /// The change; what it does not name stays.
        change: SettingsChange,
    },
    /// Shows settings. It changes nothing.
    Show(Shown),
    /// Accepts or rejects the present offer of a contact.
    AnswerOffer {
        /// The contact.
        contact: ContactId,
        /// The agent to whom it is offered.
        agent: AgentId,
        /// Their answer.
        answer: OfferAnswer,
    },
    /// Sends these requests one after another.
    All(Vec<Request>),
}

/// Why a request is not reported as done. The texts begin with a small letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// It was refused: nothing was done.
    Refused(String),
    /// It has no answer: it may or may not have been done.
    Unknown(String),
    /// It was done, but not every copy of the store has it.
    Unconfirmed(String),
}

impl From<Error> for NotDone {
    fn from(error: Error) -> Self {
        let why = error.to_string();
        match error {
            Error::Unavailable(_) => Self::Unknown(why),
            Error::Unconfirmed => Self::Unconfirmed(why),
            _ => Self::Refused(why),
        }
    }
}

impl Request {
    /// Combines several requests into one.
    pub(crate) fn all(mut each: Vec<Self>) -> Self {
        if each.len() == 1 {
            each.remove(0)
        } else {
            Self::All(each)
        }
    }

    /// Returns the first operation, if it consists of operations.
    pub(crate) fn operation(&self) -> Option<&Operation> {
        match self {
            Self::Apply(operation) => Some(operation),
            Self::All(each) => each.first()?.operation(),
            _ => None,
        }
    }
}
