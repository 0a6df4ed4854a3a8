//! Skills: listing their agents and waiting contacts, and removing a skill from all agents.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use serde::{Deserialize, Serialize};
use shared::agent::AgentId;
use shared::skill::Skill;
use shared::time::Tick;
use shared::view::SkillView;
use utoipa::ToSchema;

use super::App;
use super::edge::InPath;
use super::page::{PageBody, PageQuery, Paged};
use super::refusals::{Refused, Unknown};
use crate::authorization::{Audited, AuditedChange};
use crate::problem::Problem;

/// A skill on the floor.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Skill)]
pub(crate) struct SkillBody {
    /// Which.
    #[schema(value_type = String, example = "English")]
    skill: Skill,
    /// Waiting contacts that need it.
    waiting: u64,
    /// Agents holding it who are available and idle.
    available: u64,
    /// Agents holding it.
    staffed: u64,
    /// The longest available of them, up to five, the next to be chosen first.
    next: Vec<NextAgent>,
}

/// An agent who waits for a contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct NextAgent {
    /// Who.
    #[schema(value_type = String)]
    agent: AgentId,
    /// Since when, in milliseconds since 1970.
    since_ms: u64,
    /// The same in ticks of 128 microseconds since 1970, of which no two are equal.
    #[schema(value_type = u64)]
    since_tick: Tick,
}

impl From<SkillView> for SkillBody {
    fn from(view: SkillView) -> Self {
        let next = view.next.into_iter().map(|(agent, since)| NextAgent {
            agent,
            since_ms: since.millis().0,
            since_tick: since,
        });
        Self {
            skill: view.skill,
            waiting: view.waiting,
            available: view.available,
            staffed: view.staffed,
            next: next.collect(),
        }
    }
}

impl From<SkillBody> for SkillView {
    fn from(body: SkillBody) -> Self {
        let next = body.next.into_iter();
        Self {
            skill: body.skill,
            waiting: body.waiting,
            available: body.available,
            staffed: body.staffed,
            next: next.map(|next| (next.agent, next.since_tick)).collect(),
        }
    }
}

/// Lists the skills that an agent holds or a waiting contact needs, by name.
#[utoipa::path(
    get, path = "/skill", tag = "skill", operation_id = "listSkills", params(PageQuery),
    responses((status = 200, body = PageBody<SkillBody>), Refused)
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Paged(page): Paged<Skill>,
) -> Result<Json<PageBody<SkillBody>>, Problem> {
    let listing = app.acd.skills(page).await?;
    Ok(Json(PageBody::new(listing, SkillBody::from)))
}

/// Which skill.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SkillName {
    /// The skill.
    skill: String,
}

/// Takes a skill from every agent. Contacts that need it keep it, and their place.
#[utoipa::path(
    delete, path = "/skill/{skill}", tag = "skill", operation_id = "deleteSkill",
    params(("skill" = String, Path, description = "The skill")),
    responses((status = 200, body = SkillName), Unknown, Refused)
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    InPath(skill): InPath<Skill>,
) -> Result<(Audited, Json<SkillName>), Problem> {
    app.acd.delete_skill(&skill).await?;
    let skill = skill.into();
    Ok((
        Extension(AuditedChange::SkillDeleted),
        Json(SkillName { skill }),
    ))
}
