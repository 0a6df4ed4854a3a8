//! Ends or extends an agent's wrap-up.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::agent::AgentId;
use shared::operation::WrapUpStep;

use crate::api::App;
use crate::api::refusals::{Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::agent::{AgentKey, WrapUpBody};
use crate::problem::Problem;
use crate::route;

/// Ends an agent's wrap-up, or extends it.
///
/// When it ends, the agent becomes what they chose to be next. An extension counts from the present
/// end, not from now; a wrap-up without an end cannot be extended. Outside wrap-up it is refused (409
/// `not_in_wrap_up`).
#[utoipa::path(
    post, path = route::AGENT_WRAP_UP, tag = "agent", operation_id = "changeWrapUp",
    params(("key" = String, Path, description = "The agent's key")),
    request_body = WrapUpBody,
    responses((status = 200, body = AgentKey), Unknown, Conflict, Refused)
)]
pub(in crate::api) async fn change(
    State(app): State<Arc<App>>,
    InPath(id): InPath<AgentId>,
    Body(body): Body<WrapUpBody>,
) -> Result<(Audited, Json<AgentKey>), Problem> {
    let step = WrapUpStep::try_from(body)?;
    app.acd.wrap_up(&id, step).await?;
    let change = AuditedChange::WrappedUp(step);
    Ok((Extension(change), Json(AgentKey::from(&id))))
}
