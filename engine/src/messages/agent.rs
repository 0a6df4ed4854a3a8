//! Requests and answers about an agent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use shared::agent::{Agent, AgentId, AgentState, Mark, NewAgent, Presence};
use shared::contact::ContactId;
use shared::operation::WrapUpStep;
use shared::settings::Timeout;
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
    /// What the agent is doing: `idle`, `offered` (a contact is offered to them), `busy` (on a
    /// contact), `wrap_up` (after a contact), `penalty` (available, but not routable for a while
    /// after a missed or rejected offer) or `not_responding` (unavailable after too many missed
    /// offers).
    pub(crate) activity: Cow<'static, str>,
    /// When the offer, the wrap-up or the penalty ends, in milliseconds since 1970; null for a
    /// wrap-up without an end.
    #[serde(default)]
    #[schema(required)]
    pub(crate) until_ms: Option<u64>,
    /// The contact that the agent is on, that is offered to them, or that they are in wrap-up for.
    #[schema(required, value_type = Option<String>)]
    pub(crate) contact: Option<ContactId>,
    /// The number of the offer; absent unless a contact is offered to the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) offer: Option<u64>,
    /// On a contact or in wrap-up: the state that the agent will have when it ends.
    #[schema(required)]
    pub(crate) next: Option<Cow<'static, str>>,
    /// On a contact or in wrap-up: why the agent will be unavailable, if they gave a reason.
    #[schema(required, value_type = Option<String>)]
    pub(crate) next_reason: Option<Reason>,
    /// On a contact or in wrap-up: `closed` if the agent will be unavailable when it ends, because
    /// the ACD closed.
    #[schema(required)]
    pub(crate) next_mark: Option<Cow<'static, str>>,
    /// Since when the agent has been available and idle, in milliseconds since 1970. Who has been
    /// so longest is chosen first.
    #[schema(required)]
    pub(crate) since_ms: Option<u64>,
    /// The same in ticks of 128 microseconds since 1970. No two are equal, so they are the order of
    /// the agents. They may be ahead of the time after a clock was ahead. An agent to whom a contact
    /// is offered keeps theirs.
    #[schema(required, value_type = Option<u64>)]
    pub(crate) since_tick: Option<Tick>,
    /// When the agent's state last changed, in milliseconds since 1970.
    pub(crate) changed_ms: u64,
    /// How many contacts the agent has served to the end.
    pub(crate) handled: u64,
    /// Total milliseconds that the agent spent on contacts that they completed, or that were
    /// requeued from them.
    pub(crate) handle_time_ms: u64,
    /// Total milliseconds that the agent spent in wrap-up.
    #[serde(default)]
    pub(crate) wrap_up_time_ms: u64,
    /// How many offers the agent missed since they last accepted one.
    #[serde(default)]
    pub(crate) misses: u32,
    /// Until when the agent is not routable because of a missed or rejected offer, whatever they
    /// choose, in milliseconds since 1970. It may be over. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) penalty_until_ms: Option<u64>,
    /// The number of the last offer that the agent rejected; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) rejected_offer: Option<u64>,
    /// On a contact, if wrap-up ends when they say so: whether the agent said already that they are
    /// available. Absent if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub(crate) ready: bool,
}

impl From<Agent> for AgentBody {
    fn from(agent: Agent) -> Self {
        // They were available, or they would have no contact.
        let presence = match &agent.state {
            AgentState::Busy { .. } | AgentState::WrapUp { .. } => Presence::Available,
            state => state.chosen(),
        };
        let (next, since) = match &agent.state {
            AgentState::Busy { next, .. } | AgentState::WrapUp { next, .. } => (Some(next), None),
            AgentState::Available { since } | AgentState::Offered { since, .. } => {
                (None, Some(*since))
            }
            AgentState::Unavailable { .. } | AgentState::Penalty { .. } => (None, None),
        };
        let idle = matches!(agent.state, AgentState::Available { .. });
        let offer = match agent.state {
            AgentState::Offered { offer, .. } => Some(offer),
            _ => None,
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
            until_ms: agent.state.until().map(|until| until.0),
            contact: agent.state.contact(),
            offer,
            next: next.map(|next| next.word().into()),
            next_reason: next.and_then(Presence::reason).cloned(),
            // A tick is not a time after the clock has once jumped ahead.
            since_ms: idle.then_some(agent.changed.0),
            since_tick: since,
            changed_ms: agent.changed.0,
            handled: agent.handled,
            handle_time_ms: agent.handle_time,
            wrap_up_time_ms: agent.wrap_up_time,
            misses: agent.misses,
            penalty_until_ms: agent.penalty.map(|until| until.0),
            rejected_offer: agent.rejected,
            ready: agent.ready,
            agent_key: agent.id,
            fname: agent.fname,
            lname: agent.lname,
            skills: agent.skills,
        }
    }
}

