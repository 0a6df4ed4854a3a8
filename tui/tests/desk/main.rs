//! The desk with an embedded floor: the requests of its keys, when they refuse, and its screens.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod boxes;
mod floor;
mod offers;
mod reasons;

use shared::Acd as _;
use shared::agent::Presence;
use shared::contact::{ContactId, Remarks};
use shared::operation::Operation;
use shared::seen::{AgentSeen, ContactSeen};
use shared::time::Millis;
use tui::desk::Desk;
use tui::desk::poll::read_after;
use tui::parts::effect::Effect;
use tui::polled::{PolledMessage, Task};
use tui::request::Request;
use tui::sample;

use crate::floor::*;

#[tokio::test]
async fn space_is_available_or_not_and_on_a_contact_after_it() {
    let floor = TestFloor::new().await;
    let mut desk = floor.desk().await;
    let become_available = to_be(Presence::Available, false);
    assert_eq!(asked(&keys(&mut desk, " ")), Some(&become_available));
    let stop = to_be(Presence::Unavailable(None), false);
    assert_eq!(asked(&keys(&mut free().await, " ")), Some(&stop));
    let (floor, mut desk) = busy().await;
    let after_it = to_be(Presence::Unavailable(None), true);
    assert_eq!(asked(&keys(&mut desk, " ")), Some(&after_it));
    floor.present(Presence::Unavailable(None)).await;
    floor.read(&mut desk).await;
    let on_again = to_be(Presence::Available, true);
    assert_eq!(asked(&keys(&mut desk, " ")), Some(&on_again));
}

#[tokio::test]
async fn c_completes_the_contact_if_there_is_one() {
    let (_, mut desk) = busy().await;
    let mine = ContactId::for_key("desk", "1");
    let complete = Request::Apply(Operation::CompleteContact {
        id: mine,
        seen: ContactSeen::with(desk.me.clone()),
        remarks: Remarks::default(),
    });
    assert_eq!(asked(&keys(&mut desk, "c")), Some(&complete));
    let mut desk = free().await;
    assert_eq!(asked(&keys(&mut desk, "c")), None);
    assert_eq!(notice(&desk), "You are not on a contact.");
}

#[tokio::test]
async fn while_the_store_is_away_keys_refuse_and_it_returns_by_itself() {
    let mut desk = store_unavailable().await;
    for key in [" ", "c", "o"] {
        assert_eq!(asked(&keys(&mut desk, key)), None);
        assert!(notice(&desk).contains("the store is unavailable"), "{key}");
        assert_eq!(desk.overlay, None);
    }
    assert_eq!(keys(&mut desk, "r"), [Effect::Run(Task::PollNow)]);
    let (floor, _) = busy().await;
    floor.after(30);
    floor.read(&mut desk).await;
    assert!(notice(&desk).starts_with("The store is available again after"));
    assert!(asked(&keys(&mut desk, " ")).is_some());
}

#[tokio::test]
async fn a_key_that_is_held_down_piles_up_nothing() {
    let mut desk = free().await;
    let effects = keys(&mut desk, &" ".repeat(50));
    let asks = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Run(Task::Ask(_))));
    assert_eq!(asks.count(), 4);
}

#[tokio::test]
async fn who_may_only_look_asks_nothing() {
    let (_, mut desk) = busy().await;
    desk.read_only = true;
    for key in [" ", "c", "o"] {
        assert_eq!(asked(&keys(&mut desk, key)), None);
        assert!(notice(&desk).contains("--read-only"), "{key}");
        assert_eq!(desk.overlay, None);
    }
}

#[tokio::test]
async fn of_a_long_queue_it_says_at_least() {
    let mut floor = TestFloor::new().await;
    for _ in 0..120 {
        floor.contact(&["English"]).await;
    }
    floor.contact(&["Klingon"]).await;
    let desk = floor.desk().await;
    let waiting = desk.around().unwrap().waiting;
    assert_eq!((waiting.count, waiting.more), (100, true));
    assert!(drawn(&desk, 80, 24).contains("at least 100 contacts"));
    floor.me = "agent:5".parse().unwrap();
    let desk = floor.desk().await;
    assert!(drawn(&desk, 80, 24).contains("none of the first 100"));
}

#[tokio::test]
async fn leaving_says_what_stays() {
    let (floor, mut desk) = busy().await;
    assert!(desk.last_line().contains("stays available"));
    floor.present(Presence::Unavailable(None)).await;
    floor.read(&mut desk).await;
    assert!(desk.last_line().contains("unavailable when it ends"));
    assert_eq!(keys(&mut desk, "q"), [Effect::Quit]);
}

