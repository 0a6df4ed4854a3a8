//! The figures over a window of time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::figures::{Figures, Totals};
use shared::service_level::Within;
use shared::skill::Skill;
use shared::time::Millis;
use utoipa::ToSchema;

use super::acd::Present;
use super::counts::{CountsBody, FiguresBody};

/// Over which time, and what is in time.
#[derive(Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WindowQuery {
    /// 15m (if absent), 30m, 60m, or today: since midnight where the engine runs.
    #[param(example = "15m")]
    pub(crate) window: Option<String>,
    /// Instead of a window: since when, in milliseconds since 1970. It begins with the minute of
    /// that time; with the quarter of an hour, if that is over two hours ago; at most 25 hours
    /// ago.
    #[param(value_type = Option<u64>)]
    pub(crate) since_ms: Option<String>,
    /// The seconds within which an answer is in time: 5, 10, 15, 20 (if absent), 30, 45, 60, 90,
    /// 120, 180, 300 or 600.
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

/// The figures of a time.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WindowBody {
    /// From when on, in milliseconds since 1970: the beginning of a minute; of a quarter of an
    /// hour, if that is over two hours ago.
    pub(crate) since_ms: u64,
    /// Up to when.
    pub(crate) until_ms: u64,
    /// The time within which an answer counts as in time, in milliseconds.
    pub(crate) service_level_within_ms: u64,
    /// Of all contacts.
    pub(crate) all: FiguresBody,
    /// Of the contacts that need a skill; one that needs two is counted with both.
    #[schema(value_type = BTreeMap<String, FiguresBody>)]
    pub(crate) skills: BTreeMap<Skill, FiguresBody>,
    /// The share of their time that agents spent on contacts, of that spent on contacts or
    /// waiting for one: 0 to 1.
    #[schema(required)]
    pub(crate) occupancy: Option<f64>,
    /// Milliseconds that agents spent on contacts, in sum.
    pub(crate) busy_ms: u64,
    /// Milliseconds that agents spent available and idle, in sum.
    pub(crate) idle_ms: u64,
    /// How it came: what was counted in each part of the time, at most 60 parts, equally long.
    pub(crate) series: Vec<CountsBody>,
}

impl WindowBody {
    pub(crate) fn new(figures: Figures, within: Within) -> Self {
        let occupancy = figures.occupancy();
        let skills = figures.by_skill.into_iter();
        Self {
            since_ms: figures.since.0,
            until_ms: figures.now.0,
            service_level_within_ms: within.millis(),
            all: FiguresBody::new(figures.all, within),
            skills: skills
                .map(|(skill, totals)| (skill, FiguresBody::new(totals, within)))
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
