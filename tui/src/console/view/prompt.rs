//! The input line at the bottom, and a hint on what is valid below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::candidates;
use crate::console::palette::CommandPrompt;
use crate::console::pane::filter::FilterPrompt;
use crate::console::{Model, Overlay, verbs};
use crate::parts::input::{InputLine, after, draw_input};
use crate::parts::paint::{put, put_pieces};
use crate::query::Wrong;
use crate::text::clean;
use crate::theme::{Role, Theme};

/// Draws the prompt in place of the notice and the hints. Returns whether there is one.
pub(super) fn draw(model: &Model, buffer: &mut Buffer, line: Rect, below: Rect) -> bool {
    let theme = model.theme().fresh();
    match &model.overlay {
        Some(Overlay::Filter(prompt)) => filter(theme, buffer, line, below, prompt),
        Some(Overlay::Command(prompt)) => command(model, theme, buffer, line, below, prompt),
        _ => return false,
    }
    true
}

fn filter(theme: Theme, buffer: &mut Buffer, line: Rect, below: Rect, prompt: &FilterPrompt) {
    let label = format!(" {} / ", prompt.pane);
    let pieces = [(label, theme.style(Role::Key))];
    let taken = put_pieces(buffer, line, &pieces);
    let cells = after(line, taken);
    let scrolled = draw_input(theme, buffer, cells, &prompt.line, true);
    if let Some(wrong) = &prompt.wrong {
        let column = column_of(cells, &prompt.line, wrong, scrolled);
        caret(theme, buffer, below, column, wrong);
    } else {
        let text = format!(" Enter keep  Esc back  {}", prompt.pane.kind().examples());
        put(
            buffer,
            below.x,
            below.y,
            below.width,
            &text,
            theme.style(Role::Quiet),
        );
    }
}

fn command(
    model: &Model,
    theme: Theme,
    buffer: &mut Buffer,
    line: Rect,
    below: Rect,
    prompt: &CommandPrompt,
) {
    let taken = put_pieces(buffer, line, &[(" : ".to_owned(), theme.style(Role::Key))]);
    let cells = after(line, taken);
    let scrolled = draw_input(theme, buffer, cells, &prompt.line, true);
    if let Some(wrong) = &prompt.wrong {
        let column = column_of(cells, &prompt.line, wrong, scrolled);
        return caret(theme, buffer, below, column, wrong);
    }
    candidates::draw(model, theme, buffer, prompt, line);
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
pub(super) fn completion_place(model: &Model, below: Rect, prompt: &CommandPrompt) -> Option<Rect> {
    let text = clean(&tab(model, prompt));
    let width = u16::try_from(text.trim_end().width()).unwrap_or(u16::MAX);
    let place = after(below, 1);
    (width > 0 && prompt.wrong.is_none()).then_some(Rect {
        width: width.min(place.width),
        ..place
    })
}

fn column_of(cells: Rect, line: &InputLine, wrong: &Wrong, scrolled: usize) -> u16 {
    let before: String = line.text().chars().take(wrong.at).collect();
    let column = before.width().saturating_sub(scrolled);
    cells.x + u16::try_from(column).unwrap_or(u16::MAX).min(cells.width)
}

/// Marks the place of an error, with the explanation on the side that has room.
fn caret(theme: Theme, buffer: &mut Buffer, below: Rect, column: u16, wrong: &Wrong) {
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
