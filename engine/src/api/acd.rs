//! The ACD as a whole: open or closed, and its figures.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::service_level::Within;
use shared::text::AcdName;
use shared::time::Millis;
use shared::view::Overview;
use utoipa::ToSchema;

use super::App;
use super::counted::CountedBody;
use super::edge::Body;
use super::refusals::Refused;
use super::replaced::{Replaced, Switch, WasOpen};
use super::standing::Preference;
use crate::authorization::{Audited, AuditedChange};
use crate::problem::Problem;

/// Whether the ACD is to be open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": 1}))]
pub(super) struct SetAcd {
    /// 1 opens the ACD, 0 closes it.
    #[schema(minimum = 0, maximum = 1, example = 1)]
    state: i64,
}

/// What the ACD is now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcdState {
    /// 1 open, 0 closed.
    acd_state: u8,
}

/// Opens or closes the ACD.
///
/// Opening brings back whom closing took off and who was created and has never chosen, those first
/// who have been unavailable longest; what anybody chose stays. Closing makes all unavailable,
/// who is on a contact when it ends, keeps the queue and refuses new contacts.
#[utoipa::path(
    post, path = "/acd", tag = "acd", operation_id = "setAcdState",
    request_body = SetAcd,
    responses((status = 201, body = Replaced<AcdState, WasOpen>), Refused)
)]
pub(super) async fn set_state(
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

/// The floor, all of one moment.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Floor {
    /// The ACD's name.
    #[schema(value_type = String, example = "acd")]
    pub(crate) name: AcdName,
    /// 1 open, 0 closed.
    acd_state: u8,
    /// The number of the newest event.
    event: u64,
    #[serde(flatten)]
    present: Present,
    /// What was counted since the ACD began; in time is within 20 s, `GET /stats` has others.
    totals: CountedBody,
}

impl From<Floor> for Overview {
    fn from(floor: Floor) -> Self {
        let present = floor.present;
        Self {
            open: floor.acd_state == 1,
            now: Millis(present.now_ms),
            event: floor.event,
            waiting: present.waiting,
            oldest: present.oldest_ms.map(Millis),
            agents: present.agents,
            available: present.available,
            busy: present.busy,
            totals: floor.totals.into(),
        }
    }
}

/// Gives the floor in figures.
#[utoipa::path(
    get, path = "/acd", tag = "acd", operation_id = "getAcd",
    responses((status = 200, body = Floor), Refused)
)]
pub(super) async fn floor(State(app): State<Arc<App>>) -> Result<Json<Floor>, Problem> {
    let overview = app.acd.overview().await?;
    Ok(Json(Floor {
        name: app.acd.name().clone(),
        acd_state: u8::from(overview.open),
        event: overview.event,
        present: Present::from(&overview),
        totals: CountedBody::new(overview.totals, Within::default()),
    }))
}

/// The present figures.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Present {
    /// The moment of the figures, in milliseconds since 1970, by the store's clock.
    now_ms: u64,
    /// Contacts that wait.
    waiting: u64,
    /// When the contact that waits longest arrived.
    #[schema(required)]
    oldest_ms: Option<u64>,
    /// Agents in all.
    agents: u64,
    /// Agents who are available and idle.
    available: u64,
    /// Agents on a contact.
    busy: u64,
    /// The other agents.
    unavailable: u64,
}

impl From<&Overview> for Present {
    fn from(overview: &Overview) -> Self {
        Self {
            now_ms: overview.now.0,
            waiting: overview.waiting,
            oldest_ms: overview.oldest.map(|oldest| oldest.0),
            agents: overview.agents,
            available: overview.available,
            busy: overview.busy,
            unavailable: overview.unavailable(),
        }
    }
}
