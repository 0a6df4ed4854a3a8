//! Reads agents: one, or pages of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use shared::agent::AgentId;

use crate::api::App;
use crate::api::refusals::{Refused, Unknown};
use crate::api::request::extract::InPath;
use crate::api::request::page::Paged;
use crate::api::request::seen::etag;
use crate::messages::agent::AgentBody;
use crate::messages::page::{PageBody, PageQuery};
use crate::problem::Problem;
use crate::route;

/// Returns an agent.
#[utoipa::path(
    get, path = route::AGENT, tag = "agent", operation_id = "getAgent",
    params(("key" = String, Path, description = "The agent's key")),
    responses(
        (status = 200, body = AgentBody,
         headers(("ETag" = String, description = "The version of the agent, for `If-Match`"))),
        Unknown, Refused
    )
)]
pub(in crate::api) async fn read(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
) -> Result<impl IntoResponse, Problem> {
    let agent = app.acd.agent(&id).await?;
    let tag = etag(&agent.version());
    Ok((tag, Json(AgentBody::from(agent))))
}

/// Lists the agents, by key.
#[utoipa::path(
    get, path = route::AGENTS, tag = "agent", operation_id = "listAgents", params(PageQuery),
    responses((status = 200, body = PageBody<AgentBody>), Refused)
)]
pub(in crate::api) async fn list(
    State(app): State<Arc<App>>,
    Paged(page): Paged<AgentId>,
) -> Result<Json<PageBody<AgentBody>>, Problem> {
    let listing = app.acd.agents(page).await?;
    Ok(Json(PageBody::new(listing, AgentBody::from)))
}
