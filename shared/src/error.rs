//! Errors of operations, in terms of the domain.
//!
//! There is one variant for each case that callers handle differently. HTTP statuses and screens
//! are derived from these; they never see a Redis error.

use crate::agent::AgentId;
use crate::contact::ContactId;
use crate::contact_type::TypeName;
use crate::explanation::Nearest;
use crate::skill::Skill;
use crate::text::Invalid;

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The request is malformed. Nothing was done.
    #[error("{0}")]
    Invalid(#[from] Invalid),
    /// There is no such contact, or it ended more than an hour ago.
    #[error("there is no contact {0}: it was never created, or it ended over an hour ago")]
    UnknownContact(ContactId),
    /// There is no such agent.
    #[error("there is no agent {0}")]
    UnknownAgent(AgentId),
    /// No agent holds this skill, and no waiting contact needs it.
    #[error("there is no skill {0}: no agent holds it and no contact waits for it")]
    UnknownSkill(Skill),
    /// A new contact needs a skill that no agent holds, and the ACD accepts only known skills.
    #[error("{0}")]
    NobodyHolds(Invalid),
    /// There is no such contact type.
    #[error("there is no contact type {0}: create it with PUT /type/{0}, or use one of GET /type")]
    UnknownType(TypeName),
    /// A contact that has not ended is of this type.
    #[error("the contact type {0} is in use: contacts of it have not ended yet")]
    TypeInUse(TypeName),
    /// The reason for which an agent should be unavailable is not on the ACD's list.
    #[error("{0}")]
    UnknownReason(Invalid),
    /// The disposition is not one of those that are set.
    #[error("{0}")]
    UnknownDisposition(Invalid),
    /// The agent is not in wrap-up, or not for this contact.
    #[error("{0}")]
    NotInWrapUp(String),
    /// The agent does not hold the skill that should be removed.
    #[error("agent {agent} does not hold the skill {skill}")]
    SkillNotHeld {
        /// The agent.
        agent: AgentId,
        /// The skill they do not hold.
        skill: Skill,
    },
    /// An agent with that id exists already.
    #[error("agent {0} already exists")]
    AgentExists(AgentId),
    /// The agent is on a contact. It must end first.
    #[error("agent {0} is on a contact: complete it first")]
    AgentBusy(AgentId),
    /// The contact or agent is not, or no longer, what the caller saw (`seen`). The text says what
    /// is true now.
    #[error("{0}")]
    Stale(String),
    /// The offer is over, or was made to another agent. The text says what is true now.
    #[error("{0}")]
    StaleOffer(String),
    /// The contact or agent has another version than the caller saw. The text says which.
    #[error("{0}")]
    Changed(String),
    /// The contact has ended.
    #[error("{0} has ended and can no longer be changed")]
    ContactEnded(ContactId),
    /// The ACD is closed and takes no new contacts.
    #[error("the ACD is closed and takes no new contacts: open it first")]
    Closed,
    /// The contact's id was used before, with a different request.
    #[error(
        "this key was already used for another contact, with other skills, priority or attributes \
         or by another integrator: use another key"
    )]
    KeyReused,
    /// The caller is not authenticated or not authorized. Nothing was done, and a retry gives the
    /// same answer. Only the API refuses like this; direct access to a store allows everything.
    #[error("{0}")]
    Forbidden(String),
    /// The store could not be reached or did not answer in time. The operation *may or may not have
    /// happened*. Retrying with the same ids is safe.
    #[error("the store is not reachable: {0}")]
    Unavailable(String),
    /// The store answers but refuses to work until its operator changes something. Nothing was
    /// done.
    #[error("the store refuses requests: {0}")]
    StoreRefuses(String),
    /// The change was made, but no replica has confirmed it in time, as was required. A retry with
    /// the same ids is safe and waits for the confirmation again.
    #[error(
        "the change was made, but no replica has confirmed it yet: retry with the same ids; if that \
         does not help, restore a replica, or run with --durability local"
    )]
    Unconfirmed,
    /// The store gave an answer that breaks its contract.
    #[error("the store broke its contract: {0}")]
    Contract(String),
}

impl Error {
    /// Makes the error for a new contact whose skills nobody says.
    pub(crate) fn no_skills() -> Self {
        let rule = "say which skills it needs, or its type; [] is for any agent";
        Self::Invalid(Invalid::new("skills", "are missing", rule))
    }

    /// Makes the error for a contact that needs a skill which no agent holds. It suggests the
    /// `nearest` known skill.
    pub(crate) fn nobody_holds(skill: &Skill, nearest: Option<&Nearest>) -> Self {
        let rule = match nearest {
            Some(near) => format!("use {}: {}", near.nearest, near.said()),
            None => "use a skill that an agent holds".to_owned(),
        };
        let wrong = "is held by no agent, and this ACD accepts only skills that an agent holds";
        Self::NobodyHolds(Invalid::new(format!("the skill {skill}"), wrong, rule))
    }

    /// Returns the stable code for programs, as in the API's problem documents.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::UnknownContact(_) => "unknown_contact",
            Self::UnknownAgent(_) => "unknown_agent",
            Self::UnknownSkill(_) | Self::NobodyHolds(_) => "unknown_skill",
            Self::UnknownType(_) => "unknown_type",
            Self::TypeInUse(_) => "type_in_use",
            Self::UnknownReason(_) => "unknown_reason",
            Self::UnknownDisposition(_) => "unknown_disposition",
            Self::NotInWrapUp(_) => "not_in_wrap_up",
            Self::SkillNotHeld { .. } => "skill_not_held",
            Self::AgentExists(_) => "agent_exists",
            Self::AgentBusy(_) => "agent_busy",
            Self::Stale(_) => "stale",
            Self::StaleOffer(_) => "stale_offer",
            Self::Changed(_) => "precondition_failed",
            Self::ContactEnded(_) => "contact_ended",
            Self::Closed => "acd_closed",
            Self::KeyReused => "key_reused",
            Self::Forbidden(_) => "forbidden",
            Self::Unavailable(_) | Self::StoreRefuses(_) => "store_unavailable",
            Self::Unconfirmed => "not_confirmed",
            Self::Contract(_) => "store_contract",
        }
    }
}
