//! Offers and wrap-up on the desk.

use crossterm::event::KeyCode;
use shared::Acd as _;
use shared::agent::{AgentState, Presence};
use shared::contact::{ContactId, ContactState};
use shared::time::Millis;
use tui::desk::Desk;
use tui::desk::model::DeskOverlay;
use tui::perform::perform;
use tui::polled::PolledMessage;

use crate::floor::{TestFloor, asked, drawn, keys, notice, press};

/// Offers, two misses, a short penalty and wrap-up of half a minute.
const OFFERS: &str = r#"{"offer_timeout_s":20,"wrap_up":{"mode":"timed","seconds":30}}"#;

/// A floor with these settings, where Ada is available and an English contact has just arrived.
pub(crate) async fn floor_with(settings: &str) -> (TestFloor, ContactId) {
    let mut floor = TestFloor::new().await;
    let change = serde_json::from_str(settings).unwrap();
    floor.acd.change_settings(change).await.unwrap();
    floor.present(Presence::Available).await;
    let contact = floor.contact(&["English"]).await;
    (floor, contact)
}

/// Lets time pass, with what is due, and reads the floor.
async fn later(floor: &TestFloor, desk: &mut Desk, seconds: u64) {
    for _ in 0..seconds {
        floor.after(1);
        shared::store::Store::run_due(&floor.acd).await.unwrap();
    }
    floor.read(desk).await;
}

/// Presses keys, sends what they ask for, tells the desk the answer and reads the floor.
pub(crate) async fn does(floor: &TestFloor, desk: &mut Desk, pressed: &str) {
    for key in pressed.chars() {
        let code = match key {
            '⏎' => KeyCode::Enter,
            key => KeyCode::Char(key),
        };
        let effects = press(desk, code);
        if let Some(request) = asked(&effects) {
            let answer = perform(&floor.acd, request).await;
            desk.update(PolledMessage::Answered(answer.map_err(Into::into)));
            floor.read(desk).await;
        }
    }
}

async fn ringing() -> Desk {
    let (floor, _) = floor_with(OFFERS).await;
    let mut desk = floor.desk().await;
    later(&floor, &mut desk, 8).await;
    desk
}

async fn wrapping_up() -> (TestFloor, Desk, ContactId) {
    let settings = r#"{"offer_timeout_s":20,"wrap_up":{"mode":"timed","seconds":30},
                       "dispositions":["sold","not sold"]}"#;
    let (floor, contact) = floor_with(settings).await;
    let mut desk = floor.desk().await;
    does(&floor, &mut desk, "⏎c").await;
    later(&floor, &mut desk, 5).await;
    (floor, desk, contact)
}

async fn not_responding() -> (TestFloor, Desk, ContactId) {
    let (floor, contact) = floor_with(OFFERS).await;
    let mut desk = floor.desk().await;
    later(&floor, &mut desk, 50).await;
    (floor, desk, contact)
}

#[tokio::test]
async fn an_offer_counts_down_and_enter_accepts_it() {
    let (floor, contact) = floor_with(OFFERS).await;
    let mut desk = floor.desk().await;
    later(&floor, &mut desk, 8).await;
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("◎ OFFERED   12s left"), "{screen}");
    assert!(screen.contains("Enter accept"), "{screen}");
    // The desk counts between two polls.
    desk.update(PolledMessage::Second(Millis(desk.clock.0 + 3_000)));
    assert!(drawn(&desk, 80, 24).contains("9s left"));
    assert_eq!(asked(&keys(&mut desk, "c")), None, "nobody is on it yet");
    does(&floor, &mut desk, "⏎").await;
    let state = floor.acd.contact(contact).await.unwrap().state;
    assert_eq!(state.agent(), Some(&floor.me));
    assert!(drawn(&desk, 80, 24).contains("■ BUSY"));
    does(&floor, &mut desk, "⏎").await;
    assert!(notice(&desk).contains("You are on"), "{}", notice(&desk));
}

#[tokio::test]
async fn a_late_accept_says_what_is_true_now() {
    let (floor, contact) = floor_with(OFFERS).await;
    let mut desk = floor.desk().await;
    let request = asked(&press(&mut desk, KeyCode::Enter)).cloned().unwrap();
    floor.after(20);
    let late = perform(&floor.acd, &request).await.unwrap_err();
    desk.update(PolledMessage::Answered(Err(late.into())));
    assert!(notice(&desk).starts_with("Not done: "), "{}", notice(&desk));
    assert!(notice(&desk).contains(&contact.to_string()));
    later(&floor, &mut desk, 1).await;
    assert!(
        notice(&desk).starts_with("You missed c-"),
        "{}",
        notice(&desk)
    );
    assert_eq!(asked(&press(&mut desk, KeyCode::Enter)), None);
    assert_eq!(notice(&desk), "No contact is offered to you now.");
}

#[tokio::test]
async fn x_rejects_and_whoever_misses_twice_comes_back_with_space() {
    let (floor, contact) = floor_with(OFFERS).await;
    let mut desk = floor.desk().await;
    does(&floor, &mut desk, "x").await;
    assert!(notice(&desk).contains("rejected c-"), "{}", notice(&desk));
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("◌ PENALTY   5s left"), "{screen}");
    assert_eq!(asked(&keys(&mut desk, "x")), None);

    let (floor, mut desk, again) = not_responding().await;
    assert_eq!(contact, again);
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("! NOT RESPONDING"), "{screen}");
    assert!(screen.contains("2 offers in a row"), "{screen}");
    does(&floor, &mut desk, " ").await;
    let state = &desk.agent().unwrap().state;
    assert!(matches!(state, AgentState::Offered { .. }), "{state:?}");
    assert_eq!(desk.agent().unwrap().misses, 0);
}

