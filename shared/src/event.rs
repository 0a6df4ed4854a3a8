//! Events: what happened, as numbered values for live screens, streams and verifiers.
//!
//! Events are hints and the state is the truth: a client that misses a number reads the state
//! again.

use serde::{Deserialize, Serialize};

use crate::agent::{AgentId, Mark};
use crate::contact::{ContactId, Outcome, Owner, Priority, Rank};
use crate::settings::Settings;
use crate::skill::Skill;
use crate::text::Reason;
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
    /// A contact arrived. It waits at this rank unless an assignment follows.
    ContactCreated {
        contact: ContactId,
        profile: String,
        rank: Rank,
    },
    /// A contact was assigned to an agent after waiting this many milliseconds.
    ContactAssigned {
        contact: ContactId,
        agent: AgentId,
        wait: u64,
    },
    /// A contact ended.
    ContactCompleted {
        contact: ContactId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
        outcome: Outcome,
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

impl What {
    /// Returns the contact that the event is about.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Self::ContactCreated { contact, .. }
            | Self::ContactAssigned { contact, .. }
            | Self::ContactCompleted { contact, .. }
            | Self::ContactRequeued { contact, .. }
            | Self::ContactReprioritised { contact, .. } => Some(*contact),
            Self::AcdOpened
            | Self::AcdClosed
            | Self::SettingsChanged { .. }
            | Self::AgentCreated { .. }
            | Self::AgentRenamed { .. }
            | Self::AgentDeleted { .. }
            | Self::AgentAvailable { .. }
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
            | Self::ContactCreated { .. }
            | Self::ContactReprioritised { .. } => None,
        }
    }
}
