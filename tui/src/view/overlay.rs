//! What lies over the panes: the keys, and the question before the ACD is opened or closed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dialog::{self, popup, question};
use super::paint::put_pieces;
use super::theme::{Role, Theme};
use crate::keys;
use crate::model::palette::Help;
use crate::model::{Model, Overlay};
use crate::text::{clean, counted, number};

/// Draws what lies on top, if anything does.
pub(super) fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = Theme::of(model).fresh();
    // The hint row stays in sight: it says how to come back.
    let area = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    match &model.overlay {
        None | Some(Overlay::Filter(_) | Overlay::Command(_)) => {}
        Some(Overlay::Help(open)) => help(theme, buffer, area, open),
        Some(Overlay::Dialog(open)) => dialog::draw(theme, buffer, area, open),
        Some(Overlay::Question(asked)) => {
            question(theme, buffer, area, &asked.title, &asked.text);
        }
        Some(Overlay::ConfirmOpen) => {
            question(theme, buffer, area, "Open the ACD?", &opening(model));
        }
        Some(Overlay::ConfirmClose) => {
            question(theme, buffer, area, "Close the ACD?", &closing(model));
        }
    }
}

fn help(theme: Theme, buffer: &mut Buffer, area: Rect, help: &Help) {
    let rows = u16::try_from(keys::help().count()).unwrap_or(u16::MAX);
    let search = clean(help.search.text());
    let title = match (help.searching, search.is_empty()) {
        (true, _) => format!("Keys /{search}▏"),
        (false, false) => format!("Keys /{search}"),
        (false, true) => "Keys".to_owned(),
    };
    let inside = popup(theme, buffer, area, &title, 92, rows.saturating_add(2));
    let count = keys::found(help.search.text()).count();
    // The last page stays full.
    let most = count.saturating_sub(usize::from(inside.height));
    let rows = keys::found(help.search.text()).skip(help.scroll.min(most));
    for (row, line) in rows.zip(inside.rows()) {
        let pieces = [
            (format!(" {:<8}", row.keys), theme.style(Role::Key)),
            (row.help.to_owned(), theme.style(Role::Text)),
        ];
        put_pieces(buffer, line, &pieces);
    }
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
