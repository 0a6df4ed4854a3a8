//! What the prompts at the bottom of the screen share: the line below the input, and the mark at what
//! is wrong in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::console::layout::Layout;
use crate::parts::input::InputLine;
use crate::parts::paint::{indented, put, put_lines, uncover};
use crate::query::Wrong;
use crate::text::{clean, fit};
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

/// The most lines of an explanation that is too long to be beside its mark.
const MOST_LINES: usize = 2;

/// Returns how many lines an error needs: one beside its mark, or else the mark and lines below it.
pub(super) fn error_height(wrong: &Wrong, width: u16) -> u16 {
    if is_beside(&clean(&wrong.says), width) {
        return 1;
    }
    let lines = u16::try_from(explanation(wrong, width).len());
    lines.unwrap_or(u16::MAX).saturating_add(1)
}

fn is_beside(text: &str, width: u16) -> bool {
    text.width() + 2 <= usize::from(width)
}

fn explanation(wrong: &Wrong, width: u16) -> Vec<String> {
    let room = usize::from(width.saturating_sub(2));
    fit(&clean(&wrong.says), room, MOST_LINES)
}

/// Marks the place of an error, with the explanation on the side that has room, or else below.
pub(super) fn caret(theme: Theme, buffer: &mut Buffer, below: Rect, column: u16, wrong: &Wrong) {
    let text = clean(&wrong.says);
    let style = theme.style(Role::Bad);
    if !is_beside(&text, below.width) {
        let from = column.min(below.right().saturating_sub(1));
        put(buffer, from, below.y, 1, "^", style);
        let lines = explanation(wrong, below.width);
        let rows = Rect {
            y: below.y.saturating_add(1),
            height: below.height.saturating_sub(1),
            ..below
        };
        put_lines(buffer, indented(rows), &lines, style);
        return;
    }
    let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
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
