//! Changes whether an agent is available.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::agent::{AgentId, Presence};
use shared::seen::AgentSeen;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::api::request::prefer::Preference;
use crate::api::request::seen::IfMatch;
use crate::authorization::{Audited, AuditedChange};
use crate::messages::agent::{AgentKey, Chosen, SetAgentState};
use crate::messages::change::Replaced;
use crate::problem::Problem;
use crate::route;

/// Makes an agent available or unavailable.
///
/// For an agent on a contact it takes effect when the contact ends. A choice that is already in
/// effect changes nothing, whatever the client saw.
#[utoipa::path(
    patch, path = route::AGENT_STATE, tag = "agent", operation_id = "setAgentState",
    params(
        ("key" = String, Path, description = "The agent's key"),
        IfMatch
    ),
    request_body = SetAgentState,
    responses(
        (status = 200, body = Replaced<AgentKey, Chosen>),
        Unknown, Conflict, Changed, Refused
    )
)]
pub(in crate::api) async fn set_state(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    if_match: IfMatch,
    preference: Preference,
    Body(body): Body<SetAgentState>,
) -> Result<(Audited, Json<Replaced<AgentKey, Chosen>>), Problem> {
    let (state, reason) = (body.state, body.reason);
    let now = Presence::try_from(Chosen { state, reason })?;
    let seen = match body.seen {
        Some(seen) => AgentSeen::chose(seen.try_into()?),
        None => AgentSeen::ANYTHING,
    };
    let seen = if_match.and(seen);
    let was = app.acd.set_presence(&id, now.clone(), &seen).await?;
    let before = preference.before(|| Chosen::from(&was));
    let answer = Replaced::new(AgentKey::from(&id), before);
    Ok((Extension(AuditedChange::Chose { was, now }), Json(answer)))
}
