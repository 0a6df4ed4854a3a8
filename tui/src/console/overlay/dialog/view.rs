//! Draws a dialog: framed, in the middle, on top of the rest.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Dialog, Field};
use crate::console::overlay::Target;
use crate::parts::input::{after, draw_input};
use crate::parts::paint::{cells_of, put};
use crate::parts::popup::{inside, middle, popup};
use crate::text::{clean, wrap};
use crate::theme::{Role, Theme};

const LABEL: u16 = 12;

/// The places of the parts of a dialog.
struct Places {
    frame: Rect,
    /// The visible fields, by number.
    fields: Vec<(usize, Rect)>,
    /// The button, if visible.
    button: Option<Rect>,
    remarks: Vec<Rect>,
}

fn remarks(width: u16, dialog: &Dialog) -> (Vec<String>, Role) {
    let wide = usize::from(width.saturating_sub(4));
    let (text, role) = remark(dialog);
    (wrap(&clean(&text), wide), role)
}

/// Lays out a dialog.
fn places(area: Rect, dialog: &Dialog) -> Places {
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
        width: after(row, LABEL + 1).width.min(cells_of(&button(dialog))),
        ..after(row, LABEL + 1)
    });
    Places {
        frame,
        fields,
        button,
        remarks: rows.skip(usize::from(spare > 1)).collect(),
    }
}

/// Draws a dialog.
pub(crate) fn draw(theme: Theme, buffer: &mut Buffer, area: Rect, dialog: &Dialog) {
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
    let cells = after(row, LABEL + 1);
    draw_input(theme, buffer, cells, &field.line, focused);
    let at_end = field.line.before_cursor() == field.line.text();
    if let Some(whole) = field
        .completion()
        .filter(|_| focused && at_end && !field.line.is_offered())
    {
        let typed = u16::try_from(field.line.text().width()).unwrap_or(u16::MAX);
        let rest = after(cells, typed.saturating_add(1));
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

/// Returns the field or the button that is `under` the mouse.
pub(crate) fn target_at(
    area: Rect,
    dialog: &Dialog,
    under: impl Fn(Rect) -> bool,
) -> Option<Target> {
    let places = places(area, dialog);
    if places.button.is_some_and(&under) {
        return Some(Target::Button);
    }
    let mut fields = places.fields.into_iter();
    let field = fields.find(|(_, place)| under(*place))?;
    Some(Target::Field(field.0))
}
