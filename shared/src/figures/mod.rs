//! The floor's figures: counters that only grow, and what is computed from two snapshots of them.
//!
//! The store counts in the same step that moves a contact. It keeps snapshots of the counters for
//! the start of each recent minute, and of each quarter of an hour before that. The figures of a
//! period are the difference of two snapshots, so they are the same in every process and survive
//! restarts. `docs/metrics.md` has the definitions.

mod spent;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::contact_type::TypeName;
use crate::service_level::{Waits, Within};
use crate::skill::Skill;
use crate::time::Millis;

pub use spent::Spent;

/// A contact that leaves within this time was a short abandonment, in milliseconds, unless the floor
/// has set another. As with every bound, a wait of exactly this length is within it.
pub const SHORT_ABANDON: u64 = 5_000;
/// How many minutes back the counters at the start of every minute are available. Before that they
/// are available at the start of every [`QUARTER`].
pub const MINUTES_KEPT: u64 = 2 * 60;
/// How many minutes back the counters are available at all: 25 hours.
pub const QUARTERS_KEPT: u64 = 25 * 60;
/// A quarter of an hour, in minutes. In every time zone midnight is at the start of one.
pub const QUARTER: u64 = 15;
/// The most points of a series.
pub const SERIES_POINTS: u64 = 60;

const MINUTE: u64 = 60_000;

/// Counters since the ACD began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Contacts created.
    pub created: u64,
    /// Contacts that got an agent. A requeued contact is counted once, with its first agent.
    pub assigned: u64,
    /// The same, by how long they waited.
    #[serde(flatten)]
    pub waits: Waits,
    /// Total wait of the contacts that got an agent, in milliseconds.
    pub assigned_wait: u64,
    /// Contacts that an agent completed.
    pub handled: u64,
    /// Total time that agents spent on handled contacts, in milliseconds, including agents from
    /// whom a contact was requeued.
    pub handle_time: u64,
    /// Contacts that left while waiting.
    pub abandoned: u64,
    /// Short abandonments, by the time that was in force then.
    pub abandoned_short: u64,
    /// Abandoned contacts that had been with an agent and were requeued. They count as assigned,
    /// and so in no rate as abandoned: a contact has one outcome.
    pub abandoned_requeued: u64,
    /// Contacts that were cancelled.
    pub cancelled: u64,
    /// Total time that agents were in wrap-up after contacts, in milliseconds.
    pub wrap_up_time: u64,
    /// Offers made. Each is then counted once below, or is still open.
    pub offers: u64,
    /// Offers that were accepted.
    pub accepted: u64,
    /// Offers that were rejected.
    pub rejected: u64,
    /// Offers that were not answered in time.
    pub missed: u64,
    /// Offers that were taken back, because their agent was no longer available or the contact was
    /// cancelled.
    pub withdrawn: u64,
    /// Contacts that left while they were offered. They count as abandoned, too.
    pub abandoned_while_offered: u64,
}

impl Totals {
    /// The names of the counters in stores. `assigned_later` counts waits over all bounds, so that
    /// each assignment is counted once, by its wait.
    pub const NAMES: [&str; 28] = [
        "created",
        "assigned_later",
        "assigned_5",
        "assigned_10",
        "assigned_15",
        "assigned_20",
        "assigned_30",
        "assigned_45",
        "assigned_60",
        "assigned_90",
        "assigned_120",
        "assigned_180",
        "assigned_300",
        "assigned_600",
        "assigned_wait",
        "handled",
        "handle_time",
        "abandoned",
        "abandoned_short",
        "abandoned_requeued",
        "cancelled",
        "wrap_up_time",
        "offers",
        "accepted",
        "rejected",
        "missed",
        "withdrawn",
        "abandoned_while_offered",
    ];

    /// Returns the counter of that name.
    pub fn named(&mut self, name: &str) -> Option<&mut u64> {
        Some(match name {
            "created" => &mut self.created,
            "assigned_later" => &mut self.assigned,
            "assigned_wait" => &mut self.assigned_wait,
            "handled" => &mut self.handled,
            "handle_time" => &mut self.handle_time,
            "abandoned" => &mut self.abandoned,
            "abandoned_short" => &mut self.abandoned_short,
            "abandoned_requeued" => &mut self.abandoned_requeued,
            "cancelled" => &mut self.cancelled,
            "wrap_up_time" => &mut self.wrap_up_time,
            "offers" => &mut self.offers,
            "accepted" => &mut self.accepted,
            "rejected" => &mut self.rejected,
            "missed" => &mut self.missed,
            "withdrawn" => &mut self.withdrawn,
            "abandoned_while_offered" => &mut self.abandoned_while_offered,
            other => return self.waits.named(other),
        })
    }

    /// Converts stored counters, in which `assigned` has only waits over all bounds: adds the
    /// others to [`Self::assigned`].
    #[must_use]
    pub(crate) fn added_up(mut self) -> Self {
        let in_bounds = Within::all().last();
        let in_bounds = in_bounds.map_or(0, |longest| self.waits.within(longest));
        self.assigned = self.assigned.saturating_add(in_bounds);
        self
    }

