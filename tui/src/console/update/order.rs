//! The order of the rows: selecting a column, sorting by it, reversing the order.

use super::refuse::refuse;
use crate::console::effect::Effect;
use crate::console::heads::Aside;
use crate::console::sort::{Column, Sort};
use crate::console::{Model, Pane, view};

const EVENTS: &str = "Events are always the newest first.";

/// Selects the next column to the left or right.
pub(super) fn point(model: &mut Model, aside: Aside) -> Vec<Effect> {
    let pane = model.focus;
    if pane == Pane::Events {
        return refuse(model, EVENTS);
    }
    let shown = view::columns_shown(model, pane);
    let sorted = model.sorts.of(pane).map(|sort| sort.column);
    model.heads.go(pane, aside, &shown, sorted);
    vec![Effect::Draw]
}

/// Sorts by the selected column, or else by the next column.
pub(super) fn sort(model: &mut Model) -> Vec<Effect> {
    change(model, |model, pane| match model.heads.of(pane) {
        Some(column) => model.sorts.by(pane, column),
        None => model.sorts.next(pane),
    })
}

/// Reverses the order; if there is none yet, that of the selected column.
pub(super) fn reverse(model: &mut Model) -> Vec<Effect> {
    change(model, |model, pane| {
        if let (Some(column), None) = (model.heads.of(pane), model.sorts.of(pane)) {
            model.sorts.by(pane, column);
        }
        model.sorts.reverse(pane);
    })
}

/// Sorts the focused pane; none is the floor's own order.
pub(super) fn set(model: &mut Model, sort: Option<(Column, Option<bool>)>) -> Vec<Effect> {
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
