//! Offers, completions and notes that meet an open box of the desk.

use crossterm::event::KeyCode;
use shared::Acd as _;
use shared::agent::{AgentState, Presence};
use shared::seen::ContactSeen;
use tui::desk::model::{DeskOverlay, Saying};

use crate::floor::{TestFloor, asked, drawn, keys, notice, press};
use crate::offers::{does, floor_with};

const OFFERS: &str = r#"{"offer_timeout_s":20}"#;

#[tokio::test]
async fn an_offer_says_to_close_what_covers_the_desk() {
    for (opened, cover) in [("o", "the list"), ("?", "the help"), ("o4", "the box")] {
        let (mut floor, mut desk) = available().await;
        keys(&mut desk, opened);
        floor.contact(&["English"]).await;
        floor.read(&mut desk).await;
        let says = format!("Esc closes {cover}; then Enter accepts");
        assert!(notice(&desk).contains(&says), "{}", notice(&desk));
        desk.notice = None;
        if opened != "?" {
            let screen = drawn(&desk, 80, 24);
            assert!(screen.contains(&says), "{screen}");
        }
        press(&mut desk, KeyCode::Esc);
        let screen = drawn(&desk, 80, 24);
        assert!(
            screen.contains("Enter accepts it, x rejects it"),
            "{screen}"
        );
        does(&floor, &mut desk, "⏎").await;
        assert!(desk.agent().unwrap().state.is_busy());
    }
}

#[tokio::test]
async fn a_key_meant_for_an_offer_gives_no_reason() {
    for pressed in ["o⏎", "o ", "o2", "o4lunch⏎"] {
        let (mut floor, mut desk) = available().await;
        let (before, last) =
            pressed.split_at(pressed.len() - pressed.chars().last().unwrap().len_utf8());
        does(&floor, &mut desk, before).await;
        floor.contact(&["English"]).await;
        floor.read(&mut desk).await;
        does(&floor, &mut desk, last).await;
        assert_eq!(desk.overlay, None, "{pressed}");
        assert!(
            notice(&desk).contains("offered to you meanwhile"),
            "{pressed}"
        );
        let state = &desk.agent().unwrap().state;
        assert!(matches!(state, AgentState::Offered { .. }), "{state:?}");
        // Chosen in view of the offer, a reason counts.
        does(&floor, &mut desk, "o2").await;
        let state = &desk.agent().unwrap().state;
        assert!(matches!(state, AgentState::Unavailable { .. }), "{state:?}");
    }
}

async fn available() -> (TestFloor, tui::desk::Desk) {
    let floor = TestFloor::new().await;
    let change = serde_json::from_str(OFFERS).unwrap();
    floor.acd.change_settings(change).await.unwrap();
    floor.present(Presence::Available).await;
    let desk = floor.desk().await;
    (floor, desk)
}

#[tokio::test]
async fn the_box_of_a_note_begins_with_the_present_one() {
    let (floor, contact) = floor_with(r#"{"wrap_up":{"mode":"manual"}}"#).await;
    let mut desk = floor.desk().await;
    does(&floor, &mut desk, "npays⏎").await;
    does(&floor, &mut desk, "n later⏎c").await;
    let note = async || floor.acd.contact(contact).await.unwrap().note.unwrap();
    assert_eq!(note().await.as_str(), "pays later");
    keys(&mut desk, "n");
    let open = |text: &str| Some(DeskOverlay::Saying(Saying::Note, text.to_owned()));
    assert_eq!(desk.overlay, open("pays later"));
    assert_eq!(asked(&press(&mut desk, KeyCode::Enter)), None);
    assert_eq!(notice(&desk), "The note is unchanged.");
    keys(&mut desk, "n");
    for _ in 0..10 {
        press(&mut desk, KeyCode::Backspace);
    }
    assert_eq!(asked(&press(&mut desk, KeyCode::Enter)), None);
    assert_eq!(desk.overlay, open(""));
    assert!(notice(&desk).starts_with("The note is not removed"));
    does(&floor, &mut desk, "by card⏎").await;
    assert_eq!(note().await.as_str(), "by card");
}

/// Completes the contact elsewhere.
async fn completed_elsewhere(floor: &TestFloor, contact: shared::contact::ContactId) {
    let seen = ContactSeen::ANYTHING;
    let done = floor.acd.complete_contact(contact, &seen);
    done.await.unwrap();
}

#[tokio::test]
async fn what_was_said_is_sent_in_wrap_up_if_somebody_else_completes_the_contact() {
    let (floor, contact) = floor_with(r#"{"wrap_up":{"mode":"manual"}}"#).await;
    let mut desk = floor.desk().await;
    does(&floor, &mut desk, "wsold⏎npays later⏎").await;
    completed_elsewhere(&floor, contact).await;
    let effects = floor.read_with_effects(&mut desk).await;
    let request = asked(&effects).expect("it is sent");
    tui::perform::perform(&floor.acd, request).await.unwrap();
    let found = floor.acd.contact(contact).await.unwrap();
    assert_eq!(found.disposition.unwrap().as_str(), "sold");
    assert_eq!(found.note.unwrap().as_str(), "pays later");
    let effects = floor.read_with_effects(&mut desk).await;
    assert_eq!(asked(&effects), None, "once");
    assert_eq!(desk.kept, [] as [&str; 0]);
}

#[tokio::test]
async fn what_was_said_and_cannot_be_sent_is_told() {
    let (floor, contact) = floor_with("{}").await;
    let mut desk = floor.desk().await;
    does(&floor, &mut desk, "wsold⏎npays later⏎").await;
    let mut late = desk.clone();
    completed_elsewhere(&floor, contact).await;
    floor.read(&mut desk).await;
    let [told] = desk.kept.as_slice() else {
        panic!("{:?}", desk.kept);
    };
    assert!(
        told.ends_with("was not sent: outcome sold, note pays later."),
        "{told}"
    );
    does(&floor, &mut late, "c").await;
    let says = "It had ended before: outcome sold, note pays later, was not added now.";
    assert!(notice(&late).ends_with(says), "{}", notice(&late));
}

#[tokio::test]
async fn what_this_desk_completed_is_sent_once() {
    for settings in ["{}", r#"{"wrap_up":{"mode":"manual"}}"#] {
        let (floor, contact) = floor_with(settings).await;
        let mut desk = floor.desk().await;
        does(&floor, &mut desk, "wsold⏎c").await;
        let effects = floor.read_with_effects(&mut desk).await;
        assert_eq!(asked(&effects), None, "{settings}");
        assert_eq!((desk.kept.len(), &desk.remarks), (0, &None), "{settings}");
        let found = floor.acd.contact(contact).await.unwrap();
        assert_eq!(found.disposition.unwrap().as_str(), "sold");
    }
}
