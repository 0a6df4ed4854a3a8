//! A line of text being typed.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::backend::crossterm::EventHandler as _;
use tui_input::{Input, InputRequest};

/// A line of text with a cursor in it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    input: Input,
    /// Whether the text is only a suggestion, which the first typed character replaces.
    offered: bool,
}

// `tui-input`'s text field does not implement `PartialEq`.
impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text() && self.input.cursor() == other.input.cursor()
    }
}

impl Line {
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

    /// Inserts pasted text, as one line.
    pub fn paste(&mut self, text: &str) {
        if std::mem::take(&mut self.offered) {
            self.input.reset();
        }
        let room = Self::LONGEST.saturating_sub(self.text().chars().count());
        for c in crate::text::clean(text).chars().take(room) {
            self.input.handle(InputRequest::InsertChar(c));
        }
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
