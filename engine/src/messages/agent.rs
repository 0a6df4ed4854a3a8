//! Requests and answers about an agent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use shared::agent::{Agent, AgentId, AgentState, Mark, NewAgent, Presence};
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::text::{Invalid, PersonName, Reason};
use shared::time::{Millis, Tick};
use utoipa::ToSchema;

use super::change::Switch;

/// An agent.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Agent)]
pub(crate) struct AgentBody {
    /// The key of the agent.
    #[schema(value_type = String, example = "agent:7")]
    pub(crate) agent_key: AgentId,
    /// First name.
    #[schema(value_type = String)]
    pub(crate) fname: PersonName,
    /// Last name.
    #[schema(value_type = String)]
    pub(crate) lname: PersonName,
    /// The skills that the agent holds.
    #[schema(value_type = Vec<String>)]
    pub(crate) skills: Vec<Skill>,
    /// The agent's last choice: 1 available, 0 unavailable. On a contact it takes effect when the
    /// contact ends.
    pub(crate) state: u8,
    /// The state by the agent's choice: `available` or `unavailable`.
    pub(crate) presence: Cow<'static, str>,
    /// Why the agent is unavailable, if they gave a reason.
    #[schema(required, value_type = Option<String>)]
    pub(crate) reason: Option<Reason>,
    /// Why the agent is unavailable, if nobody chose it: `new` (created and never made available or
    /// unavailable since), `closed` (closing the ACD made them unavailable), `requeued` (their
    /// contact was requeued). Opening the ACD makes agents with `new` or `closed` available.
    #[schema(required)]
    pub(crate) mark: Option<Cow<'static, str>>,
    /// Whether the agent is on a contact: `idle` or `busy`.
    pub(crate) activity: Cow<'static, str>,
    /// The contact that the agent is on.
    #[schema(required, value_type = Option<String>)]
    pub(crate) contact: Option<ContactId>,
    /// On a contact: the state that the agent will have when it ends.
    #[schema(required)]
    pub(crate) next: Option<Cow<'static, str>>,
    /// On a contact: why the agent will be unavailable, if they gave a reason.
    #[schema(required, value_type = Option<String>)]
    pub(crate) next_reason: Option<Reason>,
    /// On a contact: `closed` if the agent will be unavailable when it ends, because the ACD
    /// closed.
    #[schema(required)]
    pub(crate) next_mark: Option<Cow<'static, str>>,
    /// Since when the agent has been available and idle, in milliseconds since 1970. Who has been
    /// so longest is chosen first.
    #[schema(required)]
    pub(crate) since_ms: Option<u64>,
    /// The same in ticks of 128 microseconds since 1970. No two are equal, so they are the order of
    /// the agents. They may be ahead of the time after a clock was ahead.
    #[schema(required, value_type = Option<u64>)]
    pub(crate) since_tick: Option<Tick>,
    /// When the agent's state last changed, in milliseconds since 1970.
    pub(crate) changed_ms: u64,
    /// How many contacts the agent has served to the end.
    pub(crate) handled: u64,
    /// Total milliseconds that the agent spent on contacts that they completed, or that were
    /// requeued from them.
    pub(crate) handle_time_ms: u64,
}

impl From<Agent> for AgentBody {
    fn from(agent: Agent) -> Self {
        // They were available, or they would have no contact.
        let presence = match &agent.state {
            AgentState::Busy { .. } => Presence::Available,
            state => state.chosen(),
        };
        let (next, since) = match &agent.state {
            AgentState::Busy { next, .. } => (Some(next), None),
            AgentState::Available { since } => (None, Some(*since)),
            AgentState::Unavailable { .. } => (None, None),
        };
        let mark = agent.state.mark().map(|mark| mark.word().into());
        let (mark, next_mark) = match next {
            Some(_) => (None, mark),
            None => (mark, None),
        };
        Self {
            mark,
            next_mark,
            state: u8::from(agent.state.chosen() == Presence::Available),
            presence: presence.word().into(),
            reason: presence.reason().cloned(),
            activity: agent.state.activity().into(),
            contact: agent.state.contact(),
            next: next.map(|next| next.word().into()),
            next_reason: next.and_then(Presence::reason).cloned(),
            // A tick is not a time after the clock has once jumped ahead.
            since_ms: since.map(|_| agent.changed.0),
            since_tick: since,
            changed_ms: agent.changed.0,
            handled: agent.handled,
            handle_time_ms: agent.handle_time,
            agent_key: agent.id,
            fname: agent.fname,
            lname: agent.lname,
            skills: agent.skills,
        }
    }
}

