//! Agents as they are shown: one, or pages of them. The routes that change them are in `agent`.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use shared::agent::{Agent, AgentId, AgentState, Mark, Presence};
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::text::{PersonName, Reason};
use shared::time::{Millis, Tick};
use utoipa::ToSchema;

use super::App;
use super::edge::InPath;
use super::page::{PageBody, PageQuery, Paged};
use super::refusals::{Refused, Unknown};
use super::seen::etag;
use crate::problem::Problem;

/// An agent.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Agent)]
pub(crate) struct AgentBody {
    /// His key.
    #[schema(value_type = String, example = "agent:7")]
    agent_key: AgentId,
    /// First name.
    #[schema(value_type = String)]
    fname: PersonName,
    /// Last name.
    #[schema(value_type = String)]
    lname: PersonName,
    /// The skills he holds.
    #[schema(value_type = Vec<String>)]
    skills: Vec<Skill>,
    /// What he chose last: 1 available, 0 unavailable. On a contact it is what he will be.
    state: u8,
    /// What he is by his choice: `available` or `unavailable`.
    presence: Cow<'static, str>,
    /// Why he is unavailable, if he said.
    #[schema(required, value_type = Option<String>)]
    reason: Option<Reason>,
    /// Why they are unavailable, if nobody chose it: `new` (created, and nobody has chosen anything
    /// for them since), `closed` (closing the ACD took them off), `requeued` (their contact was
    /// taken from them). Opening the ACD brings back who is `new` or `closed`.
    #[schema(required)]
    mark: Option<Cow<'static, str>>,
    /// What he is doing: `idle` or `busy`.
    activity: Cow<'static, str>,
    /// The contact he is on.
    #[schema(required, value_type = Option<String>)]
    contact: Option<ContactId>,
    /// On a contact: what he will be when it ends.
    #[schema(required)]
    next: Option<Cow<'static, str>>,
    /// On a contact: why he will be unavailable, if he said.
    #[schema(required, value_type = Option<String>)]
    next_reason: Option<Reason>,
    /// On a contact: `closed`, if closing the ACD will take them off when it ends.
    #[schema(required)]
    next_mark: Option<Cow<'static, str>>,
    /// While he is available and idle: since when, which decides who is chosen first.
    #[schema(required)]
    since_ms: Option<u64>,
    /// The same as a tick, of which no two are equal: it is an order, in steps of 128 microseconds
    /// since 1970, and ahead of the time after a clock that had leapt ahead.
    #[schema(required, value_type = Option<u64>)]
    since_tick: Option<Tick>,
    /// Since when he does what he does, in milliseconds since 1970.
    changed_ms: u64,
    /// How many contacts they have served to the end.
    handled: u64,
    /// How long they were on contacts that they completed or that were requeued from them, in
    /// milliseconds, in sum.
    handle_time_ms: u64,
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

/// Gives an agent.
#[utoipa::path(
    get, path = "/agent/{key}", tag = "agent", operation_id = "getAgent",
    params(("key" = String, Path, description = "The agent's key")),
    responses(
        (status = 200, body = AgentBody,
         headers(("ETag" = String, description = "Names the agent as they are, for `If-Match`"))),
        Unknown, Refused
    )
)]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
) -> Result<impl IntoResponse, Problem> {
    let agent = app.acd.agent(&id).await?;
    let tag = etag(&agent.version());
    Ok((tag, Json(AgentBody::from(agent))))
}

/// Lists the agents, by key.
#[utoipa::path(
    get, path = "/agent", tag = "agent", operation_id = "listAgents", params(PageQuery),
    responses((status = 200, body = PageBody<AgentBody>), Refused)
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Paged(page): Paged<AgentId>,
) -> Result<Json<PageBody<AgentBody>>, Problem> {
    let listing = app.acd.agents(page).await?;
    Ok(Json(PageBody::new(listing, AgentBody::from)))
}
