//! Draws the command prompt: the line, the completions above it, and a hint on what is valid below
//! it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::CommandPrompt;
use super::verbs::{self, Candidate};
use crate::console::Model;
use crate::console::layout::Layout;
use crate::console::overlay::{Target, prompt};
use crate::parts::input::{after, draw_input};
use crate::parts::paint::{put, put_pieces, uncover};
use crate::text::clean;
use crate::theme::{Role, Theme};

/// Draws the prompt in place of the notice and the hints.
pub(crate) fn draw(
    model: &Model,
    theme: Theme,
    buffer: &mut Buffer,
    layout: &Layout,
    prompt: &CommandPrompt,
) {
    let (line, below) = prompt::lines(buffer, layout);
    let taken = put_pieces(buffer, line, &[(" : ".to_owned(), theme.style(Role::Key))]);
    let cells = after(line, taken);
    let scrolled = draw_input(theme, buffer, cells, &prompt.line, true);
    if let Some(wrong) = &prompt.wrong {
        let column = prompt::column_of(cells, &prompt.line, wrong, scrolled);
        return prompt::caret(theme, buffer, below, column, wrong);
    }
    draw_candidates(model, theme, buffer, prompt, line);
    let text = format!(
        " {}{}",
        tab(model, prompt),
        verbs::usage(prompt.line.text())
    );
    put(
        buffer,
        below.x,
        below.y,
        below.width,
        &clean(&text),
        theme.style(Role::Quiet),
    );
}

/// Returns the completion for Tab, if there is one.
fn tab(model: &Model, prompt: &CommandPrompt) -> String {
    let completion = verbs::completion(prompt.line.before_cursor(), model);
    completion.map_or_else(String::new, |(_, whole)| format!("Tab {whole}   "))
}

/// Returns the place of the completion for Tab, below the command.
fn completion_place(model: &Model, below: Rect, prompt: &CommandPrompt) -> Option<Rect> {
    let text = clean(&tab(model, prompt));
    let width = u16::try_from(text.trim_end().width()).unwrap_or(u16::MAX);
    let place = after(below, 1);
    (width > 0 && prompt.wrong.is_none()).then_some(Rect {
        width: width.min(place.width),
        ..place
    })
}

/// Returns the completions with their places above the input line.
fn candidates(model: &Model, prompt: &CommandPrompt, line: Rect) -> Vec<(Rect, Candidate)> {
    // Keeps half of the floor visible.
    let room = usize::from(line.y / 2);
    let mut found = verbs::candidates(prompt.line.before_cursor(), model);
    found.truncate(room);
    let first = line.y - u16::try_from(found.len()).unwrap_or(0);
    let rows = (first..).map(|y| Rect { y, ..line });
    rows.zip(found).collect()
}

/// Draws the completions; Tab takes the first.
fn draw_candidates(
    model: &Model,
    theme: Theme,
    buffer: &mut Buffer,
    prompt: &CommandPrompt,
    line: Rect,
) {
    for (place, found) in candidates(model, prompt, line) {
        uncover(buffer, place);
        let word = format!("   {:<12} ", clean(&found.word));
        let pieces = [
            (word, theme.style(Role::Key)),
            (found.note.to_owned(), theme.style(Role::Quiet)),
        ];
        put_pieces(buffer, place, &pieces);
    }
}

/// Returns the completion that is `under` the mouse.
pub(crate) fn target_at(
    model: &Model,
    layout: &Layout,
    prompt: &CommandPrompt,
    under: impl Fn(Rect) -> bool,
) -> Option<Target> {
    let below = completion_place(model, layout.hints, prompt);
    let mut words = candidates(model, prompt, layout.notice);
    let first = words.first().filter(|_| below.is_some_and(&under)).cloned();
    let word = first.or_else(|| {
        let at = words.iter().position(|(place, _)| under(*place))?;
        Some(words.swap_remove(at))
    });
    word.map(|(_, word)| Target::Word(word))
}
