//! Changes an agent's name.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::agent::AgentId;
use shared::text::PersonName;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::api::request::prefer::Preference;
use crate::api::request::seen::{IfMatch, SawAgent};
use crate::authorization::{Audited, AuditedChange};
use crate::messages::agent::{AgentKey, RenameAgent, WasNamed};
use crate::messages::change::Replaced;
use crate::messages::seen::AgentQuery;
use crate::problem::Problem;
use crate::route;

/// Changes an agent's name.
#[utoipa::path(
    patch, path = route::AGENT, tag = "agent", operation_id = "renameAgent",
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
pub(in crate::api) async fn rename(
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
