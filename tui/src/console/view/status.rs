//! The lines with messages to the operator: the banner, the notice and the hints; and the text on a
//! screen that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::console::Model;
use crate::console::offer::{offers, scope};
use crate::parts::link::Link;
use crate::parts::paint::{indented, put_hints, put_lines};
use crate::text::wrap;
use crate::theme::Role;

/// Shows that the store is unavailable, since when and why.
pub(super) fn banner(model: &Model, buffer: &mut Buffer, area: Rect) {
    let style = model.theme().fresh().style(Role::Bad);
    let lines = model.banner(*buffer.area());
    put_lines(buffer, indented(area), &lines, style);
}

/// Shows the last message.
pub(super) fn notice(model: &Model, buffer: &mut Buffer, area: Rect) {
    let Some(notice) = &model.notice else {
        return;
    };
    let theme = model.theme().fresh();
    let (lines, role) = notice.lines(area.width);
    put_lines(buffer, area, &lines, theme.style(role));
}

/// Shows the keys that work now, as many as fit.
pub(super) fn hints(model: &Model, buffer: &mut Buffer, area: Rect) {
    let hints = model
        .keys
        .hints(scope(model))
        .filter(|row| offers(model, row.action));
    let hints = hints.map(|row| (row.keys.as_ref(), row.hint));
    put_hints(buffer, area, model.theme().fresh(), hints);
}

/// Draws what fits on a screen that is too small for a pane.
pub(super) fn too_small(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = model.theme();
    let figures = model.floor().map_or_else(String::new, |floor| {
        let figures = &floor.overview;
        format!(
            "{} waiting, {} available",
            figures.waiting, figures.available
        )
    });
    let state = match model.link {
        Link::Down { .. } => "STALE ",
        Link::Connecting | Link::Live => "",
    };
    let text = format!("{state}{figures} Switchboard needs 30x8, q quits");
    let lines = wrap(text.trim(), usize::from(area.width));
    put_lines(buffer, area, &lines, theme.style(Role::Text));
}
