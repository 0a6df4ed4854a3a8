//! The floor's figures over a window of time: counts, and the figures computed from them.
//! `docs/metrics.md` has the definitions.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use shared::figures::{Figures, Totals};
use shared::service_level::Within;
use shared::skill::Skill;
use shared::text::Invalid;
use shared::time::Millis;
use utoipa::ToSchema;

use super::App;
use super::acd::Present;
use super::counted::{CountedBody, CountsBody};
use super::edge::{InQuery, whole};
use super::page::named;
use super::refusals::Refused;
use crate::problem::Problem;
use crate::time_zone;

/// Over which time, and what is in time.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WindowQuery {
    /// 15m (if absent), 30m, 60m, or today: since midnight where the engine runs.
    #[param(example = "15m")]
    window: Option<String>,
    /// Instead of a window: since when, in milliseconds since 1970. It begins with the minute of
    /// that time; with the quarter of an hour, if that is over two hours ago; at most 25 hours
    /// ago.
    #[param(value_type = Option<u64>)]
    since_ms: Option<String>,
    /// The seconds within which an answer is in time: 5, 10, 15, 20 (if absent), 30, 45, 60, 90,
    /// 120, 180, 300 or 600.
    #[param(example = "20")]
    within: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Minutes(u64),
    Today,
    Since(Millis),
}

impl Window {
    fn read(text: &str) -> Result<Self, Invalid> {
        match text {
            "15m" => Ok(Self::Minutes(15)),
            "30m" => Ok(Self::Minutes(30)),
            "60m" => Ok(Self::Minutes(60)),
            "today" => Ok(Self::Today),
            other => Err(Invalid::new(
                named("window", other),
                "is not a window",
                "use 15m, 30m, 60m or today",
            )),
        }
    }

    /// Parses a named window or one with a start time.
    fn of(name: Option<&str>, since_ms: Option<&str>) -> Result<Self, Invalid> {
        match (name, since_ms) {
            (name, None) => Self::read(name.unwrap_or("15m")),
            (None, Some(since)) => {
                let time = whole(since).map(|time| Self::Since(Millis(time)));
                time.ok_or_else(|| {
                    let rule = "use milliseconds since 1970";
                    Invalid::new(named("since_ms", since), "is not a time", rule)
                })
            }
            (Some(_), Some(_)) => Err(Invalid::new(
                "the window",
                "is named beside since_ms",
                "use one of them",
            )),
        }
    }

    /// Returns when the window began, as of `now` in that time zone.
    fn since(self, now: Millis, place: &TimeZone) -> Millis {
        match self {
            Self::Minutes(minutes) => Millis(now.0.saturating_sub(minutes * 60_000)),
            Self::Today => midnight(now, place).unwrap_or(now),
            Self::Since(since) => since,
        }
    }
}

/// Returns the last midnight; `None` if the clock is outside the calendar's range.
fn midnight(now: Millis, place: &TimeZone) -> Option<Millis> {
    let now = Timestamp::from_millisecond(i64::try_from(now.0).ok()?).ok()?;
    let midnight = now.to_zoned(place.clone()).start_of_day().ok()?;
    Some(Millis(
        midnight.timestamp().as_millisecond().try_into().ok()?,
    ))
}

/// The figures of a time.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct WindowBody {
    /// From when on, in milliseconds since 1970: the beginning of a minute; of a quarter of an
    /// hour, if that is over two hours ago.
    since_ms: u64,
    /// Up to when.
    until_ms: u64,
    /// The time within which an answer counts as in time, in milliseconds.
    service_level_within_ms: u64,
    /// Of all contacts.
    all: CountedBody,
    /// Of the contacts that need a skill; one that needs two is counted with both.
    #[schema(value_type = BTreeMap<String, CountedBody>)]
    skills: BTreeMap<Skill, CountedBody>,
    /// The share of their time that agents spent on contacts, of that spent on contacts or
    /// waiting for one: 0 to 1.
    #[schema(required)]
    occupancy: Option<f64>,
    /// Milliseconds that agents spent on contacts, in sum.
    busy_ms: u64,
    /// Milliseconds that agents spent available and idle, in sum.
    idle_ms: u64,
    /// How it came: what was counted in each part of the time, at most 60 parts, equally long.
    series: Vec<CountsBody>,
}

impl WindowBody {
    fn new(figures: Figures, within: Within) -> Self {
        let occupancy = figures.occupancy();
        let skills = figures.by_skill.into_iter();
        Self {
            since_ms: figures.since.0,
            until_ms: figures.now.0,
            service_level_within_ms: within.millis(),
            all: CountedBody::new(figures.all, within),
            skills: skills
                .map(|(skill, totals)| (skill, CountedBody::new(totals, within)))
                .collect(),
            occupancy,
            busy_ms: figures.busy_time,
            idle_ms: figures.idle_time,
            series: figures.series.into_iter().map(CountsBody::from).collect(),
        }
    }
}

impl From<WindowBody> for Figures {
    fn from(body: WindowBody) -> Self {
        let skills = body.skills.into_iter();
        Self {
            since: Millis(body.since_ms),
            now: Millis(body.until_ms),
            all: body.all.into(),
            by_skill: skills
                .map(|(skill, counted)| (skill, counted.into()))
                .collect(),
            busy_time: body.busy_ms,
            idle_time: body.idle_ms,
            series: body.series.into_iter().map(Totals::from).collect(),
        }
    }
}

/// The figures since the ACD began, of now, and of a time.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Stats {
    #[serde(flatten)]
    totals: CountedBody,
    #[serde(flatten)]
    present: Present,
    window: WindowBody,
}

impl From<Stats> for Figures {
    fn from(stats: Stats) -> Self {
        stats.window.into()
    }
}

/// Gives the figures: since the ACD began, of now, and of the last minutes or of today.
#[utoipa::path(
    get, path = "/stats", tag = "acd", operation_id = "getStats", params(WindowQuery),
    responses((status = 200, body = Stats), Refused)
)]
pub(super) async fn stats(
    State(app): State<Arc<App>>,
    InQuery(query): InQuery<WindowQuery>,
) -> Result<Json<Stats>, Problem> {
    let window = Window::of(query.window.as_deref(), query.since_ms.as_deref())?;
    let within = query
        .within
        .map_or(Ok(Within::default()), |text| text.parse())?;
    let overview = app.acd.overview().await?;
    let since = window.since(overview.now, &time_zone::local());
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
        for bad in ["", "-1", "now"] {
            assert!(Window::of(None, Some(bad)).is_err(), "{bad:?}");
        }
        assert!(Window::of(Some("15m"), Some("1")).is_err());
    }
}
