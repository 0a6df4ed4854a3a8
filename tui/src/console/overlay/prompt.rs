//! What the prompts at the bottom of the screen share: the line below the input, and the mark at what
//! is wrong in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::console::layout::Layout;
use crate::parts::input::InputLine;
use crate::parts::paint::{put, uncover};
use crate::query::Wrong;
use crate::text::clean;
use crate::theme::{Role, Theme};

/// Clears the lines of the notice and of the hints for a prompt, and returns them.
pub(super) fn lines(buffer: &mut Buffer, layout: &Layout) -> (Rect, Rect) {
    uncover(buffer, layout.notice);
    uncover(buffer, layout.hints);
    (layout.notice, layout.hints)
}

/// Returns the column of an error.
pub(super) fn column_of(cells: Rect, line: &InputLine, wrong: &Wrong, scrolled: usize) -> u16 {
    let before: String = line.text().chars().take(wrong.at).collect();
    let column = before.width().saturating_sub(scrolled);
    cells.x + u16::try_from(column).unwrap_or(u16::MAX).min(cells.width)
}

/// Marks the place of an error, with the explanation on the side that has room.
pub(super) fn caret(theme: Theme, buffer: &mut Buffer, below: Rect, column: u16, wrong: &Wrong) {
    let text = clean(&wrong.says);
    let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
    let style = theme.style(Role::Bad);
    let right = below.right().saturating_sub(column.saturating_add(2));
    if width <= right || width.saturating_add(1) > column {
        let from = column.min(below.right().saturating_sub(width.saturating_add(2)));
        let marked = format!("^ {text}");
        put(
            buffer,
            from.max(below.x),
            below.y,
            below.width,
            &marked,
            style,
        );
    } else {
        let marked = format!("{text} ^");
        put(
            buffer,
            column - width - 1,
            below.y,
            width + 2,
            &marked,
            style,
        );
    }
}
