//! Skills: listing their agents and waiting contacts, and removing a skill from all agents.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::skill::Skill;

use super::App;
use super::refusals::{Refused, Unknown};
use super::request::extract::InPath;
use super::request::page::Paged;
use crate::authorization::{Audited, AuditedChange};
use crate::messages::page::{PageBody, PageQuery};
use crate::messages::skill::{SkillBody, SkillName};
use crate::problem::Problem;
use crate::route;

/// Lists the skills that an agent holds or a waiting contact needs, by name.
#[utoipa::path(
    get, path = route::SKILLS, tag = "skill", operation_id = "listSkills", params(PageQuery),
    responses((status = 200, body = PageBody<SkillBody>), Refused)
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Paged(page): Paged<Skill>,
) -> Result<Json<PageBody<SkillBody>>, Problem> {
    let listing = app.acd.skills(page).await?;
    Ok(Json(PageBody::new(listing, SkillBody::from)))
}

/// Takes a skill from every agent. Contacts that need it still need it, and keep their place.
#[utoipa::path(
    delete, path = route::SKILL, tag = "skill", operation_id = "deleteSkill",
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
