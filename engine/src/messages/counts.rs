//! Counts and the figures computed from them, as bodies.

use serde::{Deserialize, Serialize};
use shared::figures::Totals;
use shared::service_level::{BOUNDS, Waits, Within};
use utoipa::ToSchema;

/// What was counted.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Counts)]
pub(crate) struct CountsBody {
    /// Contacts created.
    pub(crate) created: u64,
    /// Contacts that got an agent.
    pub(crate) assigned: u64,
    /// Those of them by how long they waited: up to 5 s, from there up to 10, 15, 20, 30, 45, 60,
    /// 90, 120, 180, 300 and 600 s. Who waited longer is in none.
    pub(crate) assigned_waits: [u64; BOUNDS.len()],
    /// Milliseconds waited by the contacts that got an agent, in sum.
    pub(crate) assigned_wait_ms: u64,
    /// Contacts that an agent served to the end.
    pub(crate) handled: u64,
    /// Milliseconds that agents spent on them, in sum, those before a requeue among them.
    pub(crate) handle_ms: u64,
    /// Contacts that left while they waited.
    pub(crate) abandoned: u64,
    /// Those of them that left within five seconds.
    pub(crate) abandoned_short: u64,
    /// Those of them that had been with an agent and were requeued. They are among the assigned,
    /// and in no rate a second time.
    pub(crate) abandoned_requeued: u64,
    /// Contacts that were cancelled.
    pub(crate) cancelled: u64,
}

impl From<Totals> for CountsBody {
    fn from(totals: Totals) -> Self {
        Self {
            created: totals.created,
            assigned: totals.assigned,
            assigned_waits: totals.waits.into(),
            assigned_wait_ms: totals.assigned_wait,
            handled: totals.handled,
            handle_ms: totals.handle_time,
            abandoned: totals.abandoned,
            abandoned_short: totals.abandoned_short,
            abandoned_requeued: totals.abandoned_requeued,
            cancelled: totals.cancelled,
        }
    }
}

impl From<CountsBody> for Totals {
    fn from(body: CountsBody) -> Self {
        Self {
            created: body.created,
            assigned: body.assigned,
            waits: Waits::from(body.assigned_waits),
            assigned_wait: body.assigned_wait_ms,
            handled: body.handled,
            handle_time: body.handle_ms,
            abandoned: body.abandoned,
            abandoned_short: body.abandoned_short,
            abandoned_requeued: body.abandoned_requeued,
            cancelled: body.cancelled,
        }
    }
}

/// Counts, and what follows from them; null where there is no data.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Counted)]
pub(crate) struct FiguresBody {
    #[serde(flatten)]
    pub(crate) counts: CountsBody,
    /// Contacts that waited no longer for their agent than the service level's time.
    pub(crate) assigned_in_time: u64,
    /// Answered in time, of those answered or abandoned, short abandons left out: 0 to 1.
    #[schema(required)]
    pub(crate) service_level: Option<f64>,
    /// Average speed of answer: milliseconds waited by those who got an agent.
    #[schema(required)]
    pub(crate) average_wait_ms: Option<f64>,
    /// Milliseconds that agents spent on a contact that was handled, on average.
    #[schema(required)]
    pub(crate) average_handle_ms: Option<f64>,
    /// Abandoned without an agent, of those answered or abandoned: 0 to 1.
    #[schema(required)]
    pub(crate) abandonment_rate: Option<f64>,
}

impl FiguresBody {
    /// Computes the figures from counts; an answer within `within` is in time.
    pub(crate) fn new(totals: Totals, within: Within) -> Self {
        Self {
            assigned_in_time: totals.waits.within(within),
            service_level: totals.service_level(within),
            average_wait_ms: totals.average_wait(),
            average_handle_ms: totals.average_handle_time(),
            abandonment_rate: totals.abandonment_rate(),
            counts: CountsBody::from(totals),
        }
    }
}

impl From<FiguresBody> for Totals {
    fn from(body: FiguresBody) -> Self {
        body.counts.into()
    }
}
