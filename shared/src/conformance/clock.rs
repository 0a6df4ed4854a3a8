//! Floors whose clock was wrong for a while.

use std::time::Duration;

use super::Floor;
use crate::contact::ContactState;
use crate::seen::ContactSeen;
use crate::time::{Clock as _, Millis, Moment};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const THREE_DAYS: u64 = 3 * 24 * 3_600_000_000;

/// Sets the clock three days ahead during a step, and back afterwards.
async fn leaping(floor: &Floor, step: impl AsyncFnOnce()) {
    let now = floor.clock.now();
    floor.clock.set(Moment(now.0 + THREE_DAYS));
    step().await;
    floor.clock.set(now);
}

/// Contacts that came while the clock was ahead are served before all later ones and after all
/// earlier ones.
pub async fn a_clock_that_leapt_ahead_leaves_the_order_of_arrival(floor: &Floor) {
    let mut order = vec![floor.contact("English").await];
    leaping(floor, async || {
        order.push(floor.contact("English").await);
        floor.agent("new", "Sales").await;
        floor.make_available("new").await;
    })
    .await;
    for _ in 0..3 {
        floor.pass(MINUTE);
        order.push(floor.contact("English").await);
    }
    assert_eq!(floor.waiting_ids().await, order);
    floor.available_agent("later", "Sales").await;
    let contact = floor.contact("Sales").await;
    assert_eq!(floor.agent_of(contact).await, "new");
    // A contact that comes back from an agent keeps its place too.
    floor.available_agent("ann", "English").await;
    floor
        .acd
        .requeue_contact(order[0], &Floor::id("ann"), &ContactSeen::ANYTHING)
        .await
        .unwrap();
    assert_eq!(floor.waiting_ids().await, order);
}

/// Figures of the last minutes cover only the last minutes.
pub async fn figures_go_on_after_a_clock_that_leapt_ahead(floor: &Floor) {
    let created = async |minutes: u64| {
        let now = floor.clock.now().millis();
        let since = Millis(now.0 - minutes * 60_000);
        let figures = floor.acd.figures(since).await.unwrap();
        let parts: u64 = figures.series.iter().map(|part| part.created).sum();
        assert_eq!(parts, figures.all.created, "{minutes}");
        figures.all.created
    };
    for _ in 0..3 {
        floor.contact("English").await;
        floor.pass(MINUTE * 20);
    }
    leaping(floor, async || {
        floor.contact("English").await;
    })
    .await;
    // What was counted during the jump belongs to the minute before the one in which the clock was
    // back, whether or not anything has been counted since.
    assert_eq!((created(0).await, created(25).await), (0, 2));
    floor.contact("English").await;
    assert_eq!((created(0).await, created(25).await), (1, 3));
    for _ in 0..3 {
        floor.pass(MINUTE);
        floor.contact("English").await;
    }
    for (minutes, expected) in [(0, 1), (1, 2), (2, 3), (3, 4), (25, 6), (65, 8), (600, 8)] {
        assert_eq!(created(minutes).await, expected, "{minutes}");
    }
}

/// The time of agents is still counted.
pub async fn occupancy_goes_on_after_a_clock_that_leapt_ahead(floor: &Floor) {
    floor.available_agent("ann", "English").await;
    leaping(floor, async || {
        floor.available_agent("bob", "Sales").await;
        floor.contact("English").await;
    })
    .await;
    floor.pass(MINUTE * 5);
    floor.contact("French").await;
    floor.pass(MINUTE * 2);
    let now = floor.clock.now().millis();
    let figures = floor.acd.figures(Millis(now.0 - 60_000)).await.unwrap();
    let minutes = now.since(figures.since);
    assert_eq!((figures.busy_time, figures.idle_time), (minutes, minutes));
}

