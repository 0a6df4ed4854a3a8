//! The four panes: their lists, how they are drawn, and moving through them.

pub mod agents;
pub mod columns;
pub mod events;
pub mod filter;
pub mod frame;
pub mod gone;
pub mod hit;
pub mod marks;
pub mod queue;
pub mod rows;
pub mod skills;
pub mod table;
mod visible;
pub mod walk;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::table::TableColumn;
use super::{Model, Pane};
use crate::theme::Theme;

/// Draws a pane in its frame.
pub(crate) fn draw(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect, pane: Pane) {
    let inside = frame::boxed(model, theme, buffer, area, pane);
    content(model, theme, buffer, inside, pane);
}

/// Draws what is in a pane.
pub(crate) fn content(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect, pane: Pane) {
    let Some(floor) = model.floor() else {
        if pane != Pane::Events {
            frame::waiting_for_first_look(model, theme, buffer, area);
        }
        return;
    };
    match pane {
        Pane::Queue => queue::draw(model, floor, theme, buffer, area),
        Pane::Skills => skills::draw(model, floor, theme, buffer, area),
        Pane::Agents => agents::draw(model, floor, theme, buffer, area),
        Pane::Events => events::draw(model, theme, buffer, area),
    }
    columns::highlight(model, buffer, area, pane);
}

/// Returns the columns of a pane's table; none if it has no table.
fn table_columns(pane: Pane) -> &'static [TableColumn] {
    match pane {
        Pane::Queue => &queue::COLUMNS,
        Pane::Skills => &skills::COLUMNS,
        Pane::Agents => &agents::COLUMNS,
        Pane::Events => &[],
    }
}
