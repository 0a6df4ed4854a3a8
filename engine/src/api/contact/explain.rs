//! Why a contact is in its state.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use shared::contact::ContactId;

use crate::api::App;
use crate::api::refusals::{Refused, Unknown};
use crate::api::request::extract::InPath;
use crate::messages::explanation::ExplanationBody;
use crate::problem::Problem;
use crate::route;

/// Explains why a contact waits, or what became of it.
#[utoipa::path(
    get, path = route::CONTACT_EXPLAIN, tag = "contact", operation_id = "explainContact",
    params(("key" = String, Path, description = "The contact's key")),
    responses((status = 200, body = ExplanationBody), Unknown, Refused)
)]
pub(in crate::api) async fn explain(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
) -> Result<Json<ExplanationBody>, Problem> {
    Ok(Json(app.acd.explain(id).await?.into()))
}
