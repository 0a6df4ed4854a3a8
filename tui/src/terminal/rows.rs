//! Rewrites rows as a whole. Terminals disagree about the width of some characters: wide ones,
//! those with combining marks, flags. When such a row changes in part, a terminal that counts
//! differently keeps halves of old characters. So the row is cleared and written anew, with a
//! cursor position after each such character.

use std::io::{self, Write};

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell, CellWidth as _};

/// The rows with characters of uncertain width, as the terminal shows them.
#[derive(Debug, Default)]
pub(super) struct DoubtfulRows(Vec<Option<Vec<Cell>>>);

impl DoubtfulRows {
    /// Forgets what is shown, because the terminal is redrawn.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Rewrites the uncertain rows that changed, and those that were uncertain before, as halves of
    /// characters may be left there. A frame without such rows costs only a check of its cells.
    pub(super) fn rewrite(&mut self, buffer: &Buffer, out: &mut impl Write) -> io::Result<()> {
        let width = usize::from(buffer.area.width);
        if width == 0 {
            return Ok(());
        }
        self.0.resize(usize::from(buffer.area.height), None);
        let rows = buffer.content.chunks_exact(width);
        for ((y, cells), shown) in (0..).zip(rows).zip(&mut self.0) {
            let doubtful = cells.iter().any(is_doubtful);
            match shown {
                None if !doubtful => continue,
                Some(shown) if shown == cells => continue,
                _ => {}
            }
            rewrite_row(y, cells, out)?;
            *shown = doubtful.then(|| cells.to_vec());
        }
        Ok(())
    }
}

/// Returns whether terminals may disagree about the width of a cell. They agree about what the
/// screens themselves are drawn with: frames, bars and signs.
fn is_doubtful(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    if symbol.len() == 1 {
        return false;
    }
    let mut characters = symbol.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let drawn = matches!(first, '\u{2500}'..='\u{259f}') || "●■○◐▲▼▸✓…–·→←↑↓»≤≥".contains(first);
    !drawn || characters.next().is_some()
}

fn rewrite_row(y: u16, cells: &[Cell], out: &mut impl Write) -> io::Result<()> {
    queue!(out, MoveTo(0, y), Clear(ClearType::CurrentLine))?;
    let mut backend = CrosstermBackend::new(out);
    let mut from = 0;
    while from < cells.len() {
        // Up to and including the next uncertain cell; the rest is positioned again.
        let run = cells[from..].iter().position(is_doubtful);
        let end = run.map_or(cells.len(), |run| from + run + 1);
        let placed = (from..end).zip(&cells[from..end]);
        backend.draw(placed.map(|(x, cell)| (u16::try_from(x).unwrap_or(u16::MAX), y, cell)))?;
        let width = usize::from(cells[end - 1].symbol().cell_width());
        from = end + if run.is_some() { width.max(1) - 1 } else { 0 };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn frame(rows: &[&str]) -> Buffer {
        let height = u16::try_from(rows.len()).unwrap();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, height));
        for (y, row) in (0..).zip(rows) {
            buffer.set_string(0, y, row, Style::new());
        }
        buffer
    }

    fn written(rows: &mut DoubtfulRows, buffer: &Buffer) -> String {
        let mut bytes = vec![];
        rows.rewrite(buffer, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_of_doubtful_width_is_written_whole_when_it_changes_and_only_then() {
        let mut rows = DoubtfulRows::default();
        let plain = frame(&["plain", "─│▁█ ●"]);
        assert_eq!(written(&mut rows, &plain), "");
        let wide = frame(&["a日本", "─│▁█ ●"]);
        let text = written(&mut rows, &wide);
        // The row is cleared, then each character after an uncertain one is positioned.
        for part in ["\x1b[1;1H\x1b[2K", "a日", "\x1b[1;4H本", "\x1b[1;6H"] {
            assert!(text.contains(part), "{part:?} in {text:?}");
        }
        assert_eq!(written(&mut rows, &wide), "", "nothing changed");
        let text = written(&mut rows, &plain);
        assert!(text.contains("\x1b[1;1H\x1b[2K"), "halves may be left");
        assert_eq!(written(&mut rows, &plain), "");
        written(&mut rows, &wide);
        rows.forget();
        assert_ne!(written(&mut rows, &wide), "");
    }

    #[test]
    fn wide_combining_joined_and_flag_characters_are_doubtful() {
        for text in ["日", "e\u{301}", "🇩🇪", "👩\u{200d}💻", "é", "नि"] {
            let buffer = frame(&[text]);
            assert!(is_doubtful(&buffer.content[0]), "{text}");
        }
        for text in ["a", "─", "┃", "▄", "●", "…"] {
            let buffer = frame(&[text]);
            assert!(!is_doubtful(&buffer.content[0]), "{text}");
        }
    }
}
