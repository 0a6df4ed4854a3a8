//! The layout for the size of the terminal: all panes, one pane with tabs, or too small.

use ratatui::layout::{Constraint, Layout as Split, Rect};

use super::{Model, Pane};

/// The least size, in columns and rows, at which all panes are shown.
const ALL_PANES: (u16, u16) = (100, 26);
/// The least size, in columns and rows, at which one pane is shown.
const ONE_PANE: (u16, u16) = (30, 8);
/// The least height at which the service figures are shown.
const SERVICE_FROM: u16 = 20;
/// The least height at which the events are shown below another pane.
const EVENTS_BELOW: u16 = 18;

/// The parts of the screen.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The ACD, and whether it answers.
    pub(crate) header: Rect,
    /// The figures of the floor.
    pub(crate) figures: Rect,
    /// The service figures; empty where there is no room.
    pub(crate) service: Rect,
    /// Why the display is outdated; empty while it is not.
    pub(crate) banner: Rect,
    /// The panes.
    pub(crate) panes: Panes,
    /// The last message.
    pub(crate) notice: Rect,
    /// The key hints.
    pub(crate) hints: Rect,
}

/// The layout of the panes.
#[derive(Clone, Debug)]
pub(crate) enum Panes {
    /// Each list in a frame, and the detail beside them if one is open.
    Framed {
        /// The lists with their frames.
        lists: Vec<(Pane, Rect)>,
        /// The detail.
        detail: Option<Rect>,
    },
    /// A detail alone.
    Detail(Rect),
    /// The focused one.
    One {
        /// The names of all panes.
        tabs: Rect,
        /// The focused pane.
        body: Rect,
        /// The events below another pane, if there is room.
        events: Option<Rect>,
    },
}

impl Layout {
    /// Lays out the screen at the terminal's size; none if it is too small even for one pane.
    pub(crate) fn now(model: &Model) -> Option<Self> {
        let (width, height) = model.size;
        Self::of(Rect::new(0, 0, width, height), model)
    }

    /// Lays out the screen; none if it is too small even for one pane.
    pub(crate) fn of(area: Rect, model: &Model) -> Option<Self> {
        let banner = u16::try_from(model.banner(area).len()).unwrap_or(u16::MAX);
        if area.width < ONE_PANE.0 || area.height < ONE_PANE.1 {
            return None;
        }
        let (notice, below) = model.bottom_lines(area.width);
        let service = u16::from(area.height >= SERVICE_FROM && area.width >= 60);
        let [header, figures, service, banner, body, notice, hints] = Split::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(service),
            Constraint::Length(banner),
            Constraint::Fill(1),
            Constraint::Length(notice),
            Constraint::Length(below),
        ])
        .areas(area);
        let large = area.width >= ALL_PANES.0 && area.height >= ALL_PANES.1 && !model.zoom;
        let panes = match (large, model.detail.is_some()) {
            (true, true) => beside(body, model.focus),
            (true, false) => all(body),
            (false, true) => Panes::Detail(body),
            (false, false) => {
                // A message of several lines does not drive the events away.
                let lines = banner.height.max(1) + notice.height + hints.height;
                let extra = lines.saturating_sub(3);
                one(body, extra, model.focus)
            }
        };
        Some(Self {
            header,
            figures,
            service,
            banner,
            panes,
            notice,
            hints,
        })
    }
}

fn all(body: Rect) -> Panes {
    let [above, agents, events] = Split::vertical([
        Constraint::Fill(5),
        Constraint::Fill(7),
        Constraint::Length(body.height / 5),
    ])
    .areas(body);
    let [queue, skills] =
        Split::horizontal([Constraint::Fill(14), Constraint::Fill(11)]).areas(above);
    Panes::Framed {
        lists: vec![
            (Pane::Queue, queue),
            (Pane::Skills, skills),
            (Pane::Agents, agents),
            (Pane::Events, events),
        ],
        detail: None,
    }
}

fn beside(body: Rect, focus: Pane) -> Panes {
    let listed = match focus {
        Pane::Skills => Pane::Skills,
        Pane::Queue | Pane::Agents | Pane::Events => Pane::Queue,
    };
    let [above, events] =
        Split::vertical([Constraint::Fill(1), Constraint::Length(body.height / 5)]).areas(body);
    let [lists, detail] =
        Split::horizontal([Constraint::Fill(14), Constraint::Fill(11)]).areas(above);
    let [list, agents] = Split::vertical([Constraint::Fill(5), Constraint::Fill(7)]).areas(lists);
    Panes::Framed {
        lists: vec![
            (listed, list),
            (Pane::Agents, agents),
            (Pane::Events, events),
        ],
        detail: Some(detail),
    }
}

fn one(body: Rect, extra: u16, focus: Pane) -> Panes {
    let below = body.height + extra >= EVENTS_BELOW && focus != Pane::Events;
    let [tabs, rest, events] = Split::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(if below { 5 } else { 0 }),
    ])
    .areas(body);
    Panes::One {
        tabs,
        body: rest,
        events: below.then_some(events),
    }
}

/// Returns whether any list is visible at the terminal's size.
pub(crate) fn shows_lists(model: &Model) -> bool {
    Layout::now(model).is_some_and(|layout| !matches!(layout.panes, Panes::Detail(_)))
}

/// Returns how many rows of a pane are visible at the terminal's size.
pub(crate) fn rows_seen(model: &Model, pane: Pane) -> usize {
    let Some(layout) = Layout::now(model) else {
        return usize::from(model.size.1);
    };
    let height = match layout.panes {
        Panes::Framed { lists, .. } => {
            let of_pane = lists.iter().find(|(listed, _)| *listed == pane);
            // A list that is not shown is read as if it were the first.
            of_pane.or(lists.first()).map_or(0, |(_, area)| area.height)
        }
        Panes::Detail(area) | Panes::One { body: area, .. } => area.height,
    };
    usize::from(height)
}
