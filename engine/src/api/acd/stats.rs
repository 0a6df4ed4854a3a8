//! The floor's figures over a window of time: counts, and the figures computed from them.
//! `docs/metrics.md` has the definitions.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::service_level::Within;
use shared::text::Invalid;
use shared::time::Millis;

use crate::api::App;
use crate::api::refusals::Refused;
use crate::api::request::extract::InQuery;
use crate::messages::acd::Present;
use crate::messages::counts::FiguresBody;
use crate::messages::query::{quoted, whole};
use crate::messages::stats::{Stats, WindowBody, WindowQuery};
use crate::problem::Problem;
use crate::route;
use crate::time_zone;

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
                quoted("window", other),
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
                    Invalid::new(quoted("since_ms", since), "is not a time", rule)
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

/// Returns the figures: since the ACD began, of now, and of the last minutes or of today.
#[utoipa::path(
    get, path = route::STATS, tag = "acd", operation_id = "getStats", params(WindowQuery),
    responses((status = 200, body = Stats), Refused)
)]
pub(in crate::api) async fn stats(
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
        totals: FiguresBody::new(overview.totals, within),
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
