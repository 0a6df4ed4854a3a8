//! The settings of the whole floor.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::settings::{Settings, SettingsChange};

use crate::api::App;
use crate::api::refusals::Refused;
use crate::api::request::extract::Body;
use crate::api::request::prefer::Preference;
use crate::authorization::{Audited, AuditedChange};
use crate::messages::change::Replaced;
use crate::messages::settings::{ChangeBody, SettingsBody};
use crate::problem::Problem;
use crate::route;

/// Returns the settings of the floor.
#[utoipa::path(
    get, path = route::ACD_SETTINGS, tag = "acd", operation_id = "getSettings",
    responses((status = 200, description = "The settings", body = SettingsBody), Refused)
)]
pub(in crate::api) async fn read(State(app): State<Arc<App>>) -> Result<Json<Settings>, Problem> {
    Ok(Json(app.acd.settings().await?))
}

/// Changes settings of the floor. They apply from the next operation on.
#[utoipa::path(
    patch, path = route::ACD_SETTINGS, tag = "acd", operation_id = "changeSettings",
    request_body = ChangeBody,
    responses(
        (status = 200, description = "The settings now", body = Replaced<SettingsBody, SettingsBody>),
        Refused,
    )
)]
pub(in crate::api) async fn change(
    State(app): State<Arc<App>>,
    preference: Preference,
    Body(change): Body<SettingsChange>,
) -> Result<(Audited, Json<Replaced<Settings, Settings>>), Problem> {
    let was = app.acd.change_settings(change.clone()).await?;
    let now = was.changed(&change);
    let before = preference.before(|| was.clone());
    let answer = Replaced::new(now.clone(), before);
    Ok((Extension(AuditedChange::Set { was, now }), Json(answer)))
}
