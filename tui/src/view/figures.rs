//! The second line: the floor in figures, as many as fit, the weightiest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use super::paint::put_pieces;
use super::theme::{Role, Theme};
use crate::model::Model;
use crate::text::{NOTHING, number, span, waited};

/// Draws the figures.
pub(super) fn draw(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let mut pieces: Vec<(String, Style)> = vec![];
    let mut left = usize::from(area.width);
    for (name, figure, role) in figures(model) {
        let parts = [format!(" {name} "), format!("{figure} ")];
        let width: usize = parts.iter().map(|part| part.width()).sum();
        // A figure that is cut in two says something false; it is left out.
        if width > left {
            break;
        }
        left -= width;
        let [name, figure] = parts;
        pieces.push((name, theme.style(Role::Quiet)));
        pieces.push((figure, theme.style(role)));
    }
    put_pieces(buffer, area, &pieces);
}

type Figure = (&'static str, String, Role);

fn figures(model: &Model) -> Vec<Figure> {
    let Some(floor) = model.floor() else {
        return [
            "waiting",
            "oldest",
            "available",
            "busy",
            "unavailable",
            "offered",
            "handled",
            "abandoned",
            "avg wait",
        ]
        .map(|name| (name, NOTHING.to_owned(), Role::Quiet))
        .into();
    };
    let figures = &floor.overview;
    let totals = &figures.totals;
    let oldest = figures.oldest.map_or(NOTHING.to_owned(), |since| {
        span(model.floor_now().since(since))
    });
    let average = totals.assigned_wait.checked_div(totals.assigned);
    let waiting = if figures.waiting > 0 {
        Role::Warn
    } else {
        Role::Title
    };
    vec![
        ("waiting", number(figures.waiting), waiting),
        ("oldest", oldest, Role::Title),
        ("available", number(figures.available), Role::Good),
        ("busy", number(figures.busy), Role::Busy),
        ("unavailable", number(figures.unavailable()), Role::Text),
        ("offered", number(totals.offered), Role::Text),
        ("handled", number(totals.handled), Role::Text),
        ("abandoned", number(totals.abandoned), Role::Text),
        (
            "avg wait",
            average.map_or(NOTHING.to_owned(), waited),
            Role::Text,
        ),
    ]
}
