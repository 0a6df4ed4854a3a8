//! Messages that are longer than the screen is wide keep their beginning and the remedy at their end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use shared::time::Millis;
use tui::console::Model;
use tui::console::message::Message;
use tui::console::update::update;
use tui::sample;

use input::{drawn, press};

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

/// Returns the words on a screen.
fn words(model: &Model, width: u16, height: u16) -> String {
    let screen = drawn(model, width, height);
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn what_would_be_right_in_a_command_is_shown_at_80_columns() {
    for (line, remedy) in [
        (":fly⏎", "requeue, set, skills, sort, type, types, window"),
        (
            ":inject Billing,English,French,Spanish,Technical,Sa|les⏎",
            "but none of , | { } * \"",
        ),
        ("/wait>30s (skill:Billing or state:asleep", "unavailable"),
    ] {
        let mut model = live().await;
        press(&mut model, line);
        let screen = drawn(&model, 80, 24);
        assert!(words(&model, 80, 24).contains(remedy), "{line}: {screen}");
        assert!(
            screen
                .lines()
                .any(|line| line.trim() == "^" || line.contains("^ "))
        );
    }
}

#[tokio::test]
async fn a_long_notice_takes_two_lines_and_then_loses_its_middle() {
    let refusal = "c-1a2b3c4d not cancelled: contact:0198f2a4-0000-7000-8000-00001a2b3c4d is not with \
         agent agent:2: it ended a moment ago, handled; nothing was done, so read it again";
    let mut model = live().await;
    model.refuse(refusal);
    assert!(words(&model, 120, 36).contains(refusal));
    let screen = words(&model, 80, 24);
    for part in ["! c-1a2b3c4d not cancelled: ", "so read it again"] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    let screen = words(&model, 40, 10);
    for part in ["! c-1a2b3c4d not", "…", "read it again"] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    // Everything else stays on the screen.
    assert!(screen.contains("Queue 9"), "{screen}");

    model.say("short");
    assert_eq!(
        drawn(&model, 80, 24).lines().count(),
        24,
        "one line is enough"
    );
}

#[tokio::test]
async fn the_banner_keeps_the_key_that_tries_again() {
    let mut model = live().await;
    let gone = Message::StoreUnavailable {
        since: Millis(model.clock.0),
        why: "the store is not reachable: connection refused by the host of that name".to_owned(),
    };
    update(&mut model, gone);
    for (width, height) in [(80, 24), (60, 20)] {
        let screen = words(&model, width, height);
        assert!(screen.contains("(r tries again now)"), "{screen}");
        assert!(screen.contains("! store unavailable since"), "{screen}");
    }
}