impl From<AgentBody> for Agent {
    fn from(body: AgentBody) -> Self {
        let state = match (body.contact, body.since_tick) {
            (Some(contact), _) => AgentState::Busy {
                contact,
                next: if body.state == 1 {
                    Presence::Available
                } else {
                    Presence::Unavailable(body.next_reason)
                },
                next_mark: body.next_mark.as_deref().and_then(Mark::read),
            },
            (None, Some(since)) => AgentState::Available { since },
            (None, None) => AgentState::Unavailable {
                reason: body.reason,
                mark: body.mark.as_deref().and_then(Mark::read),
            },
        };
        Self {
            id: body.agent_key,
            fname: body.fname,
            lname: body.lname,
            skills: body.skills,
            state,
            changed: Millis(body.changed_ms),
            handled: body.handled,
            handle_time: body.handle_time_ms,
        }
    }
}

/// The key of an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentKey {
    /// The agent's key.
    #[schema(example = "agent:7")]
    pub(crate) agent_key: String,
}

impl From<&AgentId> for AgentKey {
    fn from(id: &AgentId) -> Self {
        let agent_key = id.to_string();
        Self { agent_key }
    }
}

/// An agent to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fname": "Ada", "lname": "Lovelace", "skills": ["English", "Billing"]}))]
pub(crate) struct CreateAgent {
    /// First name.
    #[schema(example = "Ada", max_length = 100)]
    pub(crate) fname: String,
    /// Last name.
    #[schema(example = "Lovelace", max_length = 100)]
    pub(crate) lname: String,
    /// The skills that the agent holds.
    #[schema(example = json!(["English", "Billing"]), max_items = 64)]
    pub(crate) skills: Vec<String>,
}

impl From<&NewAgent> for CreateAgent {
    fn from(agent: &NewAgent) -> Self {
        Self {
            fname: agent.fname.to_string(),
            lname: agent.lname.to_string(),
            skills: agent.skills.iter().map(ToString::to_string).collect(),
        }
    }
}

impl CreateAgent {
    pub(crate) fn parse(self, id: AgentId) -> Result<NewAgent, Invalid> {
        let skills: Result<Vec<Skill>, Invalid> =
            self.skills.iter().map(|skill| skill.parse()).collect();
        NewAgent::new(id, self.fname.try_into()?, self.lname.try_into()?, skills?)
    }
}

/// The new name of an agent; both parts are needed.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fname": "Ada", "lname": "King"}))]
pub(crate) struct RenameAgent {
    /// First name.
    #[schema(example = "Ada", max_length = 100)]
    pub(crate) fname: String,
    /// Last name.
    #[schema(example = "King", max_length = 100)]
    pub(crate) lname: String,
}

/// The name that an agent had.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WasNamed {
    /// First name.
    #[schema(value_type = String)]
    pub(crate) fname: PersonName,
    /// Last name.
    #[schema(value_type = String)]
    pub(crate) lname: PersonName,
}

/// The state that an agent chooses.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": 0, "reason": "lunch"}))]
pub(crate) struct SetAgentState {
    /// 1 available, 0 unavailable.
    #[schema(minimum = 0, maximum = 1, example = 0)]
    pub(crate) state: i64,
    /// Why the agent is unavailable.
    #[schema(example = "lunch", max_length = 64)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The agent's choice that the client saw. If it has changed since, nothing is done (409
    /// `stale`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seen: Option<Chosen>,
}

impl SetAgentState {
    /// Builds the body for this choice, on condition that `seen` was chosen before, if given.
    pub(crate) fn of(presence: &Presence, seen: Option<&Presence>) -> Self {
        let Chosen { state, reason } = presence.into();
        let seen = seen.map(Chosen::from);
        Self {
            state,
            reason,
            seen,
        }
    }
}

/// The choice of an agent, as `state` and `reason` of an agent show it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    /// 1 available, 0 unavailable.
    #[schema(minimum = 0, maximum = 1, example = 0)]
    pub(crate) state: i64,
    /// Why the agent is unavailable, if they gave a reason.
    #[schema(example = "lunch", max_length = 64)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl From<&Presence> for Chosen {
    fn from(presence: &Presence) -> Self {
        Self {
            state: i64::from(*presence == Presence::Available),
            reason: presence.reason().map(ToString::to_string),
        }
    }
}

impl TryFrom<Chosen> for Presence {
    type Error = Invalid;
    fn try_from(chosen: Chosen) -> Result<Self, Invalid> {
        let reason: Option<Reason> = chosen.reason.map(Reason::try_from).transpose()?;
        match (Switch::read(chosen.state)?, reason) {
            (Switch::On, None) => Ok(Self::Available),
            (Switch::On, Some(_)) => Err(Invalid::new(
                "reason",
                "is given for being available",
                "give a reason with state 0 only",
            )),
            (Switch::Off, reason) => Ok(Self::Unavailable(reason)),
        }
    }
}

/// A skill to add.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"skill": "French"}))]
pub(crate) struct AddSkill {
    /// The skill.
    #[schema(example = "English", max_length = 64)]
    pub(crate) skill: String,
}

/// Whether an agent held the skill.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Held)]
pub(crate) struct WasHeld {
    /// Whether the agent held the skill already, so that nothing changed.
    pub(crate) held: bool,
}
