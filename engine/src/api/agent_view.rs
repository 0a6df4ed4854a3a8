//! Agents as they are shown: one, and pages of them. What changes them is in `agent`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::agent::{Agent, AgentId, AgentState, Presence};
use utoipa::ToSchema;

use super::App;
use super::edge::{InPath, PageQuery, Paged};
use super::problem::Problem;
use super::refusals::{Refused, Unknown};

/// An agent.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Agent)]
pub(super) struct AgentBody {
    /// His key.
    #[schema(example = "agent:7")]
    agent_key: String,
    /// First name.
    fname: String,
    /// Last name.
    lname: String,
    /// The skills he holds.
    skills: Vec<String>,
    /// What he chose last: 1 available, 0 unavailable. On a contact it is what he will be.
    state: u8,
    /// What he is by his choice: `available` or `unavailable`.
    presence: &'static str,
    /// Why he is unavailable, if he said.
    #[schema(required)]
    reason: Option<String>,
    /// What he is doing: `idle` or `busy`.
    activity: &'static str,
    /// The contact he is on.
    #[schema(required)]
    contact: Option<String>,
    /// On a contact: what he will be when it ends.
    #[schema(required)]
    next: Option<&'static str>,
    /// On a contact: why he will be unavailable, if he said.
    #[schema(required)]
    next_reason: Option<String>,
    /// While he is available and idle: since when, which decides who is chosen first.
    #[schema(required)]
    since_ms: Option<u64>,
    /// Since when he does what he does, in milliseconds since 1970.
    changed_ms: u64,
    /// How many contacts he has completed.
    handled: u64,
    /// How long he was on them, in milliseconds, in sum.
    handle_time_ms: u64,
}

impl From<Agent> for AgentBody {
    fn from(agent: Agent) -> Self {
        // He was available, or he would have no contact.
        let presence = match &agent.state {
            AgentState::Busy { .. } => Presence::Available,
            state => state.chosen(),
        };
        let (next, since) = match &agent.state {
            AgentState::Busy { next, .. } => (Some(next), None),
            AgentState::Available { since } => (None, Some(since.millis().0)),
            AgentState::Unavailable { .. } => (None, None),
        };
        Self {
            state: u8::from(agent.state.chosen() == Presence::Available),
            presence: presence.word(),
            reason: presence.reason().map(ToString::to_string),
            activity: agent.state.activity(),
            contact: agent.state.contact().map(|contact| contact.to_string()),
            next: next.map(Presence::word),
            next_reason: next.and_then(Presence::reason).map(ToString::to_string),
            since_ms: since,
            changed_ms: agent.changed.0,
            handled: agent.handled,
            handle_time_ms: agent.handle_time,
            agent_key: agent.id.into(),
            fname: agent.fname.into(),
            lname: agent.lname.into(),
            skills: agent.skills.into_iter().map(String::from).collect(),
        }
    }
}

/// Gives an agent.
#[utoipa::path(
    get, path = "/agent/{key}", tag = "agent", operation_id = "agent",
    params(("key" = String, Path, description = "The agent's key")),
    responses((status = 200, body = AgentBody), Unknown, Refused)
)]
pub(super) async fn read(
    State(app): State<App>,
    InPath(id): InPath<AgentId>,
) -> Result<Json<AgentBody>, Problem> {
    Ok(Json(app.acd.agent(&id).await?.into()))
}

/// A part of the list of agents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgentPage {
    /// The agents, by key.
    items: Vec<AgentBody>,
    /// The cursor of the next page; null at the end.
    #[schema(required)]
    next: Option<String>,
}

/// Lists the agents.
#[utoipa::path(
    get, path = "/agent", tag = "agent", operation_id = "agents", params(PageQuery),
    responses((status = 200, body = AgentPage), Refused)
)]
pub(super) async fn list(
    State(app): State<App>,
    Paged(page): Paged<AgentId>,
) -> Result<Json<AgentPage>, Problem> {
    let listing = app.acd.agents(page).await?;
    Ok(Json(AgentPage {
        items: listing.items.into_iter().map(AgentBody::from).collect(),
        next: listing.next.map(String::from),
    }))
}
