//! The headings: which are visible, and which one is selected.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::layout::{Layout, Panes};
use super::{agents, listed_beside, queue, skills, table};
use crate::console::sort::Column;
use crate::console::{Model, Pane};

/// Highlights the selected heading of the pane drawn there. It is reversed, because not everybody
/// would see a colour alone.
pub(super) fn point(model: &Model, buffer: &mut Buffer, area: Rect, pane: Pane) {
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
    let columns = match pane {
        Pane::Queue => &queue::COLUMNS[..],
        Pane::Skills => &skills::COLUMNS[..],
        Pane::Agents => &agents::COLUMNS[..],
        Pane::Events => return vec![],
    };
    table::heads(area, columns, model.marks.count(pane) > 0)
}

/// Returns the area of a pane's list.
fn area_of(model: &Model, pane: Pane) -> Option<Rect> {
    let (width, height) = model.size;
    let layout = Layout::of(Rect::new(0, 0, width, height), model)?;
    let boxed = match layout.panes {
        Panes::One { body, .. } => return (pane == model.focus).then_some(body),
        Panes::Detail(_) => return None,
        Panes::All {
            queue,
            skills,
            agents,
            events,
        } => match pane {
            Pane::Queue => queue,
            Pane::Skills => skills,
            Pane::Agents => agents,
            Pane::Events => events,
        },
        Panes::Beside { list, agents, .. } => match pane {
            Pane::Agents => agents,
            pane if pane == listed_beside(model) => list,
            _ => return None,
        },
    };
    Some(Rect::new(
        boxed.x + 1,
        boxed.y + 1,
        boxed.width.saturating_sub(2),
        boxed.height.saturating_sub(2),
    ))
}
