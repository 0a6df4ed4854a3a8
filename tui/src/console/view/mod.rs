//! Draws the model as a frame. Pure; at any size it draws what fits and never fails.

mod agents;
mod candidates;
mod detail;
mod dialog;
mod events;
mod figures;
mod frame;
mod header;
mod heads;
mod hit;
mod layout;
mod over;
mod overlay;
mod prompt;
mod queue;
mod service;
mod skills;
mod status;
mod table;
mod wanted;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(crate) use self::heads::columns_shown;
pub use self::hit::{Hit, hit};
use self::layout::{Layout, Panes};
pub use self::over::{Over, over};
use super::{Model, Overlay, Pane};
use crate::theme::Theme;

/// Returns the model's theme, greyed out while the store is away.
fn theme_of(model: &Model) -> Theme {
    Theme::new(model.colours.then_some(model.palette), model.link.is_away())
}

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    draw(model, frame.buffer_mut(), area);
}

/// Draws the model into a buffer.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let area = area.intersection(buffer.area);
    let theme = theme_of(model);
    let Some(layout) = Layout::of(area, model) else {
        status::too_small(model, buffer, area);
        return;
    };
    header::draw(model, buffer, layout.header);
    figures::draw(model, theme, buffer, layout.figures);
    service::draw(model, theme, buffer, layout.service);
    status::banner(model, buffer, layout.banner);
    match layout.panes {
        Panes::All {
            queue,
            skills,
            agents,
            events,
        } => {
            pane(model, theme, buffer, queue, Pane::Queue);
            pane(model, theme, buffer, skills, Pane::Skills);
            pane(model, theme, buffer, agents, Pane::Agents);
            pane(model, theme, buffer, events, Pane::Events);
        }
        Panes::Beside {
            list,
            agents,
            detail,
            events,
        } => {
            pane(model, theme, buffer, list, listed_beside(model));
            pane(model, theme, buffer, agents, Pane::Agents);
            detail::draw(model, theme, buffer, detail);
            pane(model, theme, buffer, events, Pane::Events);
        }
        Panes::Detail(area) => detail::draw(model, theme, buffer, area),
        Panes::One { tabs, body, events } => {
            frame::tabs(model, theme, buffer, tabs);
            content(model, theme, buffer, body, model.focus);
            if let Some(events) = events {
                let inside = frame::rule(theme, buffer, events, &frame::events_title(model));
                events::draw(model, theme, buffer, inside);
            }
        }
    }
    if !prompt::draw(model, buffer, layout.notice, layout.hints) {
        status::notice(model, buffer, layout.notice);
        status::hints(model, buffer, layout.hints);
    }
    overlay::draw(model, buffer, area);
}

/// Returns whether any list is visible at the terminal's size.
pub(crate) fn shows_lists(model: &Model) -> bool {
    let (width, height) = model.size;
    let layout = Layout::of(Rect::new(0, 0, width, height), model);
    layout.is_some_and(|layout| !matches!(layout.panes, Panes::Detail(_)))
}

/// Returns the largest scroll offset of the topmost overlay or the open detail at the terminal's
/// size, where the last page is still full.
pub(crate) fn scroll_end(model: &Model) -> usize {
    let (width, height) = model.size;
    let area = Rect::new(0, 0, width, height);
    if let Some(Overlay::Help(help)) = &model.overlay {
        return overlay::help_end(overlay::above_hints(area), help);
    }
    match Layout::of(area, model).map(|layout| layout.panes) {
        Some(Panes::Beside { detail: place, .. } | Panes::Detail(place)) => {
            detail::end(model, place)
        }
        _ => 0,
    }
}

/// Returns how many rows of a pane are visible at the terminal's size.
pub(crate) fn rows_seen(model: &Model, pane: Pane) -> usize {
    let (width, height) = model.size;
    let Some(layout) = Layout::of(Rect::new(0, 0, width, height), model) else {
        return usize::from(height);
    };
    let area = match layout.panes {
        Panes::All {
            queue,
            skills,
            agents,
            ..
        } => match pane {
            Pane::Queue => queue,
            Pane::Skills => skills,
            Pane::Agents | Pane::Events => agents,
        },
        Panes::Beside { list, agents, .. } => match pane {
            Pane::Queue | Pane::Skills => list,
            Pane::Agents | Pane::Events => agents,
        },
        Panes::Detail(area) | Panes::One { body: area, .. } => area,
    };
    usize::from(area.height)
}

pub(crate) use self::table::window as rows_around;

/// Returns the pane listed beside a detail, above the agents.
fn listed_beside(model: &Model) -> Pane {
    if model.focus == Pane::Skills {
        Pane::Skills
    } else {
        Pane::Queue
    }
}

fn pane(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect, pane: Pane) {
    let inside = frame::boxed(model, theme, buffer, area, pane);
    content(model, theme, buffer, inside, pane);
}

fn content(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect, pane: Pane) {
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
    heads::point(model, buffer, area, pane);
}
