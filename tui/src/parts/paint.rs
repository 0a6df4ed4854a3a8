//! Writes text into cells: always within its width, whatever the width of its characters.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};
use unicode_width::UnicodeWidthStr as _;

use crate::theme::{Role, Theme};

/// The alignment of a text in its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// At the beginning.
    Left,
    /// At the end.
    Right,
}

/// Writes a text into at most `width` cells; if it does not fit, it ends in `…`. Returns how many
/// cells it took.
pub(crate) fn put(
    buffer: &mut Buffer,
    x: u16,
    y: u16,
    width: u16,
    text: &str,
    style: Style,
) -> u16 {
    let space = Rect::new(x, y, width, 1).intersection(buffer.area);
    if space.is_empty() || space.x != x {
        return 0;
    }
    let cells = usize::from(space.width);
    if text.width() <= cells {
        let (end, _) = buffer.set_stringn(x, y, text, cells, style);
        return end - x;
    }
    let (end, _) = buffer.set_stringn(x, y, text, cells - 1, style);
    let (end, _) = buffer.set_stringn(end, y, "…", 1, style);
    end - x
}

/// Writes lines of text below each other, as many as fit.
pub(crate) fn put_lines(buffer: &mut Buffer, area: Rect, lines: &[String], style: Style) {
    for (line, cells) in lines.iter().zip(area.rows()) {
        put(buffer, cells.x, cells.y, cells.width, line, style);
    }
}

/// Returns an area without its first column.
pub(crate) fn indented(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1),
        width: area.width.saturating_sub(1),
        ..area
    }
}

/// Writes a text aligned in its cells.
pub(crate) fn put_aligned(
    buffer: &mut Buffer,
    cells: Rect,
    text: &str,
    align: Align,
    style: Style,
) {
    let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
    let offset = match align {
        Align::Left => 0,
        Align::Right => cells.width.saturating_sub(width),
    };
    put(
        buffer,
        cells.x + offset,
        cells.y,
        cells.width - offset,
        text,
        style,
    );
}

/// Writes pieces of text one after another. Returns how many cells they took. Writes nothing into a
/// line without height, which the layout left out.
pub(crate) fn put_pieces(buffer: &mut Buffer, line: Rect, pieces: &[(String, Style)]) -> u16 {
    if line.is_empty() {
        return 0;
    }
    let mut taken = 0;
    for (text, style) in pieces {
        let left = line.width.saturating_sub(taken);
        taken += put(buffer, line.x + taken, line.y, left, text, *style);
    }
    taken
}

/// Clears an area for an overlay. A wide character that reaches into it from the left is removed
/// whole: half of it would hide the first cell of the area.
pub(crate) fn uncover(buffer: &mut Buffer, place: Rect) {
    let place = place.intersection(buffer.area);
    if place.x > buffer.area.x {
        for y in place.top()..place.bottom() {
            let beside = &mut buffer[(place.x - 1, y)];
            if beside.symbol().width() > 1 {
                beside.set_symbol(" ");
            }
        }
    }
    Clear.render(place, buffer);
    buffer.set_style(place, Style::reset());
}

/// Writes keys with their descriptions, as many as fit.
pub(crate) fn put_hints<'a>(
    buffer: &mut Buffer,
    line: Rect,
    theme: Theme,
    hints: impl Iterator<Item = (&'a str, &'a str)>,
) {
    let mut pieces: Vec<(String, Style)> = vec![];
    let mut left = usize::from(line.width);
    for (keys, hint) in hints {
        let parts = [format!(" {keys} "), format!("{hint} ")];
        let width: usize = parts.iter().map(|part| part.width()).sum();
        if width > left {
            break;
        }
        left -= width;
        let [keys, hint] = parts;
        pieces.push((keys, theme.style(Role::Key)));
        pieces.push((hint, theme.style(Role::Text)));
    }
    put_pieces(buffer, line, &pieces);
}

/// Returns the lines of an area, top to bottom.
pub(crate) fn lines(area: Rect) -> impl Iterator<Item = Rect> {
    area.rows()
}

/// Returns the width of a text in cells.
pub(crate) fn cells_of(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}
