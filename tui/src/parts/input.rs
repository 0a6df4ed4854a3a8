//! A line of text being typed, and how it is drawn.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use tui_input::backend::crossterm::EventHandler as _;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr as _;

use crate::text::clean;
use crate::theme::{Role, Theme};

/// A line of text with a cursor in it.
#[derive(Clone, Debug, Default)]
pub struct InputLine {
    input: Input,
    /// Whether the text is only a suggestion, which the first typed character replaces.
    offered: bool,
}

// `tui-input`'s text field does not implement `PartialEq`.
impl PartialEq for InputLine {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text() && self.input.cursor() == other.input.cursor()
    }
}

impl InputLine {
    /// The maximum length in characters, in case something long is pasted by mistake.
    pub const LONGEST: usize = 2_000;

    /// Makes a line with the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            input: Input::new(text.into()),
            offered: false,
        }
    }

    /// Makes a line with a suggestion, which the first typed character replaces.
    pub fn offering(text: impl Into<String>) -> Self {
        Self {
            offered: true,
            ..Self::new(text)
        }
    }

    /// Returns whether the text is still the suggestion.
    pub fn is_offered(&self) -> bool {
        self.offered
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Returns the text before the cursor.
    pub fn before_cursor(&self) -> &str {
        let text = self.text();
        let end = text.char_indices().nth(self.input.cursor());
        &text[..end.map_or(text.len(), |(end, _)| end)]
    }

    /// Handles a key. Returns whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let before = self.text().to_owned();
        let letter = matches!(key.code, KeyCode::Char(_))
            && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        if std::mem::take(&mut self.offered) && letter {
            self.input.reset();
        }
        if self.text().chars().count() < Self::LONGEST || !letter {
            self.input.handle_event(&Event::Key(key));
        }
        self.text() != before
    }

    /// Inserts pasted text, as one line. Returns how many characters were cut off.
    pub fn paste(&mut self, text: &str) -> usize {
        if std::mem::take(&mut self.offered) {
            self.input.reset();
        }
        let room = Self::LONGEST.saturating_sub(self.text().chars().count());
        let text = clean(text);
        for c in text.chars().take(room) {
            self.input.handle(InputRequest::InsertChar(c));
        }
        text.chars().count().saturating_sub(room)
    }

    /// Replaces the last `length` characters before the cursor.
    pub fn replace_before_cursor(&mut self, length: usize, text: &str) {
        self.offered = false;
        for _ in 0..length {
            self.input.handle(InputRequest::DeletePrevChar);
        }
        self.paste(text);
    }
}

/// Returns the cells of a line after the first few.
pub(crate) fn after(line: Rect, taken: u16) -> Rect {
    let taken = taken.min(line.width);
    Rect::new(line.x + taken, line.y, line.width - taken, 1)
}

/// Draws a text field; the cursor is a reversed cell and stays visible. Returns how many cells of
/// the text are hidden on the left.
pub(crate) fn draw_input(
    theme: Theme,
    buffer: &mut Buffer,
    cells: Rect,
    line: &InputLine,
    focused: bool,
) -> usize {
    let text = clean(line.text());
    let at = clean(line.before_cursor()).width();
    let room = usize::from(cells.width.saturating_sub(1));
    let hidden = at.saturating_sub(room);
    let mut skipped = 0;
    let shown: String = text
        .chars()
        .skip_while(|c| {
            skipped += c.to_string().width();
            skipped <= hidden
        })
        .collect();
    buffer.set_stringn(
        cells.x,
        cells.y,
        shown,
        usize::from(cells.width),
        theme.style(if line.is_offered() {
            Role::Quiet
        } else {
            Role::Text
        }),
    );
    if focused && cells.width > 0 {
        let x = cells.x
            + u16::try_from(at - hidden)
                .unwrap_or(u16::MAX)
                .min(cells.width - 1);
        let cursor = Rect::new(x, cells.y, 1, 1).intersection(buffer.area);
        buffer.set_style(cursor, Style::new().add_modifier(Modifier::REVERSED));
    }
    hidden
}
