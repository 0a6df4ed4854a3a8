//! Keys as tests write them: a letter, or a sign for other keys.

#![allow(dead_code, reason = "each test takes what it needs")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use tui::console::Model;
use tui::console::effect::{Effect, Task};
use tui::console::message::Message;
use tui::console::update::update;
use tui::console::view;
use tui::request::Request;

/// Returns the event of a key; ¤ is Ctrl-U, which empties a line.
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

/// Presses keys, and returns the effects of the last.
pub(crate) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.chars()
        .fold(vec![], |_, key| update(model, Message::Key(event(key))))
}

/// Returns the request to the ACD among the effects.
pub(crate) fn asked(effects: &[Effect]) -> Option<&Request> {
    effects.iter().find_map(|effect| match effect {
        Effect::Run(Task::Ask(request)) => Some(request),
        _ => None,
    })
}

/// Returns the notice on the screen.
pub(crate) fn notice(model: &Model) -> &str {
    model.notice.as_ref().map_or("", |notice| &notice.text)
}

/// Returns the lines of the screen.
pub(crate) fn drawn(model: &Model, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    view::draw(model, &mut buffer, area);
    let rows = buffer.content.chunks(usize::from(width));
    rows.map(|row| {
        let line: String = row.iter().map(Cell::symbol).collect();
        line.trim_end().to_owned() + "\n"
    })
    .collect()
}
