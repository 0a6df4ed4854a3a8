//! What lies over the panes: the keys, and the question before the ACD is opened or closed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};

use super::paint::{put, put_pieces};
use super::theme::{Role, Theme};
use crate::keys;
use crate::model::{Model, Overlay};
use crate::text::{counted, number, wrap};

/// Draws what lies on top, if anything does.
pub(super) fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = Theme::of(model).fresh();
    // The hint row stays in sight: it says how to come back.
    let area = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    match &model.overlay {
        None | Some(Overlay::Filter(_)) => {}
        Some(Overlay::Help { scroll }) => help(theme, buffer, area, *scroll),
        Some(Overlay::ConfirmOpen) => {
            question(theme, buffer, area, "Open the ACD?", &opening(model));
        }
        Some(Overlay::ConfirmClose) => {
            question(theme, buffer, area, "Close the ACD?", &closing(model));
        }
    }
}

fn help(theme: Theme, buffer: &mut Buffer, area: Rect, scroll: usize) {
    let rows = u16::try_from(keys::help().count()).unwrap_or(u16::MAX);
    let inside = popup(theme, buffer, area, "Keys", 76, rows.saturating_add(2));
    // The last page stays full.
    let most = keys::help()
        .count()
        .saturating_sub(usize::from(inside.height));
    for (row, line) in keys::help().skip(scroll.min(most)).zip(inside.rows()) {
        let pieces = [
            (format!(" {:<8}", row.keys), theme.style(Role::Key)),
            (row.help.to_owned(), theme.style(Role::Text)),
        ];
        put_pieces(buffer, line, &pieces);
    }
}

fn question(theme: Theme, buffer: &mut Buffer, area: Rect, title: &str, text: &str) {
    let width = area.width.min(66);
    let mut lines = wrap(text, usize::from(width.saturating_sub(4)));
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
        put(
            buffer,
            cells.x + 1,
            cells.y,
            width,
            line,
            theme.style(Role::Text),
        );
    }
}

/// Clears a place in the middle and frames it. Gives the inside.
fn popup(
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

fn closing(model: &Model) -> String {
    let Some(floor) = &model.newest else {
        return String::new();
    };
    let figures = &floor.overview;
    format!(
        "{} become{} unavailable at once, {} when the contact ends. {} stay{} queued. \
         New contacts are refused until it is opened again.",
        counted(figures.available, "available agent"),
        if figures.available == 1 { "s" } else { "" },
        counted(figures.busy, "busy agent"),
        counted(figures.waiting, "waiting contact"),
        if figures.waiting == 1 { "s" } else { "" },
    )
}

fn opening(model: &Model) -> String {
    let Some(floor) = &model.newest else {
        return String::new();
    };
    let figures = &floor.overview;
    format!(
        "{} available again, except those on a break of their own choice; {} can be served by \
         them. New contacts are taken again.",
        if figures.unavailable() == 1 {
            "1 unavailable agent becomes".to_owned()
        } else {
            format!(
                "{} unavailable agents become",
                number(figures.unavailable())
            )
        },
        counted(figures.waiting, "waiting contact"),
    )
}
