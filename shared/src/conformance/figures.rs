//! Counters and the time that they cover.

use std::time::Duration;

use super::Floor;
use crate::figures::{Figures, Totals};
use crate::seen::{AgentSeen, ContactSeen};
use crate::service_level::{BOUNDS, Waits, Within};
use crate::time::Millis;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

/// Returns the figures of the last minutes, including the present one.
async fn last(floor: &Floor, minutes: u64) -> Figures {
    let now = floor.acd.overview().await.unwrap().now;
    floor
        .acd
        .figures(Millis(now.0 - minutes * 60_000))
        .await
        .unwrap()
}

/// On a new floor the counts are zero and the rates are absent.
pub async fn a_new_floor_has_no_figures(floor: &Floor) {
    let figures = last(floor, 15).await;
    assert_eq!(figures.all, Totals::default());
    assert!(figures.by_skill.is_empty());
    assert_eq!(
        (
            figures.all.service_level(Within::default()),
            figures.occupancy()
        ),
        (None, None)
    );
}

/// Answered in time, answered late, abandoned at once, abandoned after a wait, cancelled.
pub async fn every_outcome_is_counted_once(floor: &Floor) {
    let in_time = floor.contact("English").await;
    let late = floor.contact("English").await;
    let short = floor.contact("English").await;
    let patient = floor.contact("Sales").await;
    let cancelled = floor.contact("Sales").await;
    floor.pass(SECOND * 4);
    floor.complete(short).await;
    floor
        .acd
        .cancel_contact(cancelled, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    floor.pass(SECOND * 16);
    floor.available_agent("ann", "English").await;
    floor.pass(SECOND * 10);
    floor.complete(in_time).await;
    floor.complete(patient).await;
    floor.pass(SECOND * 5);
    floor.complete(late).await;
    let all = last(floor, 15).await.all;
    let mut waits = Waits::default();
    waits.count(20_000);
    waits.count(30_000);
    let expected = Totals {
        created: 5,
        assigned: 2,
        waits,
        assigned_wait: 20_000 + 30_000,
        handled: 2,
        handle_time: 10_000 + 5_000,
        abandoned: 2,
        abandoned_short: 1,
        abandoned_requeued: 0,
        cancelled: 1,
        ..Totals::default()
    };
    assert_eq!(all, expected);
    for (within, share) in [("15", 0.0), ("20", 1.0 / 3.0), ("30", 2.0 / 3.0)] {
        assert_eq!(all.service_level(within.parse().unwrap()), Some(share));
    }
    assert_eq!(all.average_wait(), Some(25_000.0));
    assert_eq!(all.abandonment_rate(), Some(0.5));
    assert_eq!(all.average_handle_time(), Some(7_500.0));
}

/// A wait counts as within a bound up to and including it, for the floor and for each skill. A wait
/// over all bounds is within none.
pub async fn every_wait_is_counted_at_its_bound(floor: &Floor) {
    for bound in BOUNDS {
        for more in [0, 1] {
            let contact = floor.contact("English,Sales").await;
            floor.pass(SECOND * u32::from(bound) + Duration::from_millis(more));
            floor.available_agent("ann", "English,Sales").await;
            floor.complete(contact).await;
            floor
                .acd
                .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
                .await
                .unwrap();
        }
    }
    let figures = last(floor, 24 * 60).await;
    assert_eq!(figures.by_skill.len(), 2);
    for totals in figures.by_skill.values().chain([&figures.all]) {
        let within: Vec<u64> = Within::all()
            .map(|within| totals.waits.within(within))
            .collect();
        assert_eq!(within, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
        assert_eq!(totals.assigned, 24);
    }
}

/// For every bound, a wait of exactly that length is within it and one millisecond more is not.
pub async fn a_wait_of_exactly_a_bound_is_within_it(floor: &Floor) {
    for (millis, short) in [(4_999, 1), (5_000, 2), (5_001, 2)] {
        let leaves = floor.contact("English").await;
        floor.pass(Duration::from_millis(millis));
        floor.complete(leaves).await;
        assert_eq!(last(floor, 60).await.all.abandoned_short, short, "{millis}");
    }
    let all = last(floor, 60).await.all;
    assert_eq!(all.service_level(Within::default()), Some(0.0));
    assert_eq!(all.abandonment_rate(), Some(1.0));
}

/// Each agent is credited with their own time on a contact, and the contact with the whole time.
pub async fn every_agent_is_credited_with_their_part_of_a_contact(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.pass(SECOND);
    floor.available_agent("bob", "English").await;
    let contact = floor.contact("English").await;
    floor.pass(SECOND);
    floor
        .acd
        .requeue_contact(contact, &Floor::id("ann"), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.agent_of(contact).await, "bob");
    floor.pass(Duration::from_millis(200));
    floor.complete(contact).await;
    let figures = last(floor, 15).await;
    assert_eq!((figures.all.assigned, figures.all.handled), (1, 1));
    assert_eq!(figures.all.average_handle_time(), Some(1_200.0));
    assert_eq!(figures.by_skill.values().next(), Some(&figures.all));
    assert_eq!(figures.busy_time, 1_200);
    for (name, credited) in [("ann", (0, 1_000)), ("bob", (1, 200))] {
        let agent = floor.look(name).await;
        assert_eq!((agent.handled, agent.handle_time), credited, "{name}");
    }
    // A cancelled contact is in no figure, neither the floor's nor an agent's.
    let contact = floor.contact("English").await;
    floor.pass(SECOND * 3);
    floor
        .acd
        .cancel_contact(contact, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    let bob = floor.look("bob").await;
    assert_eq!((bob.handled, bob.handle_time), (1, 200));
    assert_eq!(last(floor, 15).await.all.handle_time, 1_200);
}

/// A contact that was answered, requeued and then abandoned counts as answered, once.
pub async fn one_contact_has_one_outcome_in_every_rate(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    let contact = floor.contact("English").await;
    floor.pass(SECOND);
    floor
        .acd
        .requeue_contact(contact, &Floor::id("ann"), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    floor.pass(SECOND);
    floor.complete(contact).await;
    let all = last(floor, 15).await.all;
    assert_eq!(
        (
            all.created,
            all.assigned,
            all.abandoned,
            all.abandoned_requeued
        ),
        (1, 1, 1, 1)
    );
    assert_eq!(
        (all.abandoned_short, all.handled, all.handle_time),
        (0, 0, 0)
    );
    assert_eq!(all.service_level(Within::default()), Some(1.0));
    assert_eq!(all.abandonment_rate(), Some(0.0));
    // One that never had an agent is counted as the other half.
    let contact = floor.contact("English").await;
    floor.pass(SECOND * 6);
    floor.complete(contact).await;
    let all = last(floor, 15).await.all;
    assert_eq!(all.service_level(Within::default()), Some(0.5));
    assert_eq!(all.abandonment_rate(), Some(0.5));
}

/// A contact that needs two skills is counted for both.
pub async fn figures_are_kept_per_skill(floor: &Floor) {
    floor.available_agent("ann", "English,Sales").await;
    let both = floor.contact("English,Sales").await;
    floor.complete(both).await;
    let one = floor.contact("Sales").await;
    floor.complete(one).await;
    floor.contact("").await;
    let by_skill = last(floor, 15).await.by_skill;
    let handled: Vec<(String, u64)> = by_skill
        .iter()
        .map(|(skill, totals)| (skill.to_string(), totals.handled))
        .collect();
    assert_eq!(
        handled,
        [("English".to_owned(), 1), ("Sales".to_owned(), 2)]
    );
}

/// Figures of the last fifteen minutes contain nothing older; a minute without contacts has none.
pub async fn figures_look_back_as_far_as_asked(floor: &Floor) {
    floor.contact("English").await;
    floor.pass(MINUTE * 20);
    floor.contact("English").await;
    floor.contact("English").await;
    floor.pass(MINUTE * 10);
    assert_eq!(last(floor, 5).await.all.created, 0);
    assert_eq!(last(floor, 15).await.all.created, 2);
    assert_eq!(last(floor, 60).await.all.created, 3);
    floor.contact("English").await;
    assert_eq!(last(floor, 0).await.all.created, 1);
    let since_ever = floor.acd.figures(Millis(0)).await.unwrap();
    assert_eq!(since_ever.all.created, 4);
    assert_eq!(since_ever.now.since(since_ever.since), 25 * 60 * 60_000);
}

/// Figures of the last two hours are exact to the minute, older ones to the quarter of an hour,
/// rounded down.
pub async fn figures_beyond_two_hours_begin_with_a_quarter(floor: &Floor) {
    // At noon, and 7, 15 and 22 minutes past.
    for _ in 0..4 {
        floor.contact("English").await;
        floor.pass(Duration::from_secs(450));
    }
    floor.pass(MINUTE * 97);
    for (minutes, created, since) in [(120, 3, 120), (121, 4, 127), (126, 4, 127), (200, 4, 202)] {
        let figures = last(floor, minutes).await;
        let ago = figures.now.since(figures.since) / 60_000;
        assert_eq!((figures.all.created, ago), (created, since), "{minutes}");
    }
    floor.pass(MINUTE * 15);
    assert_eq!(last(floor, 127).await.all.created, 2);
    assert_eq!(last(floor, 128).await.all.created, 4);
}

/// For any history and any requested time, the figures contain exactly what happened since, and so
/// does each part of the series.
pub async fn figures_are_exact_for_any_time_that_can_be_asked_for(floor: &Floor) {
    let mut happened = Vec::new();
    let began = floor.acd.overview().await.unwrap().now;
    // Busy hours for over a day, then a day without contacts, then some more minutes.
    let busy = [1, 1, 1, 2, 1, 3, 1, 1, 17, 1, 1, 5, 1, 1, 1, 1, 1, 31, 1];
    let breaks = busy.into_iter().cycle().take(420).chain([1_440, 1, 1, 40]);
    for minutes in breaks {
        happened.push(floor.acd.overview().await.unwrap().now);
        let contact = floor.contact("").await;
        floor.complete(contact).await;
        floor.pass(MINUTE * minutes);
        floor.store.run_due().await.unwrap();
        let now = floor.acd.overview().await.unwrap().now;
        // Asks for a different time in each round, so that over the run every minute is asked for.
        let ago = (now.since(began) / 60_000 * 37) % 1_540;
        for ago in [ago, ago % 140, 1_500] {
            check_series(floor, &happened, now, ago).await;
        }
    }
}

async fn check_series(floor: &Floor, happened: &[Millis], now: Millis, ago: u64) {
    let figures = last(floor, ago).await;
    let created = |from: u64| (happened.len() - happened.partition_point(|at| at.0 < from)) as u64;
    assert_eq!(figures.all.created, created(figures.since.0), "{ago}");
    let quarters = ago > 120;
    let unit = if quarters { 15 * 60_000 } else { 60_000 };
    let wanted = now.0 - ago.min(1_500) * 60_000;
    assert_eq!(figures.since.0, wanted - wanted % unit, "{ago}");
    let minutes = now.since(figures.since) / 60_000 + 1;
    let step = (minutes.div_ceil(60) * 60_000).next_multiple_of(unit);
    let mut from = figures.since.0;
    for part in &figures.series {
        assert_eq!(part.created, created(from) - created(from + step), "{ago}");
        from += step;
    }
    assert!(from > now.0, "{ago}: the series ends too early");
}

/// The parts of the series add up to the total, each at its time.
pub async fn a_series_shows_when_it_happened(floor: &Floor) {
    for contacts in [1, 0, 2] {
        for _ in 0..contacts {
            floor.contact("English").await;
        }
        floor.pass(MINUTE);
    }
    let series = last(floor, 4).await.series;
    let created: Vec<u64> = series.iter().map(|part| part.created).collect();
    assert_eq!(created, [0, 1, 0, 2, 0]);
    let day: u64 = last(floor, 1_440)
        .await
        .series
        .iter()
        .map(|part| part.created)
        .sum();
    assert_eq!(day, 3);
}

/// Occupancy includes what is still going on.
pub async fn agents_time_is_counted_while_it_goes_on(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    floor.available_agent("bob", "Sales").await;
    floor.pass(SECOND * 60);
    let contact = floor.contact("English").await;
    floor.pass(SECOND * 60);
    // Ann: 60 s idle, 60 s busy. Bob: 120 s idle.
    let figures = last(floor, 15).await;
    assert_eq!((figures.busy_time, figures.idle_time), (60_000, 180_000));
    assert_eq!(figures.occupancy(), Some(0.25));
    floor.make_unavailable("bob", "lunch").await;
    floor.complete(contact).await;
    floor.pass(SECOND * 60);
    let figures = last(floor, 15).await;
    assert_eq!((figures.busy_time, figures.idle_time), (60_000, 240_000));
    floor
        .acd
        .delete_agent(&Floor::id("ann"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    floor
        .acd
        .delete_agent(&Floor::id("bob"), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    floor.pass(SECOND * 60);
    let figures = last(floor, 15).await;
    assert_eq!((figures.busy_time, figures.idle_time), (60_000, 240_000));
}
