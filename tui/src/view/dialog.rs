//! Dialogs and questions: framed, in the middle, on top of the rest.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, BorderType, Widget as _};
use unicode_width::UnicodeWidthStr as _;

use super::paint::{put, uncover};
use super::prompt;
use crate::model::dialog::{Dialog, Field};
use crate::text::{clean, wrap};
use crate::theme::{Role, Theme};

const LABEL: u16 = 12;

/// The places of the parts of a dialog.
pub(super) struct Places {
    frame: Rect,
    /// The visible fields, by number.
    pub(super) fields: Vec<(usize, Rect)>,
    /// The button, if visible.
    pub(super) button: Option<Rect>,
    remarks: Vec<Rect>,
}

fn remarks(width: u16, dialog: &Dialog) -> (Vec<String>, Role) {
    let wide = usize::from(width.saturating_sub(4));
    let (text, role) = remark(dialog);
    (wrap(&clean(&text), wide), role)
}

/// Lays out a dialog.
pub(super) fn places(area: Rect, dialog: &Dialog) -> Places {
    let width = area.width.min(66);
    let fields = u16::try_from(dialog.fields.len()).unwrap_or(u16::MAX);
    let (remarks, _) = remarks(width, dialog);
    let below = u16::try_from(remarks.len()).unwrap_or(u16::MAX).max(2);
    let height = fields.saturating_add(below).saturating_add(4);
    let frame = middle(area, width, height);
    let inside = inside(frame);
    let mut rows = inside.rows();
    // On a small screen the focused field must be visible.
    let room = usize::from(inside.height).saturating_sub(2).max(1);
    let first = dialog
        .at
        .min(dialog.fields.len() - 1)
        .saturating_sub(room - 1);
    let shown = (first..dialog.fields.len()).take(room);
    let fields = shown.zip(rows.by_ref()).collect();
    let spare = usize::from(inside.height).saturating_sub(dialog.fields.len() + remarks.len() + 1);
    let mut rows = rows.skip(usize::from(spare > 0));
    let button = rows.next().map(|row| Rect {
        width: prompt::after(row, LABEL + 1)
            .width
            .min(cells(&button(dialog))),
        ..prompt::after(row, LABEL + 1)
    });
    Places {
        frame,
        fields,
        button,
        remarks: rows.skip(usize::from(spare > 1)).collect(),
    }
}

/// Draws a dialog.
pub(super) fn draw(theme: Theme, buffer: &mut Buffer, area: Rect, dialog: &Dialog) {
    let places = places(area, dialog);
    popup(theme, buffer, places.frame, &dialog.title());
    for (place, row) in places.fields {
        field(
            theme,
            buffer,
            row,
            &dialog.fields[place],
            place == dialog.at,
        );
    }
    if let Some(place) = places.button {
        let style = if dialog.on_button() {
            Style::new().add_modifier(Modifier::REVERSED)
        } else {
            theme.style(Role::Text)
        };
        put(
            buffer,
            place.x,
            place.y,
            place.width,
            &button(dialog),
            style,
        );
    }
    let (remarks, role) = remarks(places.frame.width, dialog);
    for (line, row) in remarks.iter().zip(places.remarks) {
        let width = row.width.saturating_sub(1);
        put(buffer, row.x + 1, row.y, width, line, theme.style(role));
    }
}

fn button(dialog: &Dialog) -> String {
    format!("[ {} ]", dialog.button())
}

/// Returns what is wrong, or else what is valid in the focused field.
fn remark(dialog: &Dialog) -> (String, Role) {
    match (&dialog.wrong, dialog.fields.get(dialog.at)) {
        (Some(why), _) => (why.clone(), Role::Bad),
        (None, Some(field)) => (field.rule.to_owned(), Role::Quiet),
        (None, None) => (String::new(), Role::Quiet),
    }
}

fn field(theme: Theme, buffer: &mut Buffer, row: Rect, field: &Field, focused: bool) {
    let role = if focused { Role::Focus } else { Role::Quiet };
    put(
        buffer,
        row.x + 1,
        row.y,
        LABEL,
        field.label,
        theme.style(role),
    );
    let cells = prompt::after(row, LABEL + 1);
    prompt::field(theme, buffer, cells, &field.line, focused);
    let at_end = field.line.before_cursor() == field.line.text();
    if let Some(whole) = field
        .completion()
        .filter(|_| focused && at_end && !field.line.is_offered())
    {
        let typed = u16::try_from(field.line.text().width()).unwrap_or(u16::MAX);
        let rest = prompt::after(cells, typed.saturating_add(1));
        let hint = format!(" Tab {whole}");
        put(
            buffer,
            rest.x,
            rest.y,
            rest.width,
            &hint,
            theme.style(Role::Quiet),
        );
    }
}

const YES: &str = "y  yes, do it";
const NO: &str = "n  no, leave it";
/// The distance between the answers.
const APART: u16 = 6;

/// Returns the frame of a question and the lines inside it; the last line has the answers.
fn question_lines(area: Rect, text: &str) -> (Rect, Vec<String>) {
    let width = area.width.min(66);
    let mut lines = wrap(&clean(text), usize::from(width.saturating_sub(4)));
    lines.push(String::new());
    lines.push(format!("{YES}{}{NO}", " ".repeat(usize::from(APART))));
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let frame = middle(area, width, height);
    // The answers matter more than the end of the text.
    let hidden = lines
        .len()
        .saturating_sub(usize::from(inside(frame).height));
    lines.drain(..hidden);
    (frame, lines)
}

/// Draws a question with its two answers.
pub(super) fn question(theme: Theme, buffer: &mut Buffer, area: Rect, title: &str, text: &str) {
    let (frame, lines) = question_lines(area, text);
    let inside = popup(theme, buffer, frame, title);
    for (line, cells) in lines.iter().zip(inside.rows()) {
        let width = cells.width.saturating_sub(1);
        let style = theme.style(Role::Text);
        put(buffer, cells.x + 1, cells.y, width, line, style);
    }
}

/// Returns the places of a question's answers: yes, then no.
pub(super) fn answers(area: Rect, text: &str) -> [Rect; 2] {
    let (frame, lines) = question_lines(area, text);
    let last = inside(frame).rows().take(lines.len()).last();
    let line = prompt::after(last.unwrap_or_default(), 1);
    let yes = cells(YES);
    let no = prompt::after(line, yes + APART);
    let narrowed = |place: Rect, width: u16| Rect {
        width: place.width.min(width),
        ..place
    };
    [narrowed(line, yes), narrowed(no, cells(NO))]
}

fn cells(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Returns a centred area of that size, or as large as fits.
pub(crate) fn middle(area: Rect, width: u16, height: u16) -> Rect {
    Rect {
        x: area.x + area.width.saturating_sub(width) / 2,
        y: area.y + area.height.saturating_sub(height) / 2,
        width: width.min(area.width),
        height: height.min(area.height),
    }
}

/// Returns the area inside a frame.
pub(crate) fn inside(frame: Rect) -> Rect {
    Block::bordered().inner(frame)
}

/// Clears and frames an area. Returns the inside.
pub(crate) fn popup(theme: Theme, buffer: &mut Buffer, place: Rect, title: &str) -> Rect {
    uncover(buffer, place);
    Block::bordered()
        .border_type(BorderType::Thick)
        .border_style(theme.style(Role::Focus))
        .title(format!(" {title} "))
        .render(place, buffer);
    inside(place)
}
