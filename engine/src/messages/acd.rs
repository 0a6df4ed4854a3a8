//! Requests and answers about the ACD as a whole.

use serde::{Deserialize, Serialize};
use shared::text::AcdName;
use shared::time::Millis;
use shared::view::Overview;
use utoipa::ToSchema;

use super::counts::FiguresBody;

/// The state that the ACD shall have.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": 1}))]
pub(crate) struct SetAcd {
    /// 1 opens the ACD, 0 closes it.
    #[schema(minimum = 0, maximum = 1, example = 1)]
    pub(crate) state: i64,
}

/// The state of the ACD now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcdState {
    /// 1 open, 0 closed.
    pub(crate) acd_state: u8,
}

/// Whether the ACD was open.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WasOpen {
    /// 1 open, 0 closed.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) acd_state: u8,
}

/// The figures of the floor, all of one moment.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Floor)]
pub(crate) struct AcdBody {
    /// The ACD's name.
    #[schema(value_type = String, example = "acd")]
    pub(crate) name: AcdName,
    /// 1 open, 0 closed.
    pub(crate) acd_state: u8,
    /// The number of the newest event.
    pub(crate) event: u64,
    #[serde(flatten)]
    pub(crate) present: Present,
    /// Counts since the ACD began. `assigned_in_time` is within 20 s; `GET /stats` has other times.
    pub(crate) totals: FiguresBody,
}

impl From<AcdBody> for Overview {
    fn from(floor: AcdBody) -> Self {
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
            offered: present.agents_offered,
            wrap_up: present.agents_wrap_up,
            penalty: present.agents_penalty,
            totals: floor.totals.into(),
        }
    }
}

/// The present figures.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Present {
    /// The time of the figures, in milliseconds since 1970, by the store's clock.
    pub(crate) now_ms: u64,
    /// Waiting contacts.
    pub(crate) waiting: u64,
    /// When the contact that has waited longest arrived, in milliseconds since 1970.
    #[schema(required)]
    pub(crate) oldest_ms: Option<u64>,
    /// All agents.
    pub(crate) agents: u64,
    /// Agents who are available and idle.
    pub(crate) available: u64,
    /// Agents on a contact.
    pub(crate) busy: u64,
    /// Agents to whom a contact is offered.
    #[serde(default)]
    pub(crate) agents_offered: u64,
    /// Agents in wrap-up.
    #[serde(default)]
    pub(crate) agents_wrap_up: u64,
    /// Agents who are available, but not routable for a while after a missed or rejected offer.
    #[serde(default)]
    pub(crate) agents_penalty: u64,
    /// Agents who are unavailable.
    pub(crate) unavailable: u64,
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
            agents_offered: overview.offered,
            agents_wrap_up: overview.wrap_up,
            agents_penalty: overview.penalty,
            unavailable: overview.unavailable(),
        }
    }
}
