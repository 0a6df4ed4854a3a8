//! Why a contact stands where it stands.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::agent::Agent;
use shared::contact::ContactId;
use utoipa::ToSchema;

use super::App;
use super::edge::InPath;
use super::problem::Problem;
use super::refusals::{Refused, Unknown};

/// Why a contact stands where it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(super) struct ExplanationBody {
    /// Which contact.
    contact_key: String,
    /// 1 queued, 2 assigned, 3 complete.
    state: u8,
    /// Who is or was on it.
    #[schema(required)]
    agent: Option<String>,
    /// How long it has waited or did wait.
    wait_ms: u64,
    /// While it waits: how many waiting contacts are ranked before it.
    #[schema(required)]
    ahead: Option<u64>,
    /// Agents who hold every skill it needs.
    qualified: u64,
    /// Those of them who are on a contact.
    qualified_busy: u64,
    /// The skills it needs that no agent holds.
    unstaffed: Vec<String>,
    /// The first twenty of the qualified agents by key: what each does says what keeps him.
    holders: Vec<HolderBody>,
    /// The same in a sentence.
    #[schema(example = "It waits because no agent holds Klingon.")]
    sentence: String,
}

/// An agent who holds every skill that a contact needs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holder)]
struct HolderBody {
    /// Who.
    agent: String,
    /// What he chose: available or unavailable.
    presence: &'static str,
    /// Why he is unavailable, if he said.
    #[schema(required)]
    reason: Option<String>,
    /// What he does: idle or busy.
    activity: &'static str,
    /// Since when, in milliseconds since 1970.
    changed_ms: u64,
    /// The contact he is on.
    #[schema(required)]
    contact: Option<String>,
}

impl From<Agent> for HolderBody {
    fn from(agent: Agent) -> Self {
        let chosen = agent.state.chosen();
        Self {
            agent: agent.id.to_string(),
            presence: chosen.word(),
            reason: chosen.reason().map(ToString::to_string),
            activity: agent.state.activity(),
            changed_ms: agent.changed.0,
            contact: agent.state.contact().map(|contact| contact.to_string()),
        }
    }
}

/// Says why a contact stands where it stands.
#[utoipa::path(
    get, path = "/contact/{key}/explain", tag = "contact", operation_id = "explain_contact",
    params(("key" = String, Path, description = "The contact's key")),
    responses((status = 200, body = ExplanationBody), Unknown, Refused)
)]
pub(super) async fn explain(
    State(app): State<App>,
    InPath(id): InPath<ContactId>,
) -> Result<Json<ExplanationBody>, Problem> {
    let why = app.acd.explain(id).await?;
    Ok(Json(ExplanationBody {
        contact_key: id.to_string(),
        state: why.state.number(),
        agent: why.state.agent().map(ToString::to_string),
        wait_ms: why.wait,
        ahead: why.ahead,
        qualified: why.qualified,
        qualified_busy: why.qualified_busy,
        sentence: why.sentence(),
        unstaffed: why.unstaffed.into_iter().map(String::from).collect(),
        holders: why.holders.into_iter().map(HolderBody::from).collect(),
    }))
}
