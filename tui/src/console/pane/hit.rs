//! What is under a cell of the screen. The panes are laid out as when they are drawn.

use ratatui::layout::Rect;

use super::{agents, queue, skills, table};
use crate::console::layout::{Layout, Panes, listed_beside};
use crate::console::sort::Column;
use crate::console::{Model, Pane};

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
    let boxes: Vec<(Rect, Pane)> = match layout.panes {
        Panes::All {
            queue,
            skills,
            agents,
            events,
        } => vec![
            (queue, Pane::Queue),
            (skills, Pane::Skills),
            (agents, Pane::Agents),
            (events, Pane::Events),
        ],
        Panes::Beside {
            list,
            agents,
            detail,
            events,
        } => {
            if under(detail) {
                return Some(Hit::Detail);
            }
            vec![
                (list, listed_beside(model)),
                (agents, Pane::Agents),
                (events, Pane::Events),
            ]
        }
        Panes::Detail(area) => return under(area).then_some(Hit::Detail),
        Panes::One { body, events, .. } => {
            if under(body) {
                return Some(in_list(model, body, model.focus, x, y));
            }
            let below = events.filter(|area| under(*area));
            return below.map(|_| Hit::Pane(Pane::Events));
        }
    };
    let (area, pane) = boxes.into_iter().find(|(area, _)| under(*area))?;
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
    let (columns, at) = match pane {
        Pane::Queue => (&queue::COLUMNS[..], model.queue.index),
        Pane::Skills => (&skills::COLUMNS[..], model.skills.index),
        Pane::Agents => (&agents::COLUMNS[..], model.agents.index),
        Pane::Events => return Hit::Pane(pane),
    };
    let marks = model.marks.count(pane) > 0;
    let rows = model.row_count(pane);
    let (shown, row_at): (usize, Box<dyn Fn(usize) -> Option<usize>>) = match pane {
        Pane::Queue => (
            model.queue.rows_shown(rows),
            Box::new(|place| model.queue.row_at(place)),
        ),
        Pane::Skills => (
            model.skills.rows_shown(rows),
            Box::new(|place| model.skills.row_at(place)),
        ),
        Pane::Agents | Pane::Events => (
            model.agents.rows_shown(rows),
            Box::new(|place| model.agents.row_at(place)),
        ),
    };
    if shown == 0 {
        return Hit::Pane(pane);
    }
    match table::under(area, columns, shown, at, marks, (x, y)) {
        // The row of an item that has left cannot be selected.
        Some(table::Under::Row(place)) => {
            row_at(place).map_or(Hit::Pane(pane), |row| Hit::Row(pane, row))
        }
        Some(table::Under::Head(column)) => Hit::Head(pane, column),
        None => Hit::Pane(pane),
    }
}
