//! The second line: the figures of the floor, the most important first, with short names where the
//! long ones do not fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use shared::view::Overview;
use unicode_width::UnicodeWidthStr as _;

use crate::console::Model;
use crate::parts::paint::put_pieces;
use crate::text::{NOTHING, number, span, waited};
use crate::theme::{Role, Theme};

struct Figure {
    name: &'static str,
    short: &'static str,
    value: String,
    role: Role,
}

/// Draws the figures.
pub(super) fn draw(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let figures = figures(model);
    let space = usize::from(area.width);
    let long: usize = figures
        .iter()
        .map(|figure| width(figure.name, figure))
        .sum();
    let mut pieces: Vec<(String, Style)> = vec![];
    let mut left = space;
    for figure in &figures {
        let name = if long > space {
            figure.short
        } else {
            figure.name
        };
        // A truncated figure would be wrong, so it is left out.
        let Some(rest) = left.checked_sub(width(name, figure)) else {
            break;
        };
        left = rest;
        pieces.push((format!(" {name} "), theme.style(Role::Quiet)));
        pieces.push((format!("{} ", figure.value), theme.style(figure.role)));
    }
    put_pieces(buffer, area, &pieces);
}

fn width(name: &str, figure: &Figure) -> usize {
    name.width() + figure.value.width() + 3
}

fn figures(model: &Model) -> Vec<Figure> {
    let floor = model.floor();
    let count = |pick: fn(&Overview) -> u64| {
        floor.map_or_else(|| NOTHING.to_owned(), |floor| number(pick(&floor.overview)))
    };
    let waits = floor.is_some_and(|floor| floor.overview.waiting > 0);
    let oldest = floor.and_then(|floor| floor.overview.oldest);
    let oldest = oldest.map(|since| span(model.floor_now().since(since)));
    let average = floor.and_then(|floor| {
        let totals = &floor.overview.totals;
        totals.assigned_wait.checked_div(totals.assigned)
    });
    let some = |pick: fn(&Overview) -> u64, name, short| {
        let number_of = floor.map_or(0, |floor| pick(&floor.overview));
        (number_of > 0).then(|| figure(name, short, number(number_of), Role::Text))
    };
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let waiting = if waits { Role::Warn } else { Role::Title };
    let mut figures = vec![
        figure("waiting", "wait", count(|now| now.waiting), waiting),
        figure("oldest", "old", or_nothing(oldest), Role::Title),
        figure("available", "avail", count(|now| now.available), Role::Good),
        figure("busy", "busy", count(|now| now.busy), Role::Busy),
    ];
    // Floors without offers and wrap-up have none of these.
    figures.extend(some(|now| now.offered, "offered", "offer"));
    figures.extend(some(|now| now.wrap_up, "wrap-up", "wrap"));
    figures.extend(some(|now| now.penalty, "penalty", "pen"));
    figures.extend([
        figure(
            "unavailable",
            "unav",
            count(Overview::unavailable),
            Role::Text,
        ),
        figure(
            "created",
            "creat",
            count(|now| now.totals.created),
            Role::Text,
        ),
        figure(
            "handled",
            "hand",
            count(|now| now.totals.handled),
            Role::Text,
        ),
        figure(
            "abandoned",
            "aband",
            count(|now| now.totals.abandoned),
            Role::Text,
        ),
        figure(
            "avg wait",
            "avg",
            or_nothing(average.map(waited)),
            Role::Text,
        ),
    ]);
    figures
}

fn figure(name: &'static str, short: &'static str, value: String, role: Role) -> Figure {
    Figure {
        name,
        short,
        value,
        role,
    }
}
