//! The ACD as a whole: open or closed, and its figures.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::text::Invalid;
use shared::view::{Overview, Totals};
use utoipa::ToSchema;

use super::App;
use super::edge::Body;
use super::problem::Problem;
use super::refusals::Refused;

/// Open or closed, available or not: 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    On,
    Off,
}

impl Switch {
    /// Reads a state's number.
    pub(super) fn read(number: i64) -> Result<Self, Invalid> {
        match number {
            1 => Ok(Self::On),
            0 => Ok(Self::Off),
            other => Err(Invalid::new(
                format!("state {other}"),
                "is not a state",
                "use 1 or 0",
            )),
        }
    }
}

/// Whether the ACD is to be open.
#[derive(Debug, Deserialize, ToSchema)]
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
/// Opening makes every agent available who is not on a chosen break and not on a contact. Closing
/// makes all unavailable, keeps the queue and refuses new contacts.
#[utoipa::path(
    post, path = "/acd", tag = "acd", operation_id = "set_acd_state",
    request_body = SetAcd,
    responses((status = 201, body = AcdState), Refused)
)]
pub(super) async fn set_state(
    State(app): State<App>,
    Body(body): Body<SetAcd>,
) -> Result<(StatusCode, Json<AcdState>), Problem> {
    let acd_state = match Switch::read(body.state)? {
        Switch::On => {
            app.acd.open().await?;
            1
        }
        Switch::Off => {
            app.acd.close().await?;
            0
        }
    };
    Ok((StatusCode::CREATED, Json(AcdState { acd_state })))
}

/// The floor, all of one moment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Floor {
    /// The ACD's name.
    #[schema(example = "acd")]
    name: String,
    /// 1 open, 0 closed.
    acd_state: u8,
    /// The number of the newest event.
    event: u64,
    #[serde(flatten)]
    present: Present,
    totals: TotalsBody,
}

/// Gives the floor in figures.
#[utoipa::path(
    get, path = "/acd", tag = "acd", operation_id = "acd",
    responses((status = 200, body = Floor), Refused)
)]
pub(super) async fn floor(State(app): State<App>) -> Result<Json<Floor>, Problem> {
    let overview = app.acd.overview().await?;
    Ok(Json(Floor {
        name: app.acd.name().to_string(),
        acd_state: u8::from(overview.open),
        event: overview.event,
        present: Present::from(&overview),
        totals: overview.totals.into(),
    }))
}

/// The present figures.
#[derive(Debug, Serialize, ToSchema)]
struct Present {
    /// The moment of the figures, in milliseconds since 1970, by the store's clock.
    now_ms: u64,
    /// Contacts that wait.
    waiting: u64,
    /// When the oldest of the most urgent waiting contacts arrived.
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

/// Counts since the ACD began.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Totals)]
struct TotalsBody {
    /// Contacts created.
    offered: u64,
    /// Contacts that got an agent.
    assigned: u64,
    /// Contacts that an agent served to the end.
    handled: u64,
    /// Contacts that left while they waited.
    abandoned: u64,
    /// Milliseconds waited by the contacts that got an agent, in sum.
    assigned_wait_ms: u64,
}

impl From<Totals> for TotalsBody {
    fn from(totals: Totals) -> Self {
        Self {
            offered: totals.offered,
            assigned: totals.assigned,
            handled: totals.handled,
            abandoned: totals.abandoned,
            assigned_wait_ms: totals.assigned_wait,
        }
    }
}

/// The counts, and what follows from them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stats {
    #[serde(flatten)]
    totals: TotalsBody,
    /// Milliseconds that a contact waited for its agent, on average; null while none has got one.
    #[schema(required)]
    average_wait_ms: Option<f64>,
    #[serde(flatten)]
    present: Present,
}

/// Gives the counts since the ACD began.
#[utoipa::path(
    get, path = "/stats", tag = "acd", operation_id = "stats",
    responses((status = 200, body = Stats), Refused)
)]
pub(super) async fn stats(State(app): State<App>) -> Result<Json<Stats>, Problem> {
    let overview = app.acd.overview().await?;
    Ok(Json(Stats {
        average_wait_ms: average_wait(overview.totals),
        present: Present::from(&overview),
        totals: overview.totals.into(),
    }))
}

/// Gives the average wait; of no contacts there is none, which is not 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "2^53 milliseconds of waiting are 285,000 years"
)]
fn average_wait(totals: Totals) -> Option<f64> {
    (totals.assigned > 0).then(|| totals.assigned_wait as f64 / totals.assigned as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_of_nothing_is_not_zero() {
        let totals = |assigned, assigned_wait| Totals {
            assigned,
            assigned_wait,
            ..Totals::default()
        };
        assert_eq!(average_wait(totals(0, 0)), None);
        assert_eq!(average_wait(totals(2, 5)), Some(2.5));
    }
}
