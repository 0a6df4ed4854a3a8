//! A line of text that is being typed.

use crossterm::event::{Event, KeyEvent};
use tui_input::backend::crossterm::EventHandler as _;
use tui_input::{Input, InputRequest};

/// A line of text with a cursor in it.
#[derive(Clone, Debug, Default)]
pub struct Line(Input);

// The text field of tui-input has no equality of its own.
impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text() && self.0.cursor() == other.0.cursor()
    }
}

impl Line {
    /// How many characters a line may have: what is pasted by mistake ends somewhere.
    pub const LONGEST: usize = 2_000;

    /// Makes a line with the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Input::new(text.into()))
    }

    /// Gives the text.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Gives the text before the cursor.
    pub fn before_cursor(&self) -> &str {
        let text = self.text();
        let end = text.char_indices().nth(self.0.cursor());
        &text[..end.map_or(text.len(), |(end, _)| end)]
    }

    /// Takes a key in. Tells whether the text is another now.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let before = self.text().to_owned();
        if self.text().chars().count() < Self::LONGEST
            || !matches!(key.code, crossterm::event::KeyCode::Char(_))
        {
            self.0.handle_event(&Event::Key(key));
        }
        self.text() != before
    }

    /// Takes a pasted text in, as one line.
    pub fn paste(&mut self, text: &str) {
        let room = Self::LONGEST.saturating_sub(self.text().chars().count());
        for c in crate::text::clean(text).chars().take(room) {
            self.0.handle(InputRequest::InsertChar(c));
        }
    }

    /// Puts another text in place of the last `length` characters before the cursor.
    pub fn replace_before_cursor(&mut self, length: usize, text: &str) {
        for _ in 0..length {
            self.0.handle(InputRequest::DeletePrevChar);
        }
        self.paste(text);
    }
}
