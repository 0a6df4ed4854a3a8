//! The settings of the whole floor.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use serde::{Deserialize, Serialize};
use shared::settings::{Settings, SettingsChange};
use utoipa::ToSchema;

use super::App;
use super::edge::Body;
use super::refusals::Refused;
use super::replaced::Replaced;
use super::standing::Preference;
use crate::authorization::{Audited, AuditedChange};
use crate::problem::Problem;

/// What is set for the floor. What is absent is not set: it is as it always was.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct SettingsBody {
    /// Whether a contact is refused that needs a skill which no agent holds (422
    /// `unknown_skill`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    known_skills_only: Option<bool>,
}

impl From<Settings> for SettingsBody {
    fn from(settings: Settings) -> Self {
        let Settings { known_skills_only } = settings;
        Self { known_skills_only }
    }
}

impl From<SettingsBody> for Settings {
    fn from(body: SettingsBody) -> Self {
        let SettingsBody { known_skills_only } = body;
        Self { known_skills_only }
    }
}

/// A change of settings: what is absent stays, null takes it back. Read as a [`SettingsChange`]; this
/// is what it is described by.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SettingsChange, example = json!({"known_skills_only": true}))]
#[expect(dead_code, reason = "it is only there to be described")]
pub(super) struct ChangeBody {
    /// Whether a contact is refused that needs a skill which no agent holds.
    known_skills_only: Option<bool>,
}

/// Gives what is set for the floor.
#[utoipa::path(
    get, path = "/acd/settings", tag = "acd", operation_id = "getSettings",
    responses((status = 200, description = "What is set", body = SettingsBody), Refused)
)]
pub(super) async fn read(State(app): State<Arc<App>>) -> Result<Json<SettingsBody>, Problem> {
    Ok(Json(app.acd.settings().await?.into()))
}

/// Changes what is set for the floor. It holds from the next step of a contact on.
#[utoipa::path(
    patch, path = "/acd/settings", tag = "acd", operation_id = "changeSettings",
    request_body = ChangeBody,
    responses(
        (status = 200, description = "What is set now", body = Replaced<SettingsBody, SettingsBody>),
        Refused,
    )
)]
pub(super) async fn change(
    State(app): State<Arc<App>>,
    preference: Preference,
    Body(change): Body<SettingsChange>,
) -> Result<(Audited, Json<Replaced<SettingsBody, SettingsBody>>), Problem> {
    let was = app.acd.change_settings(change.clone()).await?;
    let now = was.changed(&change);
    let before = preference.before(|| was.clone().into());
    let answer = Replaced::new(now.clone().into(), before);
    Ok((Extension(AuditedChange::Set { was, now }), Json(answer)))
}
