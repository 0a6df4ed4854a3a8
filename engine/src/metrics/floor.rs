//! The figures of a floor as metrics.

use std::fmt::Write as _;

use metrics::{counter, gauge};
use shared::figures::{Figures, Totals};
use shared::service_level::Within;
use shared::view::Overview;

const STORE_UP: &str = "switchboard_store_up";
const OPEN: &str = "switchboard_acd_open";
const WAITING: &str = "switchboard_contacts_waiting";
const AGENTS: &str = "switchboard_agents";
const CREATED: &str = "switchboard_contacts_created_total";
const ASSIGNED: &str = "switchboard_contacts_assigned_total";
const HANDLED: &str = "switchboard_contacts_handled_total";
const ABANDONED: &str = "switchboard_contacts_abandoned_total";
const ASSIGNED_IN_TIME: &str = "switchboard_contacts_assigned_in_time_total";
const ABANDONED_SHORT: &str = "switchboard_contacts_abandoned_short_total";
const ABANDONED_REQUEUED: &str = "switchboard_contacts_abandoned_requeued_total";
const CANCELLED: &str = "switchboard_contacts_cancelled_total";
const HANDLE_TIME: &str = "switchboard_contacts_handle_milliseconds_total";
const SERVICE_LEVEL: &str = "switchboard_service_level_15m";
const AVERAGE_WAIT: &str = "switchboard_average_wait_seconds_15m";
const ABANDONMENT_RATE: &str = "switchboard_abandonment_rate_15m";
const OCCUPANCY: &str = "switchboard_occupancy_15m";
const ASSIGNED_WAIT: &str = "switchboard_contacts_assigned_wait_milliseconds_total";
const WAIT_SECONDS: &str = "switchboard_contact_wait_seconds";
const OFFERS: &str = "switchboard_offers_total";
const ACCEPTED: &str = "switchboard_offers_accepted_total";
const REJECTED: &str = "switchboard_offers_rejected_total";
const MISSED: &str = "switchboard_offers_missed_total";
const WITHDRAWN: &str = "switchboard_offers_withdrawn_total";
const ABANDONED_OFFERED: &str = "switchboard_contacts_abandoned_while_offered_total";
const WRAP_UP_TIME: &str = "switchboard_contacts_wrap_up_milliseconds_total";

/// Describes them.
pub(super) fn describe() {
    metrics::describe_gauge!(STORE_UP, "1 if the store answered this scrape, else 0");
    metrics::describe_gauge!(OPEN, "1 if the ACD is open, 0 if it is closed");
    metrics::describe_gauge!(WAITING, "Contacts that wait for an agent");
    metrics::describe_gauge!(
        AGENTS,
        "Agents, by state: available, offered, busy, wrap_up, penalty, unavailable"
    );
    metrics::describe_counter!(CREATED, "Contacts created since the ACD began");
    metrics::describe_counter!(ASSIGNED, "Contacts that got an agent since the ACD began");
    metrics::describe_counter!(HANDLED, "Contacts served to the end since the ACD began");
    metrics::describe_counter!(ABANDONED, "Contacts that left while they waited");
    metrics::describe_counter!(ASSIGNED_IN_TIME, "Contacts that got an agent within 20 s");
    metrics::describe_counter!(ABANDONED_SHORT, "Contacts that left within 5 s");
    metrics::describe_counter!(
        ABANDONED_REQUEUED,
        "Contacts that left the queue after they had been with an agent; they count as assigned, too"
    );
    metrics::describe_counter!(CANCELLED, "Contacts that were cancelled");
    metrics::describe_counter!(
        HANDLE_TIME,
        "Total milliseconds that agents spent on handled contacts"
    );
    metrics::describe_gauge!(
        SERVICE_LEVEL,
        "Share answered within 20 s among those answered or abandoned, without short abandons; NaN \
         if there were none"
    );
    metrics::describe_gauge!(
        AVERAGE_WAIT,
        "Average speed of answer; NaN if no contact was answered"
    );
    metrics::describe_gauge!(
        ABANDONMENT_RATE,
        "Share abandoned among those answered or abandoned"
    );
    metrics::describe_gauge!(
        OCCUPANCY,
        "Share of agents' time on contacts and in wrap-up in the same or idle"
    );
    metrics::describe_counter!(
        ASSIGNED_WAIT,
        "Total milliseconds that the contacts with an agent had waited"
    );
    metrics::describe_counter!(OFFERS, "Offers of contacts to agents");
    metrics::describe_counter!(ACCEPTED, "Offers that were accepted");
    metrics::describe_counter!(REJECTED, "Offers that were rejected");
    metrics::describe_counter!(MISSED, "Offers that were not answered in time");
    metrics::describe_counter!(
        WITHDRAWN,
        "Offers that were taken back, because the agent or the contact was no longer there for them"
    );
    metrics::describe_counter!(
        ABANDONED_OFFERED,
        "Contacts that left while they were offered; they count as abandoned, too"
    );
    metrics::describe_counter!(
        WRAP_UP_TIME,
        "Total milliseconds that agents were in wrap-up after contacts"
    );
}

