//! Agents: the routes that change them. The routes that show them are in `agent_view`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::agent::{AgentId, NewAgent, Presence};
use shared::seen::AgentSeen;
use shared::skill::Skill;
use shared::text::{Invalid, PersonName};
use utoipa::ToSchema;

use super::App;
use super::agent_view::AgentBody;
use super::edge::{Body, BothInPath, InPath};
use super::refusals::{Changed, Conflict, Refused, Unknown};
use super::replaced::{Chosen, Held, Replaced, WasNamed};
use super::seen::{AgentQuery, IfMatch, SawAgent};
use super::standing::Preference;
use super::version::{Location, Version};
use crate::authorization::{Audited, AuditedChange};
use crate::problem::Problem;

/// Which agent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgentKey {
    /// The agent's key.
    #[schema(example = "agent:7")]
    agent_key: String,
}

impl From<&AgentId> for AgentKey {
    fn from(id: &AgentId) -> Self {
        let agent_key = id.to_string();
        Self { agent_key }
    }
}

/// An agent to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fname": "Ada", "lname": "Lovelace", "skills": ["English", "Billing"]}))]
pub(super) struct CreateAgent {
    /// First name.
    #[schema(example = "Ada", max_length = 100)]
    fname: String,
    /// Last name.
    #[schema(example = "Lovelace", max_length = 100)]
    lname: String,
    /// The skills he holds.
    #[schema(example = json!(["English", "Billing"]), max_items = 64)]
    skills: Vec<String>,
}

impl CreateAgent {
    fn parse(self, id: AgentId) -> Result<NewAgent, Invalid> {
        let skills: Result<Vec<Skill>, Invalid> =
            self.skills.iter().map(|skill| skill.parse()).collect();
        NewAgent::new(id, self.fname.try_into()?, self.lname.try_into()?, skills?)
    }
}

/// Creates an agent, unavailable.
#[utoipa::path(
    post, path = "/agent/{key}", tag = "agent", operation_id = "createAgent",
    params(("key" = String, Path, description = "The agent's key, as the integrator chooses it")),
    request_body = CreateAgent,
    responses(
        (status = 201, body = AgentKey,
         headers(("Location" = String, description = "The path of the agent"))),
        Conflict, Refused
    )
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    version: Version,
    Body(body): Body<CreateAgent>,
) -> Result<(StatusCode, Audited, Location, Json<AgentKey>), Problem> {
    let (created, location) = (AgentKey::from(&id), Location::of_agent(version, &id));
    let new = body.parse(id)?;
    let (fname, lname, skills) = (new.fname.clone(), new.lname.clone(), new.skills.clone());
    app.acd.create_agent(new).await?;
    let audited = Extension(AuditedChange::AgentCreated(fname, lname, skills));
    Ok((StatusCode::CREATED, audited, location, Json(created)))
}

/// An agent's new name, both parts of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fname": "Ada", "lname": "King"}))]
pub(super) struct RenameAgent {
    /// First name.
    #[schema(example = "Ada", max_length = 100)]
    fname: String,
    /// Last name.
    #[schema(example = "King", max_length = 100)]
    lname: String,
}

/// Changes an agent's name.
#[utoipa::path(
    patch, path = "/agent/{key}", tag = "agent", operation_id = "renameAgent",
    params(
        ("key" = String, Path, description = "The agent's key"),
        AgentQuery,
        IfMatch
    ),
    request_body = RenameAgent,
    responses(
        (status = 200, body = Replaced<AgentKey, WasNamed>),
        Unknown, Conflict, Changed, Refused
    )
)]
pub(super) async fn rename(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    SawAgent(seen): SawAgent,
    preference: Preference,
    Body(body): Body<RenameAgent>,
) -> Result<(Audited, Json<Replaced<AgentKey, WasNamed>>), Problem> {
    let fname = PersonName::try_from(body.fname)?;
    let lname = PersonName::try_from(body.lname)?;
    let now = (fname.clone(), lname.clone());
    let was = app.acd.rename_agent(&id, fname, lname, &seen).await?;
    let (fname, lname) = was.clone();
    let before = preference.before(|| WasNamed { fname, lname });
    let answer = Replaced::new(AgentKey::from(&id), before);
    Ok((Extension(AuditedChange::Renamed { was, now }), Json(answer)))
}

/// What an agent chooses to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": 0, "reason": "lunch"}))]
pub(super) struct SetAgentState {
    /// 1 available, 0 unavailable.
    #[schema(minimum = 0, maximum = 1, example = 0)]
    state: i64,
    /// Why he is unavailable: such a chosen break is left alone when the ACD opens.
    #[schema(example = "lunch", max_length = 64)]
    reason: Option<String>,
    /// What was seen that they had chosen: if they have chosen otherwise since, nothing is done
    /// (409 `stale`).
    seen: Option<Chosen>,
}

/// Takes an agent's choice to be available or not.
///
/// For an agent on a contact it comes true when the contact ends. The present choice again
/// changes nothing, whatever was seen.
#[utoipa::path(
    patch, path = "/agent/{key}/state", tag = "agent", operation_id = "setAgentState",
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
pub(super) async fn set_state(
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

/// A skill to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"skill": "French"}))]
pub(super) struct AddSkill {
    /// The skill.
    #[schema(example = "English", max_length = 64)]
    skill: String,
}

/// Gives an agent a skill. He keeps his place among the available.
#[utoipa::path(
    patch, path = "/agent/{key}/skill", tag = "agent", operation_id = "addAgentSkill",
    params(
        ("key" = String, Path, description = "The agent's key"),
        AgentQuery,
        IfMatch
    ),
    request_body = AddSkill,
    responses(
        (status = 200, body = Replaced<AgentKey, Held>),
        Unknown, Conflict, Changed, Refused
    )
)]
pub(super) async fn add_skill(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    SawAgent(seen): SawAgent,
    preference: Preference,
    Body(body): Body<AddSkill>,
) -> Result<(Audited, Json<Replaced<AgentKey, Held>>), Problem> {
    let skill: Skill = body.skill.try_into()?;
    let held = !app.acd.add_skill(&id, &skill, &seen).await?;
    let before = preference.before(|| Held { held });
    let answer = Replaced::new(AgentKey::from(&id), before);
    Ok((
        Extension(AuditedChange::SkillAdded { held, skill }),
        Json(answer),
    ))
}

/// Takes a skill from an agent.
#[utoipa::path(
    delete, path = "/agent/{key}/skill/{skill}", tag = "agent",
    operation_id = "removeAgentSkill",
    params(
        ("key" = String, Path, description = "The agent's key"),
        ("skill" = String, Path, description = "The skill"),
        AgentQuery,
        IfMatch
    ),
    responses((status = 200, body = AgentKey), Unknown, Conflict, Changed, Refused)
)]
pub(super) async fn remove_skill(
    State(app): State<Arc<App>>,
    BothInPath(id, skill): BothInPath<AgentId, Skill>,
    SawAgent(seen): SawAgent,
) -> Result<(Audited, Json<AgentKey>), Problem> {
    app.acd.remove_skill(&id, &skill, &seen).await?;
    let audited = Extension(AuditedChange::SkillRemoved(skill));
    Ok((audited, Json(AgentKey::from(&id))))
}

/// Deletes an agent who is not on a contact.
#[utoipa::path(
    delete, path = "/agent/{key}", tag = "agent", operation_id = "deleteAgent",
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
pub(super) async fn delete(
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
