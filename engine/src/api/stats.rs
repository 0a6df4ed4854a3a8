//! The floor's figures over a time: counts, and what follows from them. `docs/metrics.md` names
//! the definitions.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use shared::figures::{Figures, Totals};
use shared::service_level::Within;
use shared::text::Invalid;
use shared::time::Millis;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::acd::Present;
use super::problem::Problem;
use super::refusals::Refused;

/// Over which time, and what is in time.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WindowQuery {
    /// 15m (if absent), 30m, 60m, or today: since midnight where the engine runs.
    #[param(example = "15m")]
    window: Option<String>,
    /// The seconds within which an answer is in time: 5, 10, 15, 20 (if absent), 30, 45, 60, 90,
    /// 120, 180, 300 or 600.
    #[param(example = "20")]
    within: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Minutes(u64),
    Today,
}

impl Window {
    fn read(text: &str) -> Result<Self, Invalid> {
        match text {
            "15m" => Ok(Self::Minutes(15)),
            "30m" => Ok(Self::Minutes(30)),
            "60m" => Ok(Self::Minutes(60)),
            "today" => Ok(Self::Today),
            other => {
                let shown: String = other.chars().take(40).collect();
                let what = format!("window {shown:?}");
                Err(Invalid::new(
                    what,
                    "is not a window",
                    "use 15m, 30m, 60m or today",
                ))
            }
        }
    }

    /// Gives when the window began, as seen at `now` in that place.
    fn since(self, now: Millis, place: &TimeZone) -> Millis {
        let Self::Minutes(minutes) = self else {
            return midnight(now, place).unwrap_or(now);
        };
        Millis(now.0.saturating_sub(minutes * 60_000))
    }
}

/// Gives the last midnight; none if the clock is beyond all calendars.
fn midnight(now: Millis, place: &TimeZone) -> Option<Millis> {
    let now = Timestamp::from_millisecond(i64::try_from(now.0).ok()?).ok()?;
    let midnight = now.to_zoned(place.clone()).start_of_day().ok()?;
    Some(Millis(
        midnight.timestamp().as_millisecond().try_into().ok()?,
    ))
}

/// Counts, and what follows from them; null where there is no data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Counted)]
pub(super) struct CountedBody {
    /// Contacts created.
    offered: u64,
    /// Contacts that got an agent.
    assigned: u64,
    /// Those of them that waited no longer than the service level's time.
    assigned_in_time: u64,
    /// Milliseconds waited by the contacts that got an agent, in sum.
    assigned_wait_ms: u64,
    /// Contacts that an agent served to the end.
    handled: u64,
    /// Milliseconds that agents spent on them, in sum.
    handle_ms: u64,
    /// Contacts that left while they waited.
    abandoned: u64,
    /// Those of them that left within five seconds.
    abandoned_short: u64,
    /// Contacts that were cancelled.
    cancelled: u64,
    /// Answered in time, of those answered or abandoned, short abandons left out: 0 to 1.
    #[schema(required)]
    service_level: Option<f64>,
    /// Average speed of answer: milliseconds waited by those who got an agent.
    #[schema(required)]
    average_wait_ms: Option<f64>,
    /// Milliseconds that agents spent on a contact they handled, on average.
    #[schema(required)]
    average_handle_ms: Option<f64>,
    /// Abandoned, of those answered or abandoned: 0 to 1.
    #[schema(required)]
    abandonment_rate: Option<f64>,
}

impl CountedBody {
    /// Reckons what follows from counts, with what is answered within that time as in time.
    pub(super) fn new(totals: Totals, within: Within) -> Self {
        Self {
            offered: totals.offered,
            assigned: totals.assigned,
            assigned_in_time: totals.waits.within(within),
            assigned_wait_ms: totals.assigned_wait,
            handled: totals.handled,
            handle_ms: totals.handle_time,
            abandoned: totals.abandoned,
            abandoned_short: totals.abandoned_short,
            cancelled: totals.cancelled,
            service_level: totals.service_level(within),
            average_wait_ms: totals.average_wait(),
            average_handle_ms: totals.average_handle_time(),
            abandonment_rate: totals.abandonment_rate(),
        }
    }
}

/// The figures of a time.
#[derive(Debug, Serialize, ToSchema)]
struct WindowBody {
    /// From when on, in milliseconds since 1970: the beginning of a minute; of a quarter of an
    /// hour, if that is over two hours ago.
    since_ms: u64,
    /// The time within which an answer counts as in time, in milliseconds.
    service_level_within_ms: u64,
    /// Of all contacts.
    all: CountedBody,
    /// Of the contacts that need a skill; one that needs two is counted with both.
    skills: BTreeMap<String, CountedBody>,
    /// The share of their time that agents spent on contacts, of that spent on contacts or
    /// waiting for one: 0 to 1.
    #[schema(required)]
    occupancy: Option<f64>,
}

impl WindowBody {
    fn new(figures: Figures, within: Within) -> Self {
        let occupancy = figures.occupancy();
        let skills = figures.by_skill.into_iter();
        Self {
            since_ms: figures.since.0,
            service_level_within_ms: within.millis(),
            all: CountedBody::new(figures.all, within),
            skills: skills
                .map(|(skill, totals)| (skill.to_string(), CountedBody::new(totals, within)))
                .collect(),
            occupancy,
        }
    }
}

/// The figures since the ACD began, of now, and of a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stats {
    #[serde(flatten)]
    totals: CountedBody,
    #[serde(flatten)]
    present: Present,
    window: WindowBody,
}

/// Gives the figures: since the ACD began, of now, and of the last minutes or of today.
#[utoipa::path(
    get, path = "/stats", tag = "acd", operation_id = "stats",
    responses((status = 200, body = Stats), Refused)
)]
pub(super) async fn stats(
    State(app): State<App>,
    Query(WindowQuery { window, within }): Query<WindowQuery>,
) -> Result<Json<Stats>, Problem> {
    let window = Window::read(window.as_deref().unwrap_or("15m"))?;
    let within = within.map_or(Ok(Within::default()), |text| text.parse())?;
    let overview = app.acd.overview().await?;
    let since = window.since(overview.now, &TimeZone::system());
    let figures = app.acd.figures(since).await?;
    Ok(Json(Stats {
        totals: CountedBody::new(overview.totals, within),
        present: Present::from(&overview),
        window: WindowBody::new(figures, within),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_so_many_minutes_ago_or_at_midnight() {
        let berlin = TimeZone::fixed(jiff::tz::offset(1));
        // 2026-01-01 12:34:56 UTC, 13:34 an hour east of it.
        let now = Millis(1_767_270_896_000);
        let since = |text| Window::read(text).unwrap().since(now, &berlin).0;
        assert_eq!(since("15m"), now.0 - 900_000);
        assert_eq!(since("60m"), now.0 - 3_600_000);
        assert_eq!(since("today"), 1_767_222_000_000);
    }

    #[test]
    fn other_windows_are_refused() {
        for bad in ["", "15", "1h", "yesterday"] {
            assert!(Window::read(bad).is_err(), "{bad:?}");
        }
    }
}