/// Sets the figures of an ACD's floor; without an overview they are unknown, which is `NaN`.
#[expect(
    clippy::cast_precision_loss,
    reason = "no floor has 2^53 contacts or agents"
)]
pub(crate) fn floor(acd: &str, overview: Option<&Overview>, figures: Option<&Figures>) {
    let acd = || [("acd", acd.to_owned())];
    let set = |name: &'static str, figure: Option<u64>| {
        gauge!(name, &acd()).set(figure.map_or(f64::NAN, |figure| figure as f64));
    };
    set(STORE_UP, Some(u64::from(overview.is_some())));
    set(OPEN, overview.map(|floor| u64::from(floor.open)));
    set(WAITING, overview.map(|floor| floor.waiting));
    for (state, figure) in [
        ("available", overview.map(|floor| floor.available)),
        ("offered", overview.map(|floor| floor.offered)),
        ("busy", overview.map(|floor| floor.busy)),
        ("wrap_up", overview.map(|floor| floor.wrap_up)),
        ("penalty", overview.map(|floor| floor.penalty)),
        ("unavailable", overview.map(Overview::unavailable)),
    ] {
        let [(key, value)] = acd();
        gauge!(AGENTS, key => value, "state" => state)
            .set(figure.map_or(f64::NAN, |figure| figure as f64));
    }
    // A counter keeps its last value while the store is unavailable, as Prometheus expects.
    if let Some(totals) = overview.map(|floor| floor.totals) {
        counter!(CREATED, &acd()).absolute(totals.created);
        counter!(ASSIGNED, &acd()).absolute(totals.assigned);
        counter!(HANDLED, &acd()).absolute(totals.handled);
        counter!(ABANDONED, &acd()).absolute(totals.abandoned);
        counter!(ASSIGNED_WAIT, &acd()).absolute(totals.assigned_wait);
        counter!(ASSIGNED_IN_TIME, &acd()).absolute(totals.waits.within(Within::default()));
        counter!(ABANDONED_SHORT, &acd()).absolute(totals.abandoned_short);
        counter!(ABANDONED_REQUEUED, &acd()).absolute(totals.abandoned_requeued);
        counter!(CANCELLED, &acd()).absolute(totals.cancelled);
        counter!(HANDLE_TIME, &acd()).absolute(totals.handle_time);
        counter!(OFFERS, &acd()).absolute(totals.offers);
        counter!(ACCEPTED, &acd()).absolute(totals.accepted);
        counter!(REJECTED, &acd()).absolute(totals.rejected);
        counter!(MISSED, &acd()).absolute(totals.missed);
        counter!(WITHDRAWN, &acd()).absolute(totals.withdrawn);
        counter!(ABANDONED_OFFERED, &acd()).absolute(totals.abandoned_while_offered);
        counter!(WRAP_UP_TIME, &acd()).absolute(totals.wrap_up_time);
    }
    for (name, figure) in [
        (
            SERVICE_LEVEL,
            figures.and_then(|figures| figures.all.service_level(Within::default())),
        ),
        (
            AVERAGE_WAIT,
            figures.and_then(|figures| Some(figures.all.average_wait()? / 1_000.0)),
        ),
        (
            ABANDONMENT_RATE,
            figures.and_then(|figures| figures.all.abandonment_rate()),
        ),
        (OCCUPANCY, figures.and_then(Figures::occupancy)),
    ] {
        gauge!(name, &acd()).set(figure.unwrap_or(f64::NAN));
    }
}

/// Writes the waits of assigned contacts as a histogram. The store counts them, and the recorder
/// accepts no finished counts, so this text is appended to its output.
pub(crate) fn waits(acd: &str, totals: &Totals) -> String {
    let mut text = format!(
        "# HELP {WAIT_SECONDS} Time that contacts waited for their agent\n\
         # TYPE {WAIT_SECONDS} histogram\n"
    );
    // An ACD's name has no character that needs escaping. Writing to a string cannot fail.
    for within in Within::all() {
        let count = totals.waits.within(within);
        let _ = writeln!(
            text,
            "{WAIT_SECONDS}_bucket{{acd=\"{acd}\",le=\"{within}\"}} {count}"
        );
    }
    let (all, millis) = (totals.assigned, totals.assigned_wait);
    let _ = write!(
        text,
        "{WAIT_SECONDS}_bucket{{acd=\"{acd}\",le=\"+Inf\"}} {all}\n\
         {WAIT_SECONDS}_sum{{acd=\"{acd}\"}} {}.{:03}\n\
         {WAIT_SECONDS}_count{{acd=\"{acd}\"}} {all}\n",
        millis / 1_000,
        millis % 1_000
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_are_a_histogram_that_adds_up() {
        let mut totals = Totals {
            assigned: 3,
            assigned_wait: 5_000 + 20_001 + 700_000,
            ..Totals::default()
        };
        for wait in [5_000, 20_001, 700_000] {
            totals.waits.count(wait);
        }
        let text = waits("support", &totals);
        for line in [
            "# TYPE switchboard_contact_wait_seconds histogram",
            "switchboard_contact_wait_seconds_bucket{acd=\"support\",le=\"5\"} 1",
            "switchboard_contact_wait_seconds_bucket{acd=\"support\",le=\"20\"} 1",
            "switchboard_contact_wait_seconds_bucket{acd=\"support\",le=\"30\"} 2",
            "switchboard_contact_wait_seconds_bucket{acd=\"support\",le=\"600\"} 2",
            "switchboard_contact_wait_seconds_bucket{acd=\"support\",le=\"+Inf\"} 3",
            "switchboard_contact_wait_seconds_sum{acd=\"support\"} 725.001",
            "switchboard_contact_wait_seconds_count{acd=\"support\"} 3",
        ] {
            assert!(text.lines().any(|told| told == line), "{line:?} in\n{text}");
        }
        assert_eq!(text.lines().count(), 2 + 12 + 3);
    }
}
