//! Opens and closes the ACD, and reads its present figures.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use shared::service_level::Within;

use crate::api::App;
use crate::api::refusals::Refused;
use crate::api::request::extract::Body;
use crate::api::request::prefer::Preference;
use crate::authorization::{Audited, AuditedChange};
use crate::messages::acd::{AcdBody, AcdState, Present, SetAcd, WasOpen};
use crate::messages::change::{Replaced, Switch};
use crate::messages::counts::FiguresBody;
use crate::problem::Problem;
use crate::route;

/// Returns the figures of the floor.
#[utoipa::path(
    get, path = route::ACD, tag = "acd", operation_id = "getAcd",
    responses((status = 200, body = AcdBody), Refused)
)]
pub(in crate::api) async fn read(State(app): State<Arc<App>>) -> Result<Json<AcdBody>, Problem> {
    let overview = app.acd.overview().await?;
    Ok(Json(AcdBody {
        name: app.acd.name().clone(),
        acd_state: u8::from(overview.open),
        event: overview.event,
        present: Present::from(&overview),
        totals: FiguresBody::new(overview.totals, Within::default()),
    }))
}

/// Opens or closes the ACD.
///
/// Opening makes those agents available whom closing made unavailable, and new agents who never
/// chose a state; who has been unavailable longest is first. Other agents keep what they chose.
/// Closing makes all agents unavailable, those on a contact once it ends. It keeps the queue and
/// refuses new contacts.
#[utoipa::path(
    post, path = route::ACD, tag = "acd", operation_id = "setAcdState",
    request_body = SetAcd,
    responses((status = 201, body = Replaced<AcdState, WasOpen>), Refused)
)]
pub(in crate::api) async fn set_state(
    State(app): State<Arc<App>>,
    preference: Preference,
    Body(body): Body<SetAcd>,
) -> Result<(StatusCode, Audited, Json<Replaced<AcdState, WasOpen>>), Problem> {
    let (acd_state, was_open) = match Switch::read(body.state)? {
        Switch::On => (1, app.acd.open().await?),
        Switch::Off => (0, app.acd.close().await?),
    };
    let before = preference.before(|| WasOpen {
        acd_state: was_open.into(),
    });
    let answer = Replaced::new(AcdState { acd_state }, before);
    let (was, now) = (was_open, acd_state == 1);
    let audited = Extension(AuditedChange::Opened { was, now });
    Ok((StatusCode::CREATED, audited, Json(answer)))
}
