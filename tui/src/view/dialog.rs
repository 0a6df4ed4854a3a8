//! Dialogs and questions: framed, in the middle, over whatever is there.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};
use unicode_width::UnicodeWidthStr as _;

use super::paint::put;
use super::prompt;
use super::theme::{Role, Theme};
use crate::model::dialog::{Dialog, Field};
use crate::text::{clean, wrap};

const LABEL: u16 = 12;

/// Draws a dialog.
pub(super) fn draw(theme: Theme, buffer: &mut Buffer, area: Rect, dialog: &Dialog) {
    let width = area.width.min(66);
    let fields = u16::try_from(dialog.fields.len()).unwrap_or(u16::MAX);
    let wide = usize::from(width.saturating_sub(4));
    let (text, role) = remark(dialog);
    let remarks = wrap(&clean(&text), wide);
    let below = u16::try_from(remarks.len()).unwrap_or(u16::MAX).max(2);
    let height = fields.saturating_add(below).saturating_add(4);
    let inside = popup(theme, buffer, area, &dialog.title(), width, height);
    let mut rows = inside.rows();
    // On a small screen the field that is typed in must be among those that are seen.
    let room = usize::from(inside.height).saturating_sub(2).max(1);
    let first = dialog
        .at
        .min(dialog.fields.len() - 1)
        .saturating_sub(room - 1);
    for (place, shown) in dialog.fields.iter().enumerate().skip(first).take(room) {
        if let Some(row) = rows.next() {
            field(theme, buffer, row, shown, place == dialog.at);
        }
    }
    let spare = usize::from(inside.height).saturating_sub(dialog.fields.len() + remarks.len() + 1);
    let mut rows = rows.skip(usize::from(spare > 0));
    if let Some(row) = rows.next() {
        button(theme, buffer, row, dialog);
    }
    let mut rows = rows.skip(usize::from(spare > 1));
    for line in remarks {
        if let Some(row) = rows.next() {
            let width = row.width.saturating_sub(1);
            put(buffer, row.x + 1, row.y, width, &line, theme.style(role));
        }
    }
}

/// Gives what is wrong, or else what may stand in the field that is typed in.
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

fn button(theme: Theme, buffer: &mut Buffer, row: Rect, dialog: &Dialog) {
    let text = format!("[ {} ]", dialog.button());
    let style = if dialog.on_button() {
        Style::new().add_modifier(Modifier::REVERSED)
    } else {
        theme.style(Role::Text)
    };
    let place = prompt::after(row, LABEL + 1);
    put(buffer, place.x, place.y, place.width, &text, style);
}

/// Draws a question with its two answers.
pub(super) fn question(theme: Theme, buffer: &mut Buffer, area: Rect, title: &str, text: &str) {
    let width = area.width.min(66);
    let mut lines = wrap(&clean(text), usize::from(width.saturating_sub(4)));
    lines.push(String::new());
    lines.push("y  yes, do it      n  no, leave it".to_owned());
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let inside = popup(theme, buffer, area, title, width, height);
    // The answers matter more than the end of the text.
    let hidden = lines.len().saturating_sub(usize::from(inside.height));
    for (line, cells) in lines.iter().skip(hidden).zip(inside.rows()) {
        let width = cells.width.saturating_sub(1);
        let style = theme.style(Role::Text);
        put(buffer, cells.x + 1, cells.y, width, line, style);
    }
}

/// Clears a place in the middle and frames it. Gives the inside.
pub(crate) fn popup(
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
    title: &str,
    width: u16,
    height: u16,
) -> Rect {
    let place = Rect {
        x: area.x + area.width.saturating_sub(width) / 2,
        y: area.y + area.height.saturating_sub(height) / 2,
        width: width.min(area.width),
        height: height.min(area.height),
    };
    Clear.render(place, buffer);
    buffer.set_style(place, Style::reset());
    let block = Block::bordered()
        .border_type(BorderType::Thick)
        .border_style(theme.style(Role::Focus))
        .title(format!(" {title} "));
    let inside = block.inner(place);
    block.render(place, buffer);
    inside
}
