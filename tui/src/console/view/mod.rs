//! Draws the model as a frame. Pure; at any size it draws what fits and never fails.

mod figures;
mod header;
mod status;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::layout::{Layout, Panes};
use super::pane::{self, events, frame};
use super::{Model, detail, overlay, service};

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    draw(model, frame.buffer_mut(), area);
}

/// Draws the model into a buffer.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let area = area.intersection(buffer.area);
    let theme = model.theme();
    let Some(layout) = Layout::of(area, model) else {
        status::too_small(model, buffer, area);
        return;
    };
    header::draw(model, buffer, layout.header);
    figures::draw(model, theme, buffer, layout.figures);
    service::draw(model, theme, buffer, layout.service);
    status::banner(model, buffer, layout.banner);
    match &layout.panes {
        Panes::Framed { lists, detail } => {
            for (listed, area) in lists {
                pane::draw(model, theme, buffer, *area, *listed);
            }
            if let Some(area) = detail {
                detail::draw(model, theme, buffer, *area);
            }
        }
        Panes::Detail(area) => detail::draw(model, theme, buffer, *area),
        Panes::One { tabs, body, events } => {
            frame::tabs(model, theme, buffer, *tabs);
            pane::content(model, theme, buffer, *body, model.focus);
            if let Some(events) = events {
                let inside = frame::rule(theme, buffer, *events, &frame::events_title(model));
                events::draw(model, theme, buffer, inside);
            }
        }
    }
    status::notice(model, buffer, layout.notice);
    status::hints(model, buffer, layout.hints);
    overlay::draw(model, buffer, area, &layout);
}
