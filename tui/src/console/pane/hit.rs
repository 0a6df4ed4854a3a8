//! What is under a cell of the screen. The panes are laid out as when they are drawn.

use ratatui::layout::Rect;

use super::{table, table_columns};
use crate::console::layout::{Layout, Panes};
use crate::console::sort::Column;
use crate::console::{Model, Pane};
use crate::parts::cursor::Cursor;

/// What is under a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A row of a pane.
    Row(Pane, usize),
    /// The heading of a column.
    Head(Pane, Column),
    /// An empty part of a pane.
    Pane(Pane),
    /// The detail.
    Detail,
}

/// Returns what is under that cell.
pub fn hit(model: &Model, x: u16, y: u16) -> Option<Hit> {
    let layout = Layout::now(model)?;
    let under = |area: Rect| area.contains((x, y).into());
    let lists = match layout.panes {
        Panes::Framed { detail, .. } if detail.is_some_and(under) => return Some(Hit::Detail),
        Panes::Framed { lists, .. } => lists,
        Panes::Detail(area) => return under(area).then_some(Hit::Detail),
        Panes::One { body, events, .. } => {
            if under(body) {
                return Some(in_list(model, body, model.focus, x, y));
            }
            let below = events.filter(|area| under(*area));
            return below.map(|_| Hit::Pane(Pane::Events));
        }
    };
    let (pane, area) = lists.into_iter().find(|(_, area)| under(*area))?;
    let inside = Rect::new(
        area.x + 1,
        area.y + 1,
        area.width.saturating_sub(2),
        area.height.saturating_sub(2),
    );
    if inside.contains((x, y).into()) {
        Some(in_list(model, inside, pane, x, y))
    } else {
        Some(Hit::Pane(pane))
    }
}

fn in_list(model: &Model, area: Rect, pane: Pane, x: u16, y: u16) -> Hit {
    match pane {
        Pane::Queue => in_table(model, area, pane, &model.queue, (x, y)),
        Pane::Skills => in_table(model, area, pane, &model.skills, (x, y)),
        Pane::Agents => in_table(model, area, pane, &model.agents, (x, y)),
        Pane::Events => Hit::Pane(pane),
    }
}

fn in_table<Id>(
    model: &Model,
    area: Rect,
    pane: Pane,
    cursor: &Cursor<Id>,
    cell: (u16, u16),
) -> Hit {
    let marks = model.marks.count(pane) > 0;
    let shown = cursor.rows_shown(model.row_count(pane));
    if shown == 0 {
        return Hit::Pane(pane);
    }
    match table::under(area, table_columns(pane), shown, cursor.index, marks, cell) {
        // The row of an item that has left cannot be selected.
        Some(table::Under::Row(place)) => {
            let row = cursor.row_at(place);
            row.map_or(Hit::Pane(pane), |row| Hit::Row(pane, row))
        }
        Some(table::Under::Head(column)) => Hit::Head(pane, column),
        None => Hit::Pane(pane),
    }
}
