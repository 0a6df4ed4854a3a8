//! The frames of panes, the tabs, and the text in an empty pane.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Widget as _};
use shared::view::Overview;

use crate::console::{Model, Pane};
use crate::parts::link::Link;
use crate::parts::paint::{put, put_pieces};
use crate::text::{NOTHING, clean, number};
use crate::theme::{Role, Theme};

/// Draws a pane's frame with its heading. Returns the inside.
pub(crate) fn boxed(
    model: &Model,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
    pane: Pane,
) -> Rect {
    let focused = model.focus == pane;
    // The frame of the focused pane is thick, so that it is recognizable without colours.
    let (border, role) = if focused {
        (BorderType::Thick, Role::Focus)
    } else {
        (BorderType::Plain, Role::Quiet)
    };
    let block = Block::bordered()
        .border_type(border)
        .border_style(theme.style(role));
    let inside = block.inner(area);
    block.render(area, buffer);
    let title = if focused { Role::Focus } else { Role::Title };
    let pieces = [
        (format!(" {} {pane} ", pane.number()), theme.style(title)),
        (format!("{} ", tally(model, pane)), theme.style(Role::Quiet)),
    ];
    let line = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    put_pieces(buffer, line, &pieces);
    inside
}

/// Returns how many rows a pane has, how many of them can be reached, and how many are marked.
fn tally(model: &Model, pane: Pane) -> String {
    let count = count(model, pane);
    match model.marks.count(pane) {
        0 => count,
        marked => format!("{count}  {marked} marked"),
    }
}

fn count(model: &Model, pane: Pane) -> String {
    let Some(floor) = model.floor() else {
        return NOTHING.to_owned();
    };
    let filter = &model.filters.of(pane).text;
    let (all, searched) = match pane {
        Pane::Queue => (floor.overview.waiting, floor.queue.searched),
        Pane::Skills => (floor.skills.total as u64, floor.skills.searched),
        Pane::Agents => (floor.overview.agents, floor.agents.searched),
        Pane::Events => (model.log.len() as u64, None),
    };
    // Long lists are not searched to the end at every poll.
    let of = match searched.map(|searched| searched as u64) {
        Some(searched) if searched < all => {
            format!("in the first {} of {}", number(searched), number(all))
        }
        _ => format!("of {}", number(all)),
    };
    match pane {
        _ if !filter.is_empty() => {
            let shown = number(model.row_count(pane) as u64);
            format!("{shown} {of}  /{}", clean(filter))
        }
        Pane::Events if model.events_back > 0 => format!("{} back, g newest", model.events_back),
        Pane::Events => "newest first".to_owned(),
        _ if searched.is_some() => format!("{} {of}", number(model.row_count(pane) as u64)),
        _ => number(all),
    }
}

/// Draws the names of the panes, the focused one in brackets.
pub(crate) fn tabs(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let mut pieces = vec![(" ".to_owned(), theme.style(Role::Quiet))];
    for &pane in Pane::ALL {
        let (name, role) = if pane == model.focus {
            (
                format!("[{} {pane} {}]", pane.number(), tally(model, pane)),
                Role::Focus,
            )
        } else {
            (format!(" {} {pane} ", pane.number()), Role::Text)
        };
        pieces.push((name, theme.style(role)));
    }
    put_pieces(buffer, area, &pieces);
}

/// Draws a rule with a heading. Returns the area below.
pub(crate) fn rule(theme: Theme, buffer: &mut Buffer, area: Rect, title: &str) -> Rect {
    let line = "─".repeat(usize::from(area.width));
    put(
        buffer,
        area.x,
        area.y,
        area.width,
        &line,
        theme.style(Role::Quiet),
    );
    let title = format!(" {title} ");
    put(
        buffer,
        area.x + 1,
        area.y,
        area.width.saturating_sub(1),
        &title,
        theme.style(Role::Title),
    );
    Rect::new(
        area.x,
        area.y + 1,
        area.width,
        area.height.saturating_sub(1),
    )
}

/// Shows that the floor has not been read yet.
pub(crate) fn waiting_for_first_look(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let text = match model.link {
        Link::Down { .. } => "The floor has not been read yet.",
        Link::Connecting | Link::Live => "Loading …",
    };
    empty(theme, buffer, area, text);
}

/// Shows why a pane is empty.
pub(crate) fn empty(theme: Theme, buffer: &mut Buffer, area: Rect, text: &str) {
    if area.height > 0 {
        let width = area.width.saturating_sub(1);
        put(
            buffer,
            area.x + 1,
            area.y,
            width,
            text,
            theme.style(Role::Quiet),
        );
    }
}

/// Shows that nothing matches the filter.
pub(crate) fn nothing_left(theme: Theme, buffer: &mut Buffer, area: Rect) {
    let text = "The filter matches nothing. \\ clears it.";
    empty(theme, buffer, area, text);
}

/// Returns the heading of the events when they are below another pane.
pub(crate) fn events_title(model: &Model) -> String {
    if model.filters.of(Pane::Events).text.is_empty() {
        Pane::Events.to_string()
    } else {
        format!("{} {}", Pane::Events, tally(model, Pane::Events))
    }
}

/// Returns the text for an empty queue.
pub(crate) fn empty_queue(overview: &Overview) -> &'static str {
    if !overview.open {
        "Nobody waits; the ACD is closed. O opens it."
    } else if overview.agents == 0 {
        "Nobody waits, and there are no agents. i injects a contact."
    } else {
        "Nobody waits. i injects a contact."
    }
}