    /// Returns what was counted since `earlier`.
    #[must_use]
    pub fn since(mut self, mut earlier: Self) -> Self {
        for name in Self::NAMES {
            let before = earlier.named(name).map_or(0, |count| *count);
            if let Some(count) = self.named(name) {
                *count = count.saturating_sub(before);
            }
        }
        self
    }

    /// Returns the service level: the share of contacts answered within that time among those
    /// answered or abandoned, without short abandonments. `None` if there were none.
    pub fn service_level(&self, within: Within) -> Option<f64> {
        let patient = self.unanswered().saturating_sub(self.abandoned_short);
        ratio(
            self.waits.within(within),
            self.assigned.saturating_add(patient),
        )
    }

    /// Returns the average speed of answer (ASA) in milliseconds, `None` if none was answered.
    pub fn average_wait(&self) -> Option<f64> {
        ratio(self.assigned_wait, self.assigned)
    }

    /// Returns the average handle time (AHT) in milliseconds, `None` if no contact was handled: the time
    /// on contacts and in wrap-up.
    pub fn average_handle_time(&self) -> Option<f64> {
        ratio(
            self.handle_time.saturating_add(self.wrap_up_time),
            self.handled,
        )
    }

    /// Returns the share of contacts that were abandoned among those answered or abandoned.
    pub fn abandonment_rate(&self) -> Option<f64> {
        let unanswered = self.unanswered();
        ratio(unanswered, self.assigned.saturating_add(unanswered))
    }

    /// Returns how many were abandoned without ever having had an agent.
    fn unanswered(&self) -> u64 {
        self.abandoned.saturating_sub(self.abandoned_requeued)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and milliseconds stay far below 2^53"
)]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// All counters at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// For all contacts.
    pub all: Totals,
    /// For the contacts that need a skill. A contact that needs two skills is counted for both.
    pub by_skill: BTreeMap<Skill, Totals>,
    /// For the contacts of a type.
    pub by_type: BTreeMap<TypeName, Totals>,
    /// The time that agents spent on contacts.
    pub busy: Spent,
    /// The time that agents spent available and idle.
    pub idle: Spent,
}

/// The figures of a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// The start: the start of a minute or, over two hours ago, of a quarter of an hour.
    pub since: Millis,
    /// The end.
    pub now: Millis,
    /// For all contacts.
    pub all: Totals,
    /// For the contacts that need a skill. Skills without any are left out.
    pub by_skill: BTreeMap<Skill, Totals>,
    /// For the contacts of a type. Types without any are left out.
    pub by_type: BTreeMap<TypeName, Totals>,
    /// Time that agents spent on contacts, in milliseconds.
    pub busy_time: u64,
    /// Time that agents spent available and idle, in milliseconds.
    pub idle_time: u64,
    /// What was counted in each part of the period, at most [`SERIES_POINTS`] parts.
    pub series: Vec<Totals>,
    /// The longest wait of an abandonment that is counted as short now, in milliseconds.
    pub short_abandon: u64,
}

impl Figures {
    /// Computes the figures between two moments. `points`: the counters where each part begins.
    pub(crate) fn between(
        (since, earlier): (Millis, &Counts),
        (now, present): (Millis, &Counts),
        points: &[Totals],
        short_abandon: u64,
    ) -> Self {
        let ends = points.iter().skip(1).chain([&present.all]);
        Self {
            since,
            now,
            all: present.all.since(earlier.all),
            by_skill: counted_since(&earlier.by_skill, &present.by_skill),
            by_type: counted_since(&earlier.by_type, &present.by_type),
            busy_time: present.busy.between(&earlier.busy, since, now),
            idle_time: present.idle.between(&earlier.idle, since, now),
            series: points
                .iter()
                .zip(ends)
                .map(|(start, end)| end.since(*start))
                .collect(),
            short_abandon,
        }
    }

    /// Returns the occupancy: the share of time on contacts in the time on contacts or waiting for
    /// one.
    pub fn occupancy(&self) -> Option<f64> {
        ratio(
            self.busy_time,
            self.busy_time.saturating_add(self.idle_time),
        )
    }
}

/// Returns what was counted for each name, without those for which nothing was.
fn counted_since<Name: Clone + Ord>(
    earlier: &BTreeMap<Name, Totals>,
    present: &BTreeMap<Name, Totals>,
) -> BTreeMap<Name, Totals> {
    let before = |name: &Name| earlier.get(name).copied().unwrap_or_default();
    let since = present.iter();
    since
        .map(|(name, totals)| (name.clone(), totals.since(before(name))))
        .filter(|(_, totals)| *totals != Totals::default())
        .collect()
}

/// Which snapshots of the counters are needed for figures since a time: at the start of any of the
/// last [`MINUTES_KEPT`] minutes, and before that only at the start of a quarter of an hour, so
/// that a store need not keep others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The first minute.
    pub(crate) since: u64,
    /// The minutes at which the parts of the series begin, at equal distances; the first is
    /// `since`.
    pub(crate) points: Vec<u64>,
}