#[tokio::test]
async fn an_offer_that_is_taken_away_is_told() {
    let (floor, contact) = floor_with(OFFERS).await;
    let mut desk = floor.desk().await;
    let anything = shared::seen::ContactSeen::ANYTHING;
    floor.acd.cancel_contact(contact, &anything).await.unwrap();
    floor.read(&mut desk).await;
    let said = notice(&desk);
    assert!(said.ends_with("is no longer offered to you."), "{said}");
    assert_eq!(desk.kept, [] as [&str; 0]);
}

#[tokio::test]
async fn wrap_up_is_extended_described_and_ended() {
    let (floor, mut desk, contact) = wrapping_up().await;
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("◆ WRAP-UP   25s left"), "{screen}");
    assert_eq!(desk.kept, [] as [&str; 0], "it ended at this desk");
    does(&floor, &mut desk, "m").await;
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("◆ WRAP-UP   1:25 left"), "{screen}");
    does(&floor, &mut desk, "wj⏎").await;
    does(&floor, &mut desk, "npays later⏎").await;
    let found = floor.acd.contact(contact).await.unwrap();
    assert_eq!(found.disposition.unwrap().as_str(), "not sold");
    assert_eq!(found.note.unwrap().as_str(), "pays later");
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("outcome  not sold"), "{screen}");
    does(&floor, &mut desk, "d").await;
    let state = &desk.agent().unwrap().state;
    assert!(matches!(state, AgentState::Available { .. }), "{state:?}");
    for key in ["d", "m", "w", "n"] {
        assert_eq!(asked(&keys(&mut desk, key)), None, "{key}");
        assert_eq!(desk.overlay, None, "{key}");
    }
}

#[tokio::test]
async fn what_is_said_during_a_contact_is_sent_when_it_is_completed() {
    let (floor, contact) = floor_with("{}").await;
    let mut desk = floor.desk().await;
    keys(&mut desk, "wa*");
    assert_eq!(
        desk.overlay,
        Some(DeskOverlay::Saying(
            tui::desk::model::Saying::Disposition,
            "a*".to_owned()
        ))
    );
    press(&mut desk, KeyCode::Backspace);
    does(&floor, &mut desk, "⏎").await;
    let before = floor.acd.contact(contact).await.unwrap();
    assert_eq!(before.disposition, None);
    does(&floor, &mut desk, "c").await;
    let found = floor.acd.contact(contact).await.unwrap();
    assert!(matches!(found.state, ContactState::Complete { .. }));
    assert_eq!(found.disposition.unwrap().as_str(), "a");
}

#[tokio::test]
async fn wrap_up_without_an_end_lasts_until_done() {
    let (floor, _) = floor_with(r#"{"wrap_up":{"mode":"manual"}}"#).await;
    let mut desk = floor.desk().await;
    does(&floor, &mut desk, "c").await;
    later(&floor, &mut desk, 100).await;
    let screen = drawn(&desk, 80, 24);
    assert!(screen.contains("◆ WRAP-UP   1:40"), "{screen}");
    assert!(!screen.contains("left"), "{screen}");
    assert!(!screen.contains("+1 min"), "{screen}");
    assert_eq!(asked(&keys(&mut desk, "m")), None);
    assert!(notice(&desk).contains("until you say"), "{}", notice(&desk));
    does(&floor, &mut desk, "d").await;
    let state = &desk.agent().unwrap().state;
    assert!(matches!(state, AgentState::Available { .. }), "{state:?}");
}

#[tokio::test]
async fn the_dispositions_of_the_type_come_before_those_of_the_floor() {
    let (floor, _) = floor_with(r#"{"dispositions":["sold"],"wrap_up":{"mode":"manual"}}"#).await;
    let settings = serde_json::from_str(r#"{"dispositions":["fixed","broken"]}"#).unwrap();
    let name = "repair".parse().unwrap();
    floor.acd.set_type(&name, settings).await.unwrap();
    let mut desk = floor.desk().await;
    assert_eq!(desk.dispositions(), Some(vec!["sold"]));
    does(&floor, &mut desk, "cd").await;
    let id = ContactId::for_key("desk", "repair");
    let skills = vec!["English".parse().unwrap()];
    let contact = shared::contact::NewContact::needing(id, skills).unwrap();
    let contact = contact.of_type(Some(name));
    floor.acd.create_contact(contact).await.unwrap();
    floor.read(&mut desk).await;
    assert_eq!(desk.dispositions(), Some(vec!["fixed", "broken"]));
    assert!(drawn(&desk, 80, 24).contains("w outcome"), "hinted at");
}

macro_rules! screen {
    ($name:ident, $desk:expr, $width:literal x $height:literal) => {
        #[tokio::test]
        async fn $name() {
            insta::assert_snapshot!(drawn(&$desk, $width, $height));
        }
    };
}

screen!(offered_at_80x24, ringing().await, 80 x 24);
screen!(offered_at_40x10, ringing().await, 40 x 10);
screen!(offered_at_20x4, ringing().await, 20 x 4);
screen!(wrap_up_at_80x24, wrapping_up().await.1, 80 x 24);
screen!(wrap_up_at_40x10, wrapping_up().await.1, 40 x 10);
screen!(not_responding_at_80x24, not_responding().await.1, 80 x 24);
screen!(dispositions_at_80x24, choosing().await, 80 x 24);

async fn choosing() -> Desk {
    let (_, mut desk, _) = wrapping_up().await;
    keys(&mut desk, "wj");
    desk
}
