//! Why a contact stands where it stands.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::agent::Agent;
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::view::Explanation;
use utoipa::ToSchema;

use super::App;
use super::agent_view::AgentBody;
use super::edge::InPath;
use super::problem::Problem;
use super::refusals::{Refused, Unknown};
use super::standing::StandingBody;

/// Why a contact stands where it stands.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(crate) struct ExplanationBody {
    /// Which contact.
    #[schema(value_type = String)]
    contact_key: ContactId,
    #[serde(flatten)]
    standing: StandingBody,
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
    #[schema(value_type = Vec<String>)]
    unstaffed: Vec<Skill>,
    /// The first twenty of the qualified agents by key: what each does says what keeps him.
    holders: Vec<AgentBody>,
    /// The same in a sentence.
    #[schema(example = "It waits because no agent holds Klingon.")]
    sentence: String,
}

impl From<Explanation> for ExplanationBody {
    fn from(why: Explanation) -> Self {
        Self {
            sentence: why.sentence(),
            contact_key: why.contact,
            standing: StandingBody::from(&why.state),
            wait_ms: why.wait,
            ahead: why.ahead,
            qualified: why.qualified,
            qualified_busy: why.qualified_busy,
            unstaffed: why.unstaffed,
            holders: why.holders.into_iter().map(AgentBody::from).collect(),
        }
    }
}

impl TryFrom<ExplanationBody> for Explanation {
    type Error = String;
    fn try_from(body: ExplanationBody) -> Result<Self, String> {
        Ok(Self {
            contact: body.contact_key,
            state: body.standing.try_into()?,
            wait: body.wait_ms,
            ahead: body.ahead,
            qualified: body.qualified,
            qualified_busy: body.qualified_busy,
            unstaffed: body.unstaffed,
            holders: body.holders.into_iter().map(Agent::from).collect(),
        })
    }
}

/// Says why a contact stands where it stands.
#[utoipa::path(
    get, path = "/contact/{key}/explain", tag = "contact", operation_id = "explain_contact",
    params(("key" = String, Path, description = "The contact's key")),
    responses((status = 200, body = ExplanationBody), Unknown, Refused)
)]
pub(super) async fn explain(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
) -> Result<Json<ExplanationBody>, Problem> {
    Ok(Json(app.acd.explain(id).await?.into()))
}
