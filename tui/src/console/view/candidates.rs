//! The completions of a command, above its input line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::console::Model;
use crate::console::palette::CommandPrompt;
use crate::console::verbs::{self, Candidate};
use crate::parts::paint::{put_pieces, uncover};
use crate::text::clean;
use crate::theme::{Role, Theme};

/// Returns the completions with their places above the input line.
pub(super) fn places(model: &Model, prompt: &CommandPrompt, line: Rect) -> Vec<(Rect, Candidate)> {
    // Keeps half of the floor in sight.
    let room = usize::from(line.y / 2);
    let mut found = verbs::candidates(prompt.line.before_cursor(), model);
    found.truncate(room);
    let first = line.y - u16::try_from(found.len()).unwrap_or(0);
    let rows = (first..).map(|y| Rect { y, ..line });
    rows.zip(found).collect()
}

/// Draws the completions; Tab takes the first.
pub(super) fn draw(
    model: &Model,
    theme: Theme,
    buffer: &mut Buffer,
    prompt: &CommandPrompt,
    line: Rect,
) {
    for (place, found) in places(model, prompt, line) {
        uncover(buffer, place);
        let word = format!("   {:<12} ", clean(&found.word));
        let pieces = [
            (word, theme.style(Role::Key)),
            (found.note.to_owned(), theme.style(Role::Quiet)),
        ];
        put_pieces(buffer, place, &pieces);
    }
}
