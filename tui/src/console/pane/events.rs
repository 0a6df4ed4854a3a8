//! The events, newest first, as sentences.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use shared::contact::Outcome;
use shared::event::What;

use super::frame;
use super::table::window;
use crate::console::log::Entry;
use crate::console::{Model, Pane};
use crate::parts::paint::{lines, put_pieces};
use crate::sentence;
use crate::text::{clean, time_of_day};
use crate::theme::{Role, Theme};

/// Draws the newest events, or those at the scroll position.
pub(crate) fn draw(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    if model.log.is_empty() {
        frame::empty(theme, buffer, area, "Nothing has happened yet.");
        return;
    }
    let rows = model.row_count(Pane::Events);
    if rows == 0 {
        frame::nothing_left(theme, buffer, area);
    }
    let seen = window(rows, model.events_back, usize::from(area.height));
    let shown = seen.clone().zip(model.event_rows().skip(seen.start));
    for ((place, entry), line) in shown.zip(lines(area)) {
        put_pieces(buffer, line, &pieces(model, theme, entry));
        if model.focus == Pane::Events && place == model.events_back {
            buffer.set_style(line, Theme::selected(true));
        }
    }
}

fn pieces(model: &Model, theme: Theme, entry: &Entry) -> Vec<(String, Style)> {
    match entry {
        Entry::Missed { count, .. } => {
            vec![(
                format!(" {}", sentence::missed(*count)),
                theme.style(Role::Warn),
            )]
        }
        Entry::Happened(event) => {
            let time = time_of_day(event.at, &model.zone);
            let text = clean(&sentence::happened(&event.what));
            vec![
                (format!(" {time}  "), theme.style(Role::Quiet)),
                (text, theme.style(role(&event.what))),
            ]
        }
    }
}

fn role(what: &What) -> Role {
    match what {
        What::ContactAssigned { .. } => Role::Good,
        What::ContactCompleted {
            outcome: Outcome::Abandoned,
            ..
        }
        | What::AcdOpened
        | What::AcdClosed => Role::Warn,
        What::Repaired { .. } => Role::Bad,
        _ => Role::Text,
    }
}
