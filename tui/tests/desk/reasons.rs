//! The reasons that a desk offers.

use crossterm::event::KeyCode;
use shared::Acd as _;
use shared::agent::Presence;
use tokio::time::{Duration, advance};
use tui::desk::Desk;
use tui::desk::model::DeskOverlay;
use tui::desk::poll::Poller;
use tui::polled::PolledMessage;

use crate::floor::{TestFloor, asked, drawn, free, keys, notice, press, to_be};

#[tokio::test]
async fn a_reason_is_chosen_by_number_by_walking_or_by_typing() {
    let because = |reason: &str| {
        let reason = Some(reason.parse().unwrap());
        to_be(Presence::Unavailable(reason), false)
    };
    let mut desk = free().await;
    assert_eq!(asked(&keys(&mut desk, "o2")), Some(&because("lunch")));
    let mut desk = free().await;
    keys(&mut desk, "ojj");
    let chosen = press(&mut desk, KeyCode::Enter);
    assert_eq!(asked(&chosen), Some(&because("training")));
    let mut desk = free().await;
    keys(&mut desk, "okqx");
    assert_eq!(desk.overlay, None, "q goes back");
    keys(&mut desk, "o4c q?");
    press(&mut desk, KeyCode::Backspace);
    assert_eq!(desk.overlay, Some(DeskOverlay::Typing("c q".to_owned())));
    let typed = press(&mut desk, KeyCode::Enter);
    assert_eq!(asked(&typed), Some(&because("c q")));
}

/// A desk of an idle agent on a floor with these settings.
async fn free_where(settings: &str) -> Desk {
    let floor = TestFloor::new().await;
    let change = serde_json::from_str(settings).unwrap();
    floor.acd.change_settings(change).await.unwrap();
    floor.present(Presence::Available).await;
    floor.desk().await
}

#[tokio::test]
async fn where_the_floor_has_a_list_of_reasons_the_desk_offers_these_and_no_other() {
    let because = |reason: Option<&str>| {
        let reason = reason.map(|reason| reason.parse().unwrap());
        to_be(Presence::Unavailable(reason), false)
    };
    let some = r#"{"reasons":["coffee","back office"]}"#;
    let mut desk = free_where(some).await;
    assert_eq!(asked(&keys(&mut desk, "o3")), None, "there is no third");
    assert_eq!(
        asked(&keys(&mut desk, "2")),
        Some(&because(Some("back office")))
    );
    let mut desk = free_where(some).await;
    keys(&mut desk, "ojj");
    let chosen = press(&mut desk, KeyCode::Enter);
    assert_eq!(
        asked(&chosen),
        Some(&because(Some("coffee"))),
        "it wraps around"
    );
    let mut desk = free_where(r#"{"reasons":[]}"#).await;
    assert_eq!(asked(&keys(&mut desk, "o")), Some(&because(None)));

    let many: Vec<String> = (1..=60).map(|number| format!("reason {number}")).collect();
    let many = serde_json::json!({ "reasons": many }).to_string();
    let mut desk = free_where(&many).await;
    keys(&mut desk, "o");
    keys(&mut desk, &"j".repeat(41));
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("» 42 reason 42"), "{screen}");
}

#[tokio::test]
async fn a_reason_that_is_none_can_be_mended() {
    let mut desk = free().await;
    keys(&mut desk, "o4a*");
    assert_eq!(asked(&press(&mut desk, KeyCode::Enter)), None);
    assert!(notice(&desk).contains("has the character '*'"));
    assert_eq!(desk.overlay, Some(DeskOverlay::Typing("a*".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_changes_is_offered_some_seconds_later() {
    let floor = TestFloor::new().await;
    let mut desk = floor.desk().await;
    let mut poller = Poller::new(floor.me.clone(), desk.visibility);
    for (passes, offered) in [
        (Duration::ZERO, "break"),
        (Poller::REASONS_LAST / 2, "break"),
        (Poller::REASONS_LAST / 2, "coffee"),
    ] {
        advance(passes).await;
        let look = poller.poll(&floor.acd).await.unwrap();
        desk.update(PolledMessage::Polled(look.now, look));
        assert_eq!(desk.reasons().0[0], offered);
        let change = serde_json::from_str(r#"{"reasons":["coffee"]}"#).unwrap();
        floor.acd.change_settings(change).await.unwrap();
    }
}