#[tokio::test]
async fn a_deleted_agent_can_do_nothing_more() {
    let floor = TestFloor::new().await;
    let mut desk = floor.desk().await;
    floor
        .acd
        .delete_agent(&floor.me, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    floor.read(&mut desk).await;
    assert_eq!(asked(&keys(&mut desk, " c")), None);
    assert_eq!(notice(&desk), "Agent agent:1 no longer exists.");
}

#[tokio::test]
async fn a_desk_does_nothing_for_another_agent_who_gets_the_id_of_its_own() {
    let says = "Agent agent:1 was deleted and created again, perhaps for somebody else. This desk does \
                nothing for them: q leaves it.";
    for seen_between in [true, false] {
        let floor = TestFloor::new().await;
        floor.present(Presence::Available).await;
        let mut desk = floor.desk().await;
        floor.after(5);
        let any = AgentSeen::ANYTHING;
        floor.acd.delete_agent(&floor.me, &any).await.unwrap();
        if seen_between {
            floor.read(&mut desk).await;
        }
        floor
            .acd
            .create_agent(sample::agent(0).unwrap())
            .await
            .unwrap();
        floor.read(&mut desk).await;
        assert_eq!(notice(&desk), says);
        assert_eq!(asked(&keys(&mut desk, " co1")), None);
        // Also later, when the other agent works.
        floor.present(Presence::Available).await;
        floor.after(5);
        floor.read(&mut desk).await;
        assert_eq!(asked(&keys(&mut desk, " co1")), None);
        assert_eq!(notice(&desk), says);
        let screen = drawn(&desk, 120, 36);
        assert!(!screen.contains("AVAILABLE"), "{screen}");
        assert!(!screen.contains("no longer exists"), "{screen}");
        assert_eq!(desk.last_line(), "agent:1 was not changed.");
    }
}

/// Polls again for the desk, including what happened to the contact that it showed.
async fn look_again(floor: &TestFloor, desk: &mut Desk) {
    let on = desk.agent().and_then(|agent| agent.state.contact());
    let look = read_after(&floor.acd, &floor.me, desk.visibility, on).await;
    let look = look.unwrap();
    desk.update(PolledMessage::Polled(look.now, look));
}

#[tokio::test]
async fn what_others_did_to_the_contact_is_said_until_a_key_which_acts_on_no_other() {
    let (floor, mut desk) = busy().await;
    let mine = ContactId::for_key("desk", "1");
    let cancelled = floor.acd.cancel_contact(mine, &ContactSeen::ANYTHING);
    cancelled.await.unwrap();
    look_again(&floor, &mut desk).await;
    let on = |desk: &Desk| desk.agent().unwrap().state.contact();
    let next = ContactId::for_key("desk", "2");
    assert_eq!(on(&desk), Some(next), "the next came at once");
    desk.update(PolledMessage::Second(Millis(desk.clock.0 + 60_000)));
    for (width, height) in [(40, 10), (80, 24), (120, 36)] {
        let screen = drawn(&desk, width, height);
        let words: Vec<&str> = screen.split_whitespace().collect();
        let says = "was cancelled at 12:02:59 by a supervisor";
        assert!(words.join(" ").contains(says), "{screen}");
    }
    assert_eq!(asked(&keys(&mut desk, "c")), None, "meant for the other");
    assert_eq!(desk.kept, [] as [&str; 0]);

    let requeued = floor
        .acd
        .requeue_contact(next, &floor.me, &ContactSeen::ANYTHING);
    requeued.await.unwrap();
    look_again(&floor, &mut desk).await;
    let says = "was taken from you at 12:02:59 by a supervisor and put back in the queue";
    let kept = desk.kept.join(" ");
    assert!(kept.contains(says), "{kept}");
    keys(&mut desk, " ");
    floor.present(Presence::Available).await;
    look_again(&floor, &mut desk).await;
    assert_eq!((on(&desk), &desk.kept), (Some(next), &vec![]));

    // A completion elsewhere is reported as a normal end; one at this desk is not reported.
    let completed = floor.acd.complete_contact(next, &ContactSeen::ANYTHING);
    completed.await.unwrap();
    look_again(&floor, &mut desk).await;
    assert!(notice(&desk).contains("not at this desk"));
    assert_eq!(desk.kept, [] as [&str; 0]);
}

macro_rules! screen {
    ($name:ident, $desk:expr, $width:literal x $height:literal) => {
        #[tokio::test]
        async fn $name() {
            insta::assert_snapshot!(drawn(&$desk, $width, $height));
        }
    };
}

screen!(free_at_120x36, free().await, 120 x 36);
screen!(free_at_80x24, free().await, 80 x 24);
screen!(free_at_40x10, free().await, 40 x 10);
screen!(busy_at_120x36, busy().await.1, 120 x 36);
screen!(busy_at_80x24, busy().await.1, 80 x 24);
screen!(busy_at_40x10, busy().await.1, 40 x 10);
screen!(busy_at_20x4, busy().await.1, 20 x 4);
screen!(store_unavailable_at_120x36, store_unavailable().await, 120 x 36);
screen!(store_unavailable_at_80x24, store_unavailable().await, 80 x 24);
screen!(store_unavailable_at_40x10, store_unavailable().await, 40 x 10);
screen!(never_connected_at_120x36, never_connected(), 120 x 36);
screen!(never_connected_at_80x24, never_connected(), 80 x 24);
screen!(never_connected_at_40x10, never_connected(), 40 x 10);
screen!(reasons_at_120x36, after("o").await, 120 x 36);
screen!(help_at_120x36, after("?").await, 120 x 36);
screen!(reasons_at_80x24, after("o").await, 80 x 24);
screen!(reasons_at_40x10, after("oj").await, 40 x 10);
screen!(typing_at_40x10, after("o4dentist").await, 40 x 10);
screen!(help_at_80x24, after("?").await, 80 x 24);
screen!(help_at_40x10, after("?jjjjjjjjjjjjjjjjjjjj").await, 40 x 10);

async fn after(pressed: &str) -> Desk {
    let mut desk = free().await;
    keys(&mut desk, pressed);
    desk
}

#[tokio::test]
async fn no_size_is_too_small_to_draw() {
    for desk in [
        free().await,
        busy().await.1,
        store_unavailable().await,
        after("?").await,
    ] {
        for width in (1..70).step_by(3) {
            for height in 1..22 {
                drawn(&desk, width, height);
            }
        }
    }
}
