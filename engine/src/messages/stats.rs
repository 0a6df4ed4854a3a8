//! The figures over a window of time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::contact_type::TypeName;
use shared::figures::{Figures, Totals};
use shared::service_level::Within;
use shared::skill::Skill;
use shared::time::Millis;
use utoipa::ToSchema;

use super::acd::Present;
use super::counts::{CountsBody, FiguresBody};

/// The window of the figures, and the time of the service level.
#[derive(Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WindowQuery {
    /// `15m`, `30m`, `60m`, or `today`: since midnight in the engine's time zone. The default is
    /// `15m`.
    #[param(example = "15m")]
    pub(crate) window: Option<String>,
    /// Instead of a window: its start, in milliseconds since 1970. It is rounded down to the
    /// minute, or to the quarter of an hour if it is over two hours ago. A time before the last 25
    /// hours gives the last 25 hours, and a future time gives the minute that is running; `since_ms`
    /// in the answer says which start was used.
    #[param(value_type = Option<u64>)]
    pub(crate) since_ms: Option<String>,
    /// The seconds within which an answer is in time: 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300
    /// or 600. The default is 20.
    #[param(example = "20")]
    pub(crate) within: Option<String>,
}

impl WindowQuery {
    /// Builds the query for the figures since that moment.
    pub(crate) fn since(moment: Millis) -> Self {
        Self {
            since_ms: Some(moment.0.to_string()),
            ..Self::default()
        }
    }
}

/// The figures of a window.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WindowBody {
    /// The start of the window, in milliseconds since 1970: the start of a minute, or of a quarter
    /// of an hour if that is over two hours ago.
    pub(crate) since_ms: u64,
    /// The end of the window, in milliseconds since 1970.
    pub(crate) until_ms: u64,
    /// The time within which an answer counts as in time, in milliseconds.
    pub(crate) service_level_within_ms: u64,
    /// The longest wait of an abandonment that is counted as short now, in milliseconds.
    pub(crate) short_abandon_within_ms: u64,
    /// The figures of all contacts.
    pub(crate) all: FiguresBody,
    /// The figures of the contacts that need a skill. A contact that needs two is counted with
    /// both.
    #[schema(value_type = BTreeMap<String, FiguresBody>)]
    pub(crate) skills: BTreeMap<Skill, FiguresBody>,
    /// The figures of the contacts of each type. A contact without a type is in none.
    #[schema(value_type = BTreeMap<String, FiguresBody>)]
    pub(crate) types: BTreeMap<TypeName, FiguresBody>,
    /// The occupancy: the share of agents' time on contacts and in wrap-up in the same or available
    /// and idle; 0 to 1.
    #[schema(required)]
    pub(crate) occupancy: Option<f64>,
    /// Total milliseconds that agents spent on contacts and in wrap-up.
    pub(crate) busy_ms: u64,
    /// Total milliseconds that agents were available and idle.
    pub(crate) idle_ms: u64,
    /// The counts of each part of the window: at most 60 parts of equal length.
    pub(crate) series: Vec<CountsBody>,
}

impl WindowBody {
    pub(crate) fn new(figures: Figures, within: Within) -> Self {
        let occupancy = figures.occupancy();
        Self {
            since_ms: figures.since.0,
            until_ms: figures.now.0,
            service_level_within_ms: within.millis(),
            short_abandon_within_ms: figures.short_abandon,
            all: FiguresBody::new(figures.all, within),
            skills: bodies(figures.by_skill, within),
            types: bodies(figures.by_type, within),
            occupancy,
            busy_ms: figures.busy_time,
            idle_ms: figures.idle_time,
            series: figures.series.into_iter().map(CountsBody::from).collect(),
        }
    }
}

impl From<WindowBody> for Figures {
    fn from(body: WindowBody) -> Self {
        Self {
            since: Millis(body.since_ms),
            now: Millis(body.until_ms),
            all: body.all.into(),
            by_skill: totals(body.skills),
            by_type: totals(body.types),
            busy_time: body.busy_ms,
            idle_time: body.idle_ms,
            series: body.series.into_iter().map(Totals::from).collect(),
            short_abandon: body.short_abandon_within_ms,
        }
    }
}

/// Returns the body of the figures of each name.
fn bodies<Name: Ord>(
    counted: BTreeMap<Name, Totals>,
    within: Within,
) -> BTreeMap<Name, FiguresBody> {
    let counted = counted.into_iter();
    counted
        .map(|(name, totals)| (name, FiguresBody::new(totals, within)))
        .collect()
}

/// Returns the counts of each name.
fn totals<Name: Ord>(bodies: BTreeMap<Name, FiguresBody>) -> BTreeMap<Name, Totals> {
    let bodies = bodies.into_iter();
    bodies.map(|(name, body)| (name, body.into())).collect()
}

/// The figures since the ACD began, of now, and of a window.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Stats {
    #[serde(flatten)]
    pub(crate) totals: FiguresBody,
    #[serde(flatten)]
    pub(crate) present: Present,
    pub(crate) window: WindowBody,
}

impl From<Stats> for Figures {
    fn from(stats: Stats) -> Self {
        stats.window.into()
    }
}
