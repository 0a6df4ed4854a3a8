//! A framed area in the middle of the screen, on top of the rest.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Widget as _};

use super::paint::uncover;
use crate::theme::{Role, Theme};

/// Returns a centred area of that size, or as large as fits.
pub(crate) fn middle(area: Rect, width: u16, height: u16) -> Rect {
    Rect {
        x: area.x + area.width.saturating_sub(width) / 2,
        y: area.y + area.height.saturating_sub(height) / 2,
        width: width.min(area.width),
        height: height.min(area.height),
    }
}

/// Returns the area inside a frame.
pub(crate) fn inside(frame: Rect) -> Rect {
    Block::bordered().inner(frame)
}

/// Clears and frames an area. Returns the inside.
pub(crate) fn popup(theme: Theme, buffer: &mut Buffer, place: Rect, title: &str) -> Rect {
    uncover(buffer, place);
    Block::bordered()
        .border_type(BorderType::Thick)
        .border_style(theme.style(Role::Focus))
        .title(format!(" {title} "))
        .render(place, buffer);
    inside(place)
}
