//! Deletes an agent.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::agent::AgentId;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::InPath;
use crate::api::request::prefer::Preference;
use crate::api::request::seen::{IfMatch, SawAgent};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::agent::{AgentBody, AgentKey};
use crate::messages::change::Replaced;
use crate::messages::seen::AgentQuery;
use crate::problem::Problem;
use crate::route;

/// Deletes an agent who is not on a contact.
#[utoipa::path(
    delete, path = route::AGENT, tag = "agent", operation_id = "deleteAgent",
    params(
        ("key" = String, Path, description = "The agent's key"),
        AgentQuery,
        IfMatch
    ),
    responses(
        (status = 200, body = Replaced<AgentKey, AgentBody>),
        Unknown, Conflict, Changed, Refused
    )
)]
pub(in crate::api) async fn delete(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    SawAgent(seen): SawAgent,
    preference: Preference,
) -> Result<(Audited, Json<Replaced<AgentKey, AgentBody>>), Problem> {
    let agent = app.acd.delete_agent(&id, &seen).await?;
    let before = preference.before(|| AgentBody::from(agent.clone()));
    let answer = Replaced::new(AgentKey::from(&id), before);
    Ok((Extension(AuditedChange::AgentDeleted(agent)), Json(answer)))
}
