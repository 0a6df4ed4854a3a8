//! Counts and the figures computed from them, as bodies.

use serde::{Deserialize, Serialize};
use shared::figures::Totals;
use shared::service_level::{BOUNDS, Waits, Within};
use utoipa::ToSchema;

/// Counts of contacts.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Counts)]
pub(crate) struct CountsBody {
    /// Contacts created.
    pub(crate) created: u64,
    /// The same as `created`, under its former name: contacts offered to the ACD, not to agents.
    #[serde(default)]
    pub(crate) offered: u64,
    /// Contacts that got an agent.
    pub(crate) assigned: u64,
    /// Of these, how many waited at most 5 s, and then more than the time before and at most 10,
    /// 15, 20, 30, 45, 60, 90, 120, 180, 300 and 600 s. Longer waits are in none.
    pub(crate) assigned_waits: [u64; BOUNDS.len()],
    /// Total milliseconds that the contacts with an agent had waited.
    pub(crate) assigned_wait_ms: u64,
    /// Contacts that an agent served to the end.
    pub(crate) handled: u64,
    /// Total milliseconds that agents spent on them, including time before a requeue.
    pub(crate) handle_ms: u64,
    /// Contacts that left while they waited.
    pub(crate) abandoned: u64,
    /// Of these, contacts that left within five seconds.
    pub(crate) abandoned_short: u64,
    /// Of the abandoned, contacts that had been with an agent and were requeued. They count as
    /// assigned, too, and in rates only as that.
    pub(crate) abandoned_requeued: u64,
    /// Contacts that were cancelled.
    pub(crate) cancelled: u64,
    /// Total milliseconds that agents were in wrap-up after contacts.
    #[serde(default)]
    pub(crate) wrap_up_time_ms: u64,
    /// Offers made. Each is then counted once below, or is still open.
    #[serde(default)]
    pub(crate) offers: u64,
    /// Offers that were accepted.
    #[serde(default)]
    pub(crate) accepted: u64,
    /// Offers that were rejected.
    #[serde(default)]
    pub(crate) rejected: u64,
    /// Offers that were not answered in time.
    #[serde(default)]
    pub(crate) missed: u64,
    /// Offers that were taken back, because the agent was no longer available or the contact was
    /// cancelled.
    #[serde(default)]
    pub(crate) withdrawn: u64,
    /// Contacts that left while they were offered. They count as abandoned, too.
    #[serde(default)]
    pub(crate) abandoned_while_offered: u64,
}

impl From<Totals> for CountsBody {
    fn from(totals: Totals) -> Self {
        Self {
            created: totals.created,
            offered: totals.created,
            assigned: totals.assigned,
            assigned_waits: totals.waits.into(),
            assigned_wait_ms: totals.assigned_wait,
            handled: totals.handled,
            handle_ms: totals.handle_time,
            abandoned: totals.abandoned,
            abandoned_short: totals.abandoned_short,
            abandoned_requeued: totals.abandoned_requeued,
            cancelled: totals.cancelled,
            wrap_up_time_ms: totals.wrap_up_time,
            offers: totals.offers,
            accepted: totals.accepted,
            rejected: totals.rejected,
            missed: totals.missed,
            withdrawn: totals.withdrawn,
            abandoned_while_offered: totals.abandoned_while_offered,
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
            wrap_up_time: body.wrap_up_time_ms,
            offers: body.offers,
            accepted: body.accepted,
            rejected: body.rejected,
            missed: body.missed,
            withdrawn: body.withdrawn,
            abandoned_while_offered: body.abandoned_while_offered,
        }
    }
}

/// Counts, and the figures computed from them, which are null if there is no data.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Counted)]
pub(crate) struct FiguresBody {
    #[serde(flatten)]
    pub(crate) counts: CountsBody,
    /// Contacts that got an agent within the service level's time.
    pub(crate) assigned_in_time: u64,
    /// The service level: the share answered in time among those answered or abandoned, without
    /// short abandons; 0 to 1.
    #[schema(required)]
    pub(crate) service_level: Option<f64>,
    /// Average speed of answer (ASA) in milliseconds: the wait of the contacts that got an agent.
    #[schema(required)]
    pub(crate) average_wait_ms: Option<f64>,
    /// Average handle time (AHT) in milliseconds: the time that agents spent on a handled contact
    /// and in wrap-up after it.
    #[schema(required)]
    pub(crate) average_handle_ms: Option<f64>,
    /// The share abandoned without an agent among those answered or abandoned; 0 to 1.
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
