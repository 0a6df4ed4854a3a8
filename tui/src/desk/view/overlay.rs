//! Overlays of the desk: the help, the list of reasons, the reason being typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::lines::Pieces;
use super::{theme, write};
use crate::desk::keys;
use crate::desk::model::{Desk, DeskOverlay, Saying};
use crate::parts::popup;
use crate::text::clean;
use crate::theme::{Role, Theme};

/// Draws the overlay, if any.
pub(super) fn draw(desk: &Desk, buffer: &mut Buffer, area: Rect) {
    let theme = theme(desk).fresh();
    // The notice and the hints stay visible.
    let area = Rect {
        height: area.height.saturating_sub(2),
        ..area
    };
    match &desk.overlay {
        None => {}
        Some(DeskOverlay::Help(scroll)) => {
            let lines = help(theme);
            // The last page stays full.
            let most = (lines.len() + 2).saturating_sub(usize::from(area.height));
            popup(
                theme,
                buffer,
                area,
                "Keys",
                62,
                &lines[(*scroll).min(most)..],
            );
        }
        Some(overlay @ (DeskOverlay::Reasons(place) | DeskOverlay::Dispositions(place))) => {
            let (title, (names, typed)) = match overlay {
                DeskOverlay::Reasons(_) => ("Not ready because of", desk.reasons()),
                _ => {
                    let list = desk.dispositions().unwrap_or_default();
                    ("What became of it", (list, false))
                }
            };
            let lines = choices(theme, &names, typed, *place);
            let width = names.iter().map(|name| name.width()).max();
            let width = u16::try_from(width.unwrap_or_default()).unwrap_or(u16::MAX);
            let width = width.saturating_add(9).max(34);
            // Scrolls so far that the choice is visible.
            let shown = usize::from(area.height.saturating_sub(2)).max(1);
            let first = (place + 1).saturating_sub(shown);
            popup(
                theme,
                buffer,
                area,
                title,
                width,
                &lines[first.min(lines.len())..],
            );
        }
        Some(DeskOverlay::Typing(text)) => typing(theme, buffer, area, "Reason", text),
        Some(DeskOverlay::Saying(Saying::Disposition, text)) => {
            typing(theme, buffer, area, "Disposition", text);
        }
        Some(DeskOverlay::Saying(Saying::Note, text)) => {
            typing(theme, buffer, area, "Note", text);
        }
    }
}

/// Draws a line of text that is being typed.
fn typing(theme: Theme, buffer: &mut Buffer, area: Rect, title: &str, text: &str) {
    // Shows the end of a long text, where it is being typed.
    let hidden = text.chars().count().saturating_sub(28);
    let seen: String = clean(text).chars().skip(hidden).collect();
    let line = vec![(format!("{seen}▏"), theme.style(Role::Text))];
    popup(theme, buffer, area, title, 34, &[line]);
}

fn help(theme: Theme) -> Vec<Pieces> {
    keys::help()
        .map(|row| {
            vec![
                (format!("{:<8}", row.keys), theme.style(Role::Key)),
                (row.help.to_owned(), theme.style(Role::Text)),
            ]
        })
        .collect()
}

fn choices(theme: Theme, reasons: &[&str], typed: bool, selected: usize) -> Vec<Pieces> {
    let another = typed.then_some("another (type it)");
    let choices = reasons.iter().copied().chain(another).enumerate();
    let line = |(place, reason): (usize, &str)| {
        let mark = if place == selected { "»" } else { " " };
        let style = if place == selected {
            theme.style(Role::Text).patch(Theme::selected(true))
        } else {
            theme.style(Role::Text)
        };
        let reason = clean(reason);
        vec![(format!("{mark} {} {reason:<26}", place + 1), style)]
    };
    choices.map(line).collect()
}

/// Clears and frames an area in the middle, and writes into it.
fn popup(theme: Theme, buffer: &mut Buffer, area: Rect, title: &str, width: u16, lines: &[Pieces]) {
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let place = popup::middle(area, width, height);
    let inside = popup::popup(theme, buffer, place, title);
    let text = Rect {
        x: inside.x + 1,
        width: inside.width.saturating_sub(1),
        ..inside
    };
    write(buffer, text, lines);
}
