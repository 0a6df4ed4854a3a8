//! Gives an agent a skill, or takes one from them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::agent::AgentId;
use shared::skill::Skill;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, BothInPath, InPath};
use crate::api::request::prefer::Preference;
use crate::api::request::seen::{IfMatch, SawAgent};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::agent::{AddSkill, AgentKey, WasHeld};
use crate::messages::change::Replaced;
use crate::messages::seen::AgentQuery;
use crate::problem::Problem;
use crate::route;

/// Gives an agent a skill. The agent keeps their place among the available agents.
#[utoipa::path(
    patch, path = route::AGENT_SKILLS, tag = "agent", operation_id = "addAgentSkill",
    params(
        ("key" = String, Path, description = "The agent's key"),
        AgentQuery,
        IfMatch
    ),
    request_body = AddSkill,
    responses(
        (status = 200, body = Replaced<AgentKey, WasHeld>),
        Unknown, Conflict, Changed, Refused
    )
)]
pub(in crate::api) async fn add_skill(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    SawAgent(seen): SawAgent,
    preference: Preference,
    Body(body): Body<AddSkill>,
) -> Result<(Audited, Json<Replaced<AgentKey, WasHeld>>), Problem> {
    let skill: Skill = body.skill.try_into()?;
    let held = !app.acd.add_skill(&id, &skill, &seen).await?;
    let before = preference.before(|| WasHeld { held });
    let answer = Replaced::new(AgentKey::from(&id), before);
    Ok((
        Extension(AuditedChange::SkillAdded { held, skill }),
        Json(answer),
    ))
}

/// Takes a skill from an agent.
#[utoipa::path(
    delete, path = route::AGENT_SKILL, tag = "agent",
    operation_id = "removeAgentSkill",
    params(
        ("key" = String, Path, description = "The agent's key"),
        ("skill" = String, Path, description = "The skill"),
        AgentQuery,
        IfMatch
    ),
    responses((status = 200, body = AgentKey), Unknown, Conflict, Changed, Refused)
)]
pub(in crate::api) async fn remove_skill(
    State(app): State<Arc<App>>,
    BothInPath(id, skill): BothInPath<AgentId, Skill>,
    SawAgent(seen): SawAgent,
) -> Result<(Audited, Json<AgentKey>), Problem> {
    app.acd.remove_skill(&id, &skill, &seen).await?;
    let audited = Extension(AuditedChange::SkillRemoved(skill));
    Ok((audited, Json(AgentKey::from(&id))))
}
