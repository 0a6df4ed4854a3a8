//! The columns of the lists: which are visible, pointing at one, sorting by one, reversing the order.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{table, table_columns};
use crate::console::effect::Effect;
use crate::console::layout::{Layout, Panes};
use crate::console::refuse::refuse;
use crate::console::sort::{Column, Sort};
use crate::console::{Model, Pane};

/// The column selected in each pane, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads([Option<Column>; Pane::ALL.len()]);

/// A step to another column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// To the column on the left.
    Left,
    /// To the column on the right.
    Right,
}

impl Heads {
    /// Returns the column selected in a pane.
    pub fn of(&self, pane: Pane) -> Option<Column> {
        self.0[pane as usize]
    }

    /// Selects the next column; stops at the last. The first step starts from the column that the
    /// pane is sorted by, or else selects the first.
    pub fn go(&mut self, pane: Pane, aside: Aside, columns: &[Column], sorted: Option<Column>) {
        let from = self.of(pane).or(sorted);
        let place = from.and_then(|from| columns.iter().position(|column| *column == from));
        let next = match (place, aside) {
            (None, _) => 0,
            (Some(place), Aside::Left) => place.saturating_sub(1),
            (Some(place), Aside::Right) => (place + 1).min(columns.len().saturating_sub(1)),
        };
        self.0[pane as usize] = columns.get(next).copied();
    }

    /// Clears the selected column of a pane. Returns whether there was one.
    pub fn leave(&mut self, pane: Pane) -> bool {
        self.0[pane as usize].take().is_some()
    }
}

const EVENTS: &str = "Events are always sorted newest first.";

/// Selects the next column to the left or right.
pub(crate) fn point(model: &mut Model, aside: Aside) -> Vec<Effect> {
    let pane = model.focus;
    if pane == Pane::Events {
        return refuse(model, EVENTS);
    }
    let shown = columns_shown(model, pane);
    let sorted = model.sorts.of(pane).map(|sort| sort.column);
    model.heads.go(pane, aside, &shown, sorted);
    vec![Effect::Draw]
}

/// Sorts by the selected column, or else by the next column.
pub(crate) fn sort(model: &mut Model) -> Vec<Effect> {
    change(model, |model, pane| match model.heads.of(pane) {
        Some(column) => model.sorts.by(pane, column),
        None => model.sorts.next(pane),
    })
}

/// Reverses the order; if there is none yet, that of the selected column.
pub(crate) fn reverse(model: &mut Model) -> Vec<Effect> {
    change(model, |model, pane| {
        if let (Some(column), None) = (model.heads.of(pane), model.sorts.of(pane)) {
            model.sorts.by(pane, column);
        }
        model.sorts.reverse(pane);
    })
}

/// Sorts the focused pane; none is the floor's own order.
pub(crate) fn set(model: &mut Model, sort: Option<(Column, Option<bool>)>) -> Vec<Effect> {
    let sort = sort.map(|(column, falling)| Sort {
        column,
        falling: falling.unwrap_or_else(|| column.falls()),
    });
    change(model, |model, pane| model.sorts.set(pane, sort))
}

fn change(model: &mut Model, change: impl FnOnce(&mut Model, Pane)) -> Vec<Effect> {
    if model.focus == Pane::Events {
        return refuse(model, EVENTS);
    }
    change(model, model.focus);
    model.follow();
    vec![Effect::Draw]
}

/// Highlights the selected heading of the pane drawn there. It is reversed, because not everybody
/// would see a colour alone.
pub(crate) fn highlight(model: &Model, buffer: &mut Buffer, area: Rect, pane: Pane) {
    let Some(column) = model.heads.of(pane).filter(|_| model.focus == pane) else {
        return;
    };
    let heads = heads(model, area, pane);
    if let Some((_, place)) = heads.iter().find(|(key, _)| *key == column) {
        buffer.set_style(*place, Style::new().add_modifier(Modifier::REVERSED));
    }
}

/// Returns the columns of a pane that are visible at the terminal's size; all if none is.
pub(crate) fn columns_shown(model: &Model, pane: Pane) -> Vec<Column> {
    let shown = area_of(model, pane).map_or_else(Vec::new, |area| heads(model, area, pane));
    if shown.is_empty() {
        return Column::of(pane).to_vec();
    }
    shown.into_iter().map(|(column, _)| column).collect()
}

fn heads(model: &Model, area: Rect, pane: Pane) -> Vec<(Column, Rect)> {
    table::heads(area, table_columns(pane), model.marks.count(pane) > 0)
}

/// Returns the area of a pane's list.
fn area_of(model: &Model, pane: Pane) -> Option<Rect> {
    let layout = Layout::now(model)?;
    let boxed = match layout.panes {
        Panes::One { body, .. } => return (pane == model.focus).then_some(body),
        Panes::Detail(_) => return None,
        Panes::Framed { lists, .. } => {
            let of_pane = lists.into_iter().find(|(listed, _)| *listed == pane);
            of_pane.map(|(_, area)| area)?
        }
    };
    Some(Rect::new(
        boxed.x + 1,
        boxed.y + 1,
        boxed.width.saturating_sub(2),
        boxed.height.saturating_sub(2),
    ))
}
