//! Skills: who holds them, who waits for them, taking one from everybody.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::skill::Skill;
use shared::view::SkillView;
use utoipa::ToSchema;

use super::App;
use super::edge::{InPath, PageQuery, Paged};
use super::problem::Problem;
use super::refusals::{Refused, Unknown};

/// A skill on the floor.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Skill)]
struct SkillBody {
    /// Which.
    #[schema(example = "English")]
    skill: String,
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
#[derive(Debug, Serialize, ToSchema)]
struct NextAgent {
    /// Who.
    agent: String,
    /// Since when, in milliseconds since 1970.
    since_ms: u64,
}

impl From<SkillView> for SkillBody {
    fn from(view: SkillView) -> Self {
        let next = view.next.into_iter().map(|(agent, since)| NextAgent {
            agent: agent.into(),
            since_ms: since.millis().0,
        });
        Self {
            skill: view.skill.into(),
            waiting: view.waiting,
            available: view.available,
            staffed: view.staffed,
            next: next.collect(),
        }
    }
}

/// A part of the list of skills.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SkillPage {
    /// The skills, by name.
    items: Vec<SkillBody>,
    /// The cursor of the next page; null at the end.
    #[schema(required)]
    next: Option<String>,
}

/// Lists the skills that an agent holds or a waiting contact needs.
#[utoipa::path(
    get, path = "/skill", tag = "skill", operation_id = "skills", params(PageQuery),
    responses((status = 200, body = SkillPage), Refused)
)]
pub(super) async fn list(
    State(app): State<App>,
    Paged(page): Paged<Skill>,
) -> Result<Json<SkillPage>, Problem> {
    let listing = app.acd.skills(page).await?;
    Ok(Json(SkillPage {
        items: listing.items.into_iter().map(SkillBody::from).collect(),
        next: listing.next.map(String::from),
    }))
}

/// Which skill.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SkillName {
    /// The skill.
    skill: String,
}

/// Takes a skill from every agent. Contacts that need it keep it, and their place.
#[utoipa::path(
    delete, path = "/skill/{skill}", tag = "skill", operation_id = "delete_skill",
    params(("skill" = String, Path, description = "The skill")),
    responses((status = 200, body = SkillName), Unknown, Refused)
)]
pub(super) async fn delete(
    State(app): State<App>,
    InPath(skill): InPath<Skill>,
) -> Result<Json<SkillName>, Problem> {
    app.acd.delete_skill(&skill).await?;
    let skill = skill.into();
    Ok(Json(SkillName { skill }))
}
