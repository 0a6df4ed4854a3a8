//! `--read-only`: no key sends a request to the ACD, and each one refused says why.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::process::Command;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui::console::effect::{Effect, Task};
use tui::console::message::Message;
use tui::console::update::update;
use tui::console::{Model, Rights};
use tui::sample;

fn press(model: &mut Model, key: char) -> Vec<Effect> {
    let event = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
    update(model, Message::Key(event))
}

#[tokio::test]
async fn no_key_of_the_console_asks_anything() {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    model.rights = Rights::Looking;
    press(&mut model, '3');
    press(&mut model, 'j');
    for key in ['a', 'i', 'O'] {
        let effects = press(&mut model, key);
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, Effect::Run(Task::Ask(_))))
        );
        assert_eq!(model.overlay, None);
        let notice = model.notice.take().unwrap();
        assert!(
            notice.text.contains("--read-only"),
            "{key}: {}",
            notice.text
        );
    }
    for key in ' '..='~' {
        let effects = press(&mut model, key);
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, Effect::Run(Task::Ask(_))))
        );
    }
}

#[test]
fn commands_that_change_something_are_refused() {
    for arguments in ["inject", "acd close", "agent agent:7 available"] {
        let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
            .args(arguments.split(' '))
            .arg("--read-only")
            .env("REDIS_URL", "redis://127.0.0.1:1")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments}");
        let why = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            why,
            "switchboard: not sent: --read-only allows no changes\n"
        );
    }
}
