//! Overlays: the help, and the questions about the ACD as a whole.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dialog::{self, question};
use crate::console::injection::Injection;
use crate::console::keys::{self, Action, Scope};
use crate::console::palette::Help;
use crate::console::{Model, Overlay};
use crate::parts::binding::Binding;
use crate::parts::paint::put_pieces;
use crate::parts::popup::{inside, middle, popup};
use crate::text::{clean, counted, number};
use crate::theme::{Role, Theme};

/// Draws the topmost overlay, if any.
pub(super) fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = model.theme().fresh();
    let area = above_hints(area);
    match &model.overlay {
        Some(Overlay::Help(open)) => help(theme, buffer, area, open),
        Some(Overlay::Dialog(open)) => dialog::draw(theme, buffer, area, open),
        _ => {
            if let Some((title, text)) = asked(model) {
                question(theme, buffer, area, &title, &text);
            }
        }
    }
}

/// Returns the area above the hint row. The row stays visible: it shows how to go back.
pub(super) fn above_hints(area: Rect) -> Rect {
    Rect {
        height: area.height.saturating_sub(1),
        ..area
    }
}

/// Returns the title and the text of the open question, if any.
pub(super) fn asked(model: &Model) -> Option<(String, String)> {
    let (title, text) = match model.overlay.as_ref()? {
        Overlay::Question(asked) if asked.changed.is_some() => {
            let title = format!("This has changed. {}", asked.title);
            return Some((title, asked.text.clone()));
        }
        Overlay::Question(asked) => (asked.title.as_str(), asked.text.clone()),
        Overlay::ConfirmOpen => ("Open the ACD?", opening(model)),
        Overlay::ConfirmClose => ("Close the ACD?", closing(model)),
        Overlay::ConfirmDemo => ("Start a demo session?", DEMO.to_owned()),
        Overlay::ConfirmStopInjecting => ("Stop injecting?", stopping(model)),
        Overlay::Help(_) | Overlay::Dialog(_) | Overlay::Command(_) | Overlay::Filter(_) => {
            return None;
        }
    };
    Some((title.to_owned(), text))
}

/// What the demo session does to a floor that others may use.
const DEMO: &str = "It plays beside the agents of others, who are not touched. demo:0 to demo:39 \
    come, with skills like demo-English that nobody else holds; two contacts a second arrive for \
    them alone. Figures of other skills stay as they are; the totals of the floor count the demo's \
    contacts too. A contact that needs no skill can come to its agents, and then waits for \
    whoever ends the demo. D stops it, and all of it leaves.";

fn stopping(model: &Model) -> String {
    let progress = model
        .injection
        .as_ref()
        .map_or_else(String::new, Injection::progress);
    format!("{progress} are injected by now. They stay; no more are made.")
}

fn help(theme: Theme, buffer: &mut Buffer, area: Rect, help: &Help) {
    let search = clean(help.search.text());
    let title = match (help.searching, search.is_empty()) {
        (true, _) => format!("Keys /{search}▏"),
        (false, false) => format!("Keys /{search}"),
        (false, true) => "Keys".to_owned(),
    };
    popup(theme, buffer, help_place(area), &title);
    for (line, row) in help_rows(area, help) {
        let pieces = [
            (format!(" {:<8}", row.keys), theme.style(Role::Key)),
            (row.help.to_owned(), theme.style(Role::Text)),
        ];
        put_pieces(buffer, line, &pieces);
    }
}

fn help_place(area: Rect) -> Rect {
    let rows = u16::try_from(keys::help().count()).unwrap_or(u16::MAX);
    middle(area, 92, rows.saturating_add(2))
}

/// Returns the largest scroll offset of the help: the last page stays full.
pub(super) fn help_end(area: Rect, help: &Help) -> usize {
    let inside = inside(help_place(area));
    let count = keys::found(help.search.text()).count();
    count.saturating_sub(usize::from(inside.height))
}

/// Returns the visible keys with their places.
pub(super) fn help_rows(
    area: Rect,
    help: &Help,
) -> impl Iterator<Item = (Rect, &'static Binding<Scope, Action>)> {
    let inside = inside(help_place(area));
    let from = help.scroll.min(help_end(area, help));
    let rows = keys::found(help.search.text()).skip(from);
    let rows: Vec<_> = inside.rows().zip(rows).collect();
    rows.into_iter()
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
