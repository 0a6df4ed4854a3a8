//! Creates an agent.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use shared::agent::AgentId;

use crate::api::App;
use crate::api::refusals::{Conflict, Refused};
use crate::api::request::extract::{Body, InPath};
use crate::api::request::version::{ApiVersion, Location};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::agent::{AgentKey, CreateAgent};
use crate::problem::Problem;
use crate::route;

/// Creates an agent, who is unavailable at first.
#[utoipa::path(
    post, path = route::AGENT, tag = "agent", operation_id = "createAgent",
    params(("key" = String, Path, description = "The agent's key, as the integrator chooses it")),
    request_body = CreateAgent,
    responses(
        (status = 201, body = AgentKey,
         headers(("Location" = String, description = "The path of the agent"))),
        Conflict, Refused
    )
)]
pub(in crate::api) async fn create(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    version: ApiVersion,
    Body(body): Body<CreateAgent>,
) -> Result<(StatusCode, Audited, Location, Json<AgentKey>), Problem> {
    let (created, location) = (AgentKey::from(&id), Location::of_agent(version, &id));
    let new = body.parse(id)?;
    let (fname, lname, skills) = (new.fname.clone(), new.lname.clone(), new.skills.clone());
    app.acd.create_agent(new).await?;
    let audited = Extension(AuditedChange::AgentCreated(fname, lname, skills));
    Ok((StatusCode::CREATED, audited, location, Json(created)))
}