/// The next round of the sweep runs when it would have run. It corrects the times that were written
/// ahead, so idle times and waits go on, and finished contacts expire.
pub async fn the_sweep_goes_on_after_a_clock_that_leapt_ahead(floor: &Floor) {
    floor.available_agent("ann", "Sales").await;
    floor.store.run_due().await.unwrap();
    let (mut waits, mut ended) = (vec![], vec![]);
    leaping(floor, async || {
        floor.available_agent("bob", "English").await;
        waits.push(floor.contact("French").await);
        let contact = floor.contact("Sales").await;
        floor.complete(contact).await;
        ended.push(contact);
        floor.store.run_due().await.unwrap();
    })
    .await;
    let due = floor.store.run_due().await.unwrap();
    assert!(due.next.since(due.now) <= 30_000, "{due:?}");
    floor.pass(SECOND * 30);
    let swept = floor.clock.now().millis();
    floor.store.run_due().await.unwrap();
    floor.pass(SECOND * 5);
    for name in ["ann", "bob"] {
        assert_eq!(floor.look(name).await.changed, swept, "{name}");
    }
    let waiting = floor.acd.contact(waits[0]).await.unwrap();
    assert_eq!(waiting.wait(floor.clock.now().millis()), 5_000);
    let oldest = floor.acd.overview().await.unwrap().oldest;
    assert_eq!(oldest, Some(swept));
    // The ticks of the next agents of a skill are shown as correct times too.
    let skills = floor.acd.skills(crate::view::Page::first(10)).await;
    for view in skills.unwrap().items {
        for (agent, since) in view.next {
            assert!(since.millis() <= swept, "{agent}");
        }
    }
    floor.pass(Duration::from_hours(1));
    for _ in 0..2 {
        floor.store.run_due().await.unwrap();
    }
    assert!(
        floor.acd.contact(ended[0]).await.is_err(),
        "it is forgotten"
    );
    assert!(floor.acd.contact(waits[0]).await.is_ok());
}

/// Offers, wrap-ups and penalties that began while the clock was ahead last as long as they were to
/// last, from the next round of the sweep on.
pub async fn what_began_ahead_of_the_clock_ends_in_time(floor: &Floor) {
    let set = r#"{"offer_timeout_s":20,"wrap_up":{"mode":"timed","seconds":20},"penalty_s":20}"#;
    let set = serde_json::from_str(set).unwrap();
    floor.acd.change_settings(set).await.unwrap();
    floor.store.run_due().await.unwrap();
    let answer = async |contact| {
        let ContactState::Offered(offer) = floor.state(contact).await else {
            panic!("{contact} is not offered");
        };
        (offer.agent, offer.number)
    };
    leaping(floor, async || {
        for name in ["wraps", "rests", "rings"] {
            floor.available_agent(name, name).await;
            let contact = floor.contact(name).await;
            let (agent, number) = answer(contact).await;
            if name == "wraps" {
                let accepted = floor.acd.accept_offer(contact, &agent, number).await;
                accepted.unwrap();
                floor.complete(contact).await;
            } else if name == "rests" {
                let rejected = floor.acd.reject_offer(contact, &agent, number, None).await;
                rejected.unwrap();
            }
        }
        floor.store.run_due().await.unwrap();
    })
    .await;
    floor.store.run_due().await.unwrap();
    floor.pass(SECOND * 30);
    floor.store.run_due().await.unwrap();
    let swept = floor.clock.now().millis();
    for (name, activity) in [
        ("wraps", "wrap_up"),
        ("rests", "penalty"),
        ("rings", "offered"),
    ] {
        let state = floor.look(name).await.state;
        let told = (state.activity(), state.until());
        assert_eq!(told, (activity, Some(Millis(swept.0 + 20_000))), "{name}");
    }
    floor.pass(SECOND * 20);
    let due = floor.store.run_due().await.unwrap();
    assert!(due.next.since(due.now) <= 30_000, "{due:?}");
    let activity = async |name| floor.look(name).await.state.activity();
    assert_eq!(activity("wraps").await, "idle");
    assert_eq!(activity("rests").await, "offered", "what they had rejected");
    assert_eq!(activity("rings").await, "penalty");
}

/// A clock that is set back by days behaves as if it had been ahead before.
pub async fn a_clock_that_goes_back_delays_nothing(floor: &Floor) {
    floor.available_agent("ann", "Sales").await;
    let first = floor.contact("English").await;
    let now = floor.clock.now();
    floor.clock.set(Moment(now.0 - THREE_DAYS));
    let second = floor.contact("English").await;
    assert_eq!(floor.waiting_ids().await, [first, second]);
    floor.store.run_due().await.unwrap();
    floor.pass(SECOND * 30);
    floor.store.run_due().await.unwrap();
    let now = floor.clock.now().millis();
    assert_eq!(floor.look("ann").await.changed, now);
    let figures = floor.acd.figures(Millis(now.0 - 60_000)).await.unwrap();
    assert_eq!(figures.all.created, 1);
}
