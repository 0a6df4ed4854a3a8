//! The prompt for a filter: typing it, keeping it, going back to the one before.

use ratatui::buffer::Buffer;

use super::{Overlay, prompt};
use crate::console::effect::Effect;
use crate::console::keys::Action;
use crate::console::layout::Layout;
use crate::console::pane::filter::Filter;
use crate::console::{Model, Pane};
use crate::parts::input::{InputLine, after, draw_input};
use crate::parts::paint::{put, put_pieces};
use crate::query::Wrong;
use crate::theme::{Role, Theme};

/// A filter being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterPrompt {
    /// The pane.
    pub pane: Pane,
    /// The text typed so far.
    pub line: InputLine,
    /// The previous filter, restored by Esc.
    pub before: Filter,
    /// What is wrong with the text; until it is right, the last valid filter applies.
    pub wrong: Option<Wrong>,
}

/// Opens the filter prompt for the focused pane.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    let pane = model.focus;
    let before = model.filters.of(pane).clone();
    model.overlay = Some(Overlay::Filter(FilterPrompt {
        pane,
        line: InputLine::new(before.text.clone()),
        before,
        wrong: None,
    }));
    vec![Effect::Draw]
}

/// Does what a key means in the prompt.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    match action {
        Action::Enter => Some(keep(model)),
        Action::Dismiss => Some(restore(model)),
        _ => None,
    }
}

/// Applies the typed text as the filter. If it does not parse, the last valid one stays.
pub(super) fn typed(model: &mut Model) {
    let Some(Overlay::Filter(prompt)) = &mut model.overlay else {
        return;
    };
    let pane = prompt.pane;
    match Filter::parse(prompt.line.text(), pane) {
        Ok(filter) => {
            prompt.wrong = None;
            model.filters.set(pane, filter);
            model.follow_choice(pane);
        }
        Err(wrong) => prompt.wrong = Some(wrong),
    }
}

/// Closes the prompt and keeps the filter, unless it does not parse.
fn keep(model: &mut Model) -> Vec<Effect> {
    if let Some(Overlay::Filter(prompt)) = &model.overlay
        && prompt.wrong.is_none()
    {
        model.overlay = None;
    }
    vec![Effect::Draw]
}

/// Closes the prompt and restores the previous filter.
fn restore(model: &mut Model) -> Vec<Effect> {
    if let Some(Overlay::Filter(prompt)) = model.overlay.take() {
        model.filters.set(prompt.pane, prompt.before);
        model.follow_choice(prompt.pane);
    }
    vec![Effect::Draw]
}

/// Draws the prompt in place of the notice and the hints.
pub(super) fn draw(theme: Theme, buffer: &mut Buffer, layout: &Layout, prompt: &FilterPrompt) {
    let (line, below) = prompt::lines(buffer, layout);
    let label = format!(" {} / ", prompt.pane);
    let pieces = [(label, theme.style(Role::Key))];
    let taken = put_pieces(buffer, line, &pieces);
    let cells = after(line, taken);
    let scrolled = draw_input(theme, buffer, cells, &prompt.line, true);
    if let Some(wrong) = &prompt.wrong {
        let column = prompt::column_of(cells, &prompt.line, wrong, scrolled);
        prompt::caret(theme, buffer, below, column, wrong);
    } else {
        let text = format!(" Enter keep  Esc back  {}", prompt.pane.kind().examples());
        put(
            buffer,
            below.x,
            below.y,
            below.width,
            &text,
            theme.style(Role::Quiet),
        );
    }
}
