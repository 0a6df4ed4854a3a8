//! The mouse: a click selects a row or sorts by a heading, a double click opens, the wheel scrolls.
//! What covers the panes can be clicked too: fields, buttons, answers, keys in the help,
//! completions.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use shared::time::Millis;

use crate::console::effect::Effect;
use crate::console::keys::Action;
use crate::console::overlay::{self, Target, command, dialog};
use crate::console::pane::hit::{Hit, hit};
use crate::console::pane::walk;
use crate::console::{Click, Model, Pane, detail};
use crate::parts::cursor::Motion;

/// The time within which two clicks are a double click, in milliseconds.
const TWICE_WITHIN: u64 = 400;

/// Handles a mouse event.
pub(super) fn mouse(model: &mut Model, event: MouseEvent, at: Millis) -> Vec<Effect> {
    let motion = match event.kind {
        MouseEventKind::ScrollDown => Motion::Down,
        MouseEventKind::ScrollUp => Motion::Up,
        MouseEventKind::Down(MouseButton::Left) if model.overlay.is_none() => {
            return click(model, event.column, event.row, at);
        }
        MouseEventKind::Down(MouseButton::Left) => {
            return click_above(model, event.column, event.row);
        }
        _ => return vec![],
    };
    if model.overlay.is_some() {
        return overlay::act(model, Action::Move(motion)).unwrap_or_default();
    }
    match hit(model, event.column, event.row) {
        Some(Hit::Detail) => detail::scroll(model, motion),
        Some(Hit::Row(pane, _) | Hit::Head(pane, _) | Hit::Pane(pane)) => {
            model.focus = pane;
            model.follow();
            let mut effects = walk::go(model, motion);
            effects.extend(detail::follow(model));
            effects
        }
        None => vec![],
    }
}

/// Captures the mouse, or releases it to the terminal.
pub(super) fn take(model: &mut Model) -> Vec<Effect> {
    model.mouse.ours = !model.mouse.ours;
    model.say(if model.mouse.ours {
        "The mouse selects rows again."
    } else {
        "The terminal has the mouse now, to mark text. m takes it back."
    });
    vec![Effect::Mouse(model.mouse.ours), Effect::Draw]
}

fn click(model: &mut Model, x: u16, y: u16, at: Millis) -> Vec<Effect> {
    let Some(hit) = hit(model, x, y) else {
        return vec![];
    };
    match hit {
        Hit::Detail => return vec![],
        Hit::Pane(pane) => model.focus = pane,
        Hit::Head(pane, column) => {
            model.focus = pane;
            model.sorts.by(pane, column);
            model.follow();
        }
        Hit::Row(pane, row) => return click_on_row(model, pane, row, at),
    }
    vec![Effect::Draw]
}

/// Handles a click while something covers the panes. A click outside it has no effect.
fn click_above(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    match overlay::target_at(model, x, y) {
        Some(Target::Field(field)) => {
            dialog::to(model, field);
            vec![Effect::Draw]
        }
        Some(Target::Button) => dialog::press(model),
        Some(Target::Yes) => super::act(model, Action::Yes),
        Some(Target::No) => super::act(model, Action::No),
        Some(Target::Key(action)) => {
            model.overlay = None;
            super::act(model, action)
        }
        Some(Target::Word(word)) => command::replace(model, word.typed, &word.word),
        None => vec![],
    }
}

fn click_on_row(model: &mut Model, pane: Pane, row: usize, at: Millis) -> Vec<Effect> {
    model.focus = pane;
    // Rows move: the second click must be on the same item, not only on the same row.
    let before = walk::selected_in(model, pane);
    walk::select(model, pane, row);
    let same = before.is_some() && before == walk::selected_in(model, pane);
    let click = Click { pane, row, at };
    let twice = model
        .mouse
        .click
        .is_some_and(|before| before.pane == pane && same && at.since(before.at) <= TWICE_WITHIN);
    model.mouse.click = if twice { None } else { Some(click) };
    let mut effects = if twice {
        detail::enter(model)
    } else {
        detail::follow(model)
    };
    effects.push(Effect::Draw);
    effects
}