impl Wanted {
    /// Starts at the minute of `since`, or at the earliest for which counters are kept. If not
    /// every minute is kept that long, starts at the beginning of its quarter, in steps of
    /// quarters.
    pub(crate) fn new(since: Millis, now: Millis) -> Self {
        let this = minute(now);
        let minute = minute(since).clamp(this.saturating_sub(QUARTERS_KEPT), this);
        let unit = if this - minute > MINUTES_KEPT {
            QUARTER
        } else {
            1
        };
        let since = minute - minute % unit;
        let parts = (this - since + 1).div_ceil(SERIES_POINTS);
        let step = parts.next_multiple_of(unit);
        let points = (since..=this)
            .step_by(usize::try_from(step).unwrap_or(1))
            .collect();
        Self { since, points }
    }
}

/// Returns the minute that contains a time.
pub(crate) fn minute(at: Millis) -> u64 {
    at.0 / MINUTE
}

/// Returns the start of a minute.
pub(crate) fn minute_begins(minute: u64) -> Millis {
    Millis(minute * MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of a well-known article: 1000 answered, 860 of them within 20 s; 60 abandoned,
    /// 10 of them within 5 s; 81.9 % without short abandonments.
    #[test]
    fn the_service_level_leaves_short_abandons_out() {
        let mut totals = Totals {
            assigned: 1_000,
            abandoned: 60,
            abandoned_short: 10,
            ..Totals::default()
        };
        for contact in 0..1_000 {
            totals
                .waits
                .count(if contact < 860 { 20_000 } else { 20_001 });
        }
        let percent = totals.service_level(Within::default()).unwrap() * 100.0;
        assert!((percent - 81.9).abs() < 0.01, "{percent}");
    }

    #[test]
    fn without_data_there_are_no_rates() {
        let nothing = Totals::default();
        assert_eq!(nothing.service_level(Within::default()), None);
        assert_eq!(nothing.average_wait(), None);
        assert_eq!(nothing.average_handle_time(), None);
        assert_eq!(nothing.abandonment_rate(), None);
        // Only a caller who hung up at once: there is still nothing to rate.
        let short = Totals {
            abandoned: 1,
            abandoned_short: 1,
            ..nothing
        };
        assert_eq!(short.service_level(Within::default()), None);
    }

    #[test]
    fn every_name_is_a_count() {
        let mut totals = Totals::default();
        for (place, name) in Totals::NAMES.iter().enumerate() {
            *totals.named(name).unwrap() += 1 + place as u64;
        }
        let json = serde_json::to_value(totals).unwrap();
        let counts: Vec<u64> = Totals::NAMES
            .iter()
            .map(|name| json[name.trim_end_matches("_later")].as_u64().unwrap())
            .collect();
        assert!(counts.into_iter().eq(1..=28));
        assert_eq!(json.as_object().unwrap().len(), Totals::NAMES.len());
    }

    #[test]
    fn a_series_has_sixty_parts_at_most_and_covers_the_time() {
        let now = Millis(100_000 * MINUTE + 1);
        for minutes in [0, 1, 15, 30, 59, 60, 61, 120, 121, 600, 1_440, 5_000] {
            let wanted = Wanted::new(Millis(now.0 - minutes * MINUTE), now);
            let parts = wanted.points.len() as u64;
            assert!((1..=SERIES_POINTS).contains(&parts), "{minutes}: {parts}");
            assert_eq!(wanted.points[0], wanted.since);
            let step = wanted.points.get(1).map_or(1, |next| next - wanted.since);
            let last = wanted.points.last().unwrap();
            assert!(last + step > 100_000, "{minutes}: {wanted:?}");
        }
    }

    #[test]
    fn figures_over_two_hours_ago_start_at_a_quarter() {
        // 100,005 is the start of a quarter.
        let (this, now) = (100_130, Millis(100_130 * MINUTE + 1));
        for (since, wanted) in [
            (100_011, 100_011),
            (100_010, 100_010),
            (100_009, 100_005),
            (100_005, 100_005),
            (100_004, 99_990),
            (98_630, 98_625),
            (98_629, 98_625),
            (0, 98_625),
        ] {
            assert_eq!(Wanted::new(minute_begins(since), now).since, wanted);
        }
        for since in 98_000..=this {
            for point in Wanted::new(minute_begins(since), now).points {
                let kept = this - point <= MINUTES_KEPT || point.is_multiple_of(QUARTER);
                assert!(kept, "the point {point} of those since {since}");
            }
        }
    }

    #[test]
    fn any_stored_counters_can_be_computed_with() {
        let mut spent = Spent {
            going: i64::MAX,
            time: 5,
        };
        assert_eq!(spent.until(Millis(1_795_348_800_000)), u64::MAX);
        spent.going = i64::MIN;
        assert_eq!(spent.until(Millis(1_795_348_800_000)), 0);
        let mut most = Totals::default();
        for name in Totals::NAMES {
            *most.named(name).unwrap() = u64::MAX;
        }
        assert!(most.service_level(Within::default()).is_some());
        assert!(most.abandonment_rate().is_some());
    }
}