impl TryFrom<AgentBody> for Agent {
    type Error = String;
    fn try_from(body: AgentBody) -> Result<Self, String> {
        let state = state_of(&body).ok_or_else(|| {
            let (agent, activity) = (&body.agent_key, &body.activity);
            format!("agent {agent} has no sound state ({activity})")
        })?;
        Ok(Self {
            id: body.agent_key,
            fname: body.fname,
            lname: body.lname,
            skills: body.skills,
            state,
            changed: Millis(body.changed_ms),
            handled: body.handled,
            handle_time: body.handle_time_ms,
            wrap_up_time: body.wrap_up_time_ms,
            ready: body.ready,
            misses: body.misses,
            penalty: body.penalty_until_ms.map(Millis),
            rejected: body.rejected_offer,
        })
    }
}

/// Returns what an agent is doing; `None` if the body lacks what belongs to it.
fn state_of(body: &AgentBody) -> Option<AgentState> {
    let until = body.until_ms.map(Millis);
    let next = || match body.state {
        1 => Presence::Available,
        _ => Presence::Unavailable(body.next_reason.clone()),
    };
    let next_mark = body.next_mark.as_deref().and_then(Mark::read);
    Some(match &*body.activity {
        "busy" => AgentState::Busy {
            contact: body.contact?,
            next: next(),
            next_mark,
        },
        "wrap_up" => AgentState::WrapUp {
            contact: body.contact?,
            until,
            next: next(),
            next_mark,
        },
        "offered" => AgentState::Offered {
            contact: body.contact?,
            offer: body.offer?,
            until: until?,
            since: body.since_tick?,
        },
        "penalty" => AgentState::Penalty { until: until? },
        "idle" | "not_responding" => match body.since_tick {
            Some(since) => AgentState::Available { since },
            None => AgentState::Unavailable {
                reason: body.reason.clone(),
                mark: body.mark.as_deref().and_then(Mark::read),
            },
        },
        _ => return None,
    })
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

/// What an agent's wrap-up shall do: one of both.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeWrapUp, example = json!({"done": true}))]
pub(crate) struct WrapUpBody {
    /// True: it ends now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) done: Option<bool>,
    /// It goes on for so many seconds after its present end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3600, example = 60)]
    pub(crate) extend_s: Option<i64>,
}

impl From<WrapUpStep> for WrapUpBody {
    fn from(step: WrapUpStep) -> Self {
        match step {
            WrapUpStep::Done => Self {
                done: Some(true),
                extend_s: None,
            },
            WrapUpStep::Extend(seconds) => Self {
                done: None,
                extend_s: Some(seconds.get().into()),
            },
        }
    }
}

impl TryFrom<WrapUpBody> for WrapUpStep {
    type Error = Invalid;
    fn try_from(body: WrapUpBody) -> Result<Self, Invalid> {
        match (body.done, body.extend_s) {
            (Some(true), None) => Ok(Self::Done),
            (None, Some(seconds)) => {
                let fits = u64::try_from(seconds).ok();
                let fits = fits.and_then(|seconds| Timeout::try_from(seconds).ok());
                fits.map(Self::Extend).ok_or_else(|| {
                    let what = format!("extend_s {seconds}");
                    Invalid::new(what, "is out of range", "use 1 to 3600 seconds")
                })
            }
            _ => Err(Invalid::new(
                "what the wrap-up shall do",
                "is not said by one field",
                r#"send either {"done":true} or {"extend_s":60}"#,
            )),
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
