//! Keys as tests write them: a letter, or a sign for a key that has none.

#![allow(dead_code, reason = "each test takes what it needs")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui::effect::Effect;
use tui::message::Message;
use tui::model::Model;
use tui::request::Request;
use tui::update::update;

/// Gives the event of a key; ¤ is control and u, which empties a line.
pub(crate) fn event(key: char) -> KeyEvent {
    let code = match key {
        '⏎' => KeyCode::Enter,
        '⎋' => KeyCode::Esc,
        '⇥' => KeyCode::Tab,
        '⌫' => KeyCode::Backspace,
        '↑' => KeyCode::Up,
        '↓' => KeyCode::Down,
        '←' => KeyCode::Left,
        '→' => KeyCode::Right,
        '¤' => return KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL),
        key => KeyCode::Char(key),
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// Presses keys, and gives what came of the last.
pub(crate) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.chars()
        .fold(vec![], |_, key| update(model, Message::Key(event(key))))
}

/// Gives what is asked of the ACD.
pub(crate) fn asked(effects: &[Effect]) -> Option<&Request> {
    effects.iter().find_map(|effect| match effect {
        Effect::Ask(request) => Some(request),
        _ => None,
    })
}

/// Gives the notice that stands on the screen.
pub(crate) fn notice(model: &Model) -> &str {
    model.notice.as_ref().map_or("", |notice| &notice.text)
}
