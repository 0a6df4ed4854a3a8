//! Answers about skills.

use serde::{Deserialize, Serialize};
use shared::agent::AgentId;
use shared::skill::Skill;
use shared::time::Tick;
use shared::view::SkillView;
use utoipa::ToSchema;

/// A skill on the floor.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Skill)]
pub(crate) struct SkillBody {
    /// The skill.
    #[schema(value_type = String, example = "English")]
    pub(crate) skill: Skill,
    /// Waiting contacts that need it.
    pub(crate) waiting: u64,
    /// Agents who hold it and are available and idle.
    pub(crate) available: u64,
    /// Agents who hold it.
    pub(crate) staffed: u64,
    /// The longest available of these, at most five, the next to be chosen first.
    pub(crate) next: Vec<NextAgent>,
}

/// An available agent.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct NextAgent {
    /// The key of the agent.
    #[schema(value_type = String)]
    pub(crate) agent: AgentId,
    /// Since when the agent has been available and idle, in milliseconds since 1970.
    pub(crate) since_ms: u64,
    /// The same in ticks of 128 microseconds since 1970. No two are equal.
    #[schema(value_type = u64)]
    pub(crate) since_tick: Tick,
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

/// The name of a skill.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SkillName {
    /// The skill.
    pub(crate) skill: String,
}
