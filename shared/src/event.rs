//! Events: what happened, as numbered values for live screens, streams and verifiers.
//!
//! Events are hints and the state is the truth: a client that misses a number reads the state
//! again.

use serde::{Deserialize, Serialize};

use crate::agent::{AgentId, Mark};
use crate::contact::{ContactId, Outcome, Owner, Priority, Rank};
use crate::contact_type::TypeName;
use crate::settings::Settings;
use crate::skill::Skill;
use crate::text::{Disposition, Reason};
use crate::time::{Millis, Tick};

/// How many events an ACD keeps; Redis keeps a few more.
pub const KEPT: usize = 65_536;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Counts up by one from 1, so that a gap can be detected.
    pub number: u64,
    /// When.
    pub at: Millis,
    /// The integrator that owns the contact, if the event is about a contact and it has an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the fields are the ids and values that the variant names"
)]
pub enum What {
    /// The ACD was opened.
    AcdOpened,
    /// The ACD was closed.
    AcdClosed,
    /// The settings of the floor changed to these. Older events do not say them.
    SettingsChanged {
        #[serde(default)]
        settings: Settings,
    },
    /// A contact type was created with these settings, or has them from now on.
    TypeChanged {
        contact_type: TypeName,
        settings: Settings,
    },
    /// A contact type was deleted.
    TypeDeleted { contact_type: TypeName },
    /// A contact arrived. It waits at this rank unless an assignment follows.
    ContactCreated {
        contact: ContactId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_type: Option<TypeName>,
        profile: String,
        rank: Rank,
    },
    /// A contact was offered to an agent, until this time. The offer's number is that of the event.
    ContactOffered {
        contact: ContactId,
        agent: AgentId,
        offer: u64,
        until: Millis,
    },
    /// An offer ended without being accepted. The contact waits again, unless it has left.
    OfferEnded {
        contact: ContactId,
        agent: AgentId,
        offer: u64,
        how: OfferEnd,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A contact was assigned to an agent after waiting this many milliseconds; by an offer that
    /// they accepted, if it has a number.
    ContactAssigned {
        contact: ContactId,
        agent: AgentId,
        wait: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offer: Option<u64>,
    },
    /// A contact ended.
    ContactCompleted {
        contact: ContactId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
        outcome: Outcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disposition: Option<Disposition>,
    },
    /// Its agent said more about a contact that has ended. The note is only in the contact.
    ContactDisposition {
        contact: ContactId,
        agent: AgentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disposition: Option<Disposition>,
    },
    /// A contact was taken from its agent and put back in the queue.
    ContactRequeued { contact: ContactId, agent: AgentId },
    /// A contact's priority changed, and with it its rank.
    ContactReprioritised {
        contact: ContactId,
        priority: Priority,
        rank: Rank,
    },
    /// An agent was created with these skills. Older events do not list the skills.
    AgentCreated {
        agent: AgentId,
        #[serde(default)]
        skills: Vec<Skill>,
    },
    /// An agent's name changed.
    AgentRenamed { agent: AgentId },
    /// An agent was deleted.
    AgentDeleted { agent: AgentId },
    /// An agent became routable.
    AgentAvailable { agent: AgentId, since: Tick },
    /// An agent is in wrap-up for a contact that has ended, until this time or until they say that
    /// they are done. It comes again when that is extended.
    AgentWrapUp {
        agent: AgentId,
        contact: ContactId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Millis>,
    },
    /// A wrap-up ended after this many milliseconds: `done` if its agent said so or was deleted, else
    /// because its time was over.
    WrapUpEnded {
        agent: AgentId,
        contact: ContactId,
        time: u64,
        done: bool,
    },
    /// An agent is available, but not routable until this time, because they missed or rejected an
    /// offer.
    AgentPenalty { agent: AgentId, until: Millis },
    /// An agent is no longer routable. They chose it, with or without a reason, or the mark says
    /// why.
    AgentUnavailable {
        agent: AgentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<Mark>,
    },
    /// The state that a busy agent will have when their contact ends changed. They chose it, or the
    /// mark says why.
    AgentNext {
        agent: AgentId,
        presence: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<Mark>,
    },
    /// An agent got a skill.
    SkillAdded { agent: AgentId, skill: Skill },
    /// A skill was taken from an agent.
    SkillRemoved { agent: AgentId, skill: Skill },
    /// The safety sweep found an inconsistency and repaired it.
    Repaired { agent: AgentId },
}

/// How an offer ended that was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    /// The agent rejected it.
    Rejected,
    /// The agent did not answer in time.
    Missed,
    /// The agent is no longer available, or the contact was cancelled.
    Withdrawn,
    /// The contact left.
    Abandoned,
}

impl OfferEnd {
    /// Returns the word that events and people use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Missed => "missed",
            Self::Withdrawn => "withdrawn",
            Self::Abandoned => "abandoned",
        }
    }
}

impl What {
    /// Returns the contact that the event is about.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Self::ContactCreated { contact, .. }
            | Self::ContactOffered { contact, .. }
            | Self::OfferEnded { contact, .. }
            | Self::ContactAssigned { contact, .. }
            | Self::ContactCompleted { contact, .. }
            | Self::ContactDisposition { contact, .. }
            | Self::ContactRequeued { contact, .. }
            | Self::ContactReprioritised { contact, .. } => Some(*contact),
            Self::AcdOpened
            | Self::AcdClosed
            | Self::SettingsChanged { .. }
            | Self::TypeChanged { .. }
            | Self::TypeDeleted { .. }
            | Self::AgentCreated { .. }
            | Self::AgentRenamed { .. }
            | Self::AgentDeleted { .. }
            | Self::AgentAvailable { .. }
            | Self::AgentPenalty { .. }
            | Self::AgentWrapUp { .. }
            | Self::WrapUpEnded { .. }
            | Self::AgentUnavailable { .. }
            | Self::AgentNext { .. }
            | Self::SkillAdded { .. }
            | Self::SkillRemoved { .. }
            | Self::Repaired { .. } => None,
        }
    }

    /// Returns the agent that the event is about.
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::ContactAssigned { agent, .. }
            | Self::ContactOffered { agent, .. }
            | Self::OfferEnded { agent, .. }
            | Self::AgentPenalty { agent, .. }
            | Self::AgentWrapUp { agent, .. }
            | Self::WrapUpEnded { agent, .. }
            | Self::ContactDisposition { agent, .. }
            | Self::ContactRequeued { agent, .. }
            | Self::AgentCreated { agent, .. }
            | Self::AgentRenamed { agent }
            | Self::AgentDeleted { agent }
            | Self::AgentAvailable { agent, .. }
            | Self::AgentUnavailable { agent, .. }
            | Self::AgentNext { agent, .. }
            | Self::SkillAdded { agent, .. }
            | Self::SkillRemoved { agent, .. }
            | Self::Repaired { agent } => Some(agent),
            Self::ContactCompleted { agent, .. } => agent.as_ref(),
            Self::AcdOpened
            | Self::AcdClosed
            | Self::SettingsChanged { .. }
            | Self::TypeChanged { .. }
            | Self::TypeDeleted { .. }
            | Self::ContactCreated { .. }
            | Self::ContactReprioritised { .. } => None,
        }
    }
}
