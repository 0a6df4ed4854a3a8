//! What can go wrong in an operation, in the words of the domain.
//!
//! A variant for each thing that a caller acts on differently. Status codes and screens know
//! these; they never see a Redis error.

use crate::agent::AgentId;
use crate::contact::ContactId;
use crate::explanation::Nearest;
use crate::skill::Skill;
use crate::text::Invalid;

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation was refused or did not come to an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The request breaks a rule of form; nothing was done.
    #[error("{0}")]
    Invalid(#[from] Invalid),
    /// There is no such contact (or it ended more than an hour ago).
    #[error("there is no contact {0}: it was never created, or it ended over an hour ago")]
    UnknownContact(ContactId),
    /// There is no such agent.
    #[error("there is no agent {0}")]
    UnknownAgent(AgentId),
    /// No agent holds this skill, and no waiting contact needs it.
    #[error("there is no skill {0}: no agent holds it and no contact waits for it")]
    UnknownSkill(Skill),
    /// A new contact needs a skill that no agent holds, and that is not taken.
    #[error("{0}")]
    NobodyHolds(Invalid),
    /// The agent does not hold the skill that was to be taken from him.
    #[error("agent {agent} does not hold the skill {skill}")]
    SkillNotHeld {
        /// Whose skills were to change.
        agent: AgentId,
        /// The skill he does not hold.
        skill: Skill,
    },
    /// An agent of that id is there already.
    #[error("there is an agent {0} already")]
    AgentExists(AgentId),
    /// The agent is on a contact, which must end first.
    #[error("agent {0} is on a contact: complete it first")]
    AgentBusy(AgentId),
    /// The contact or agent is not, or no longer, what was seen (`seen`). The sentence says what is
    /// true now.
    #[error("{0}")]
    Stale(String),
    /// The contact or agent is in another version than was seen. The sentence says in which.
    #[error("{0}")]
    Changed(String),
    /// The contact is over.
    #[error("{0} is over: it can no longer be changed")]
    ContactEnded(ContactId),
    /// The ACD is closed and takes no new contacts.
    #[error("the ACD is closed and takes no new contacts: open it first")]
    Closed,
    /// The contact's id was used before, for a contact that asked for something else.
    #[error(
        "this key was used for another contact: with other skills, priority or attributes, or by \
         another integrator; use another key"
    )]
    KeyReused,
    /// Whoever asks is not let in, or may not do this. Nothing was done; asking again gives the
    /// same. Only where there is a door to pass: a store at hand lets everybody.
    #[error("{0}")]
    Forbidden(String),
    /// The store could not be reached or did not answer in time. What was asked *may or may not
    /// have happened*; asking again with the same ids is safe.
    #[error("the store is not reachable: {0}")]
    Unavailable(String),
    /// The store answers, and lets nobody work: until its operator changes something. Nothing was done.
    #[error("the store refuses to work: {0}")]
    StoreRefuses(String),
    /// It was done, but no replica has confirmed it in time, and that was asked for. Asking again
    /// with the same ids is safe, and asks for the confirmation again.
    #[error(
        "it was done, but no replica has confirmed it yet: ask again with the same ids; if it stays \
         so, bring a replica back, or run with --durability local"
    )]
    Unconfirmed,
    /// The store answered something that it must never answer.
    #[error("the store broke its contract: {0}")]
    Contract(String),
}

impl Error {
    /// The refusal of a contact that needs a skill which nobody holds, with the one that may have
    /// been meant.
    pub(crate) fn nobody_holds(skill: &Skill, nearest: Option<&Nearest>) -> Self {
        let rule = match nearest {
            Some(near) => format!("use {}: {}", near.nearest, near.said()),
            None => "use one that an agent holds".to_owned(),
        };
        let wrong = "is held by no agent, and this ACD takes only skills that somebody holds";
        Self::NobodyHolds(Invalid::new(format!("the skill {skill}"), wrong, rule))
    }

    /// Gives the stable code that programs compare, as in the API's problem documents.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::UnknownContact(_) => "unknown_contact",
            Self::UnknownAgent(_) => "unknown_agent",
            Self::UnknownSkill(_) | Self::NobodyHolds(_) => "unknown_skill",
            Self::SkillNotHeld { .. } => "skill_not_held",
            Self::AgentExists(_) => "agent_exists",
            Self::AgentBusy(_) => "agent_busy",
            Self::Stale(_) => "stale",
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
