//! The first line: the ACD's name, whether it is open, its store, whether it answers, the time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::console::demo::DemoState;
use crate::console::{Model, Rights};
use crate::parts::link::Link;
use crate::parts::paint::{Align, put_aligned, put_pieces};
use crate::text::{span, time_of_day};
use crate::theme::{Role, Theme};

/// Draws the header. The connection state is at the right and is never truncated.
pub(super) fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = model.theme().fresh();
    let (link, role) = link(model, area.width);
    let width = u16::try_from(link.width())
        .unwrap_or(u16::MAX)
        .min(area.width);
    let left = Rect {
        width: area.width - width,
        ..area
    };
    put_pieces(buffer, left, &pieces(model, theme, area.width));
    put_aligned(buffer, area, &link, Align::Right, theme.style(role));
}

fn pieces(model: &Model, theme: Theme, width: u16) -> Vec<(String, Style)> {
    let mut pieces = vec![
        (" Switchboard ".to_owned(), theme.style(Role::Title)),
        (format!("{} ", model.place.acd), theme.style(Role::Text)),
        opened(model, theme),
    ];
    if width < 60 {
        pieces.remove(0);
    }
    if model.rights == Rights::Looking {
        pieces.push((" READ-ONLY ".to_owned(), theme.style(Role::Warn)));
    }
    if let Some(pause) = &model.pause {
        let held = span(model.clock.since(pause.since));
        let newer = model.log.newest().saturating_sub(pause.event);
        let text = format!(" PAUSED {held} (+{newer} events) ");
        pieces.push((text, theme.style(Role::Warn)));
    }
    if let Some(injection) = &model.injection {
        let verb = if injection.stopped {
            "stopping"
        } else {
            "injecting"
        };
        let text = format!(" {verb} {} ", injection.progress());
        pieces.push((text, theme.style(Role::Warn)));
    }
    let mut where_it_lives = format!(" {}", model.place.store);
    if let Some(rest) = &model.place.rest {
        where_it_lives.push_str("  REST ");
        where_it_lives.push_str(rest);
    }
    where_it_lives.push_str(match (model.demo, width < 90) {
        (DemoState::Off, _) => "",
        (DemoState::On, true) => "  demo",
        (DemoState::On, false) => "  demo session",
        (DemoState::Left, true) => "  demo left",
        (DemoState::Left, false) => "  agents of a demo session",
        (DemoState::Stopping, true) => "  demo stops",
        (DemoState::Stopping, false) => "  demo session stops",
    });
    pieces.push((where_it_lives, theme.style(Role::Quiet)));
    pieces
}

fn opened(model: &Model, theme: Theme) -> (String, Style) {
    let open = model.floor().map(|floor| floor.overview.open);
    let (word, role) = match (open, &model.link) {
        (None, _) => ("[–]", Role::Quiet),
        // An outdated snapshot does not show the current state.
        (Some(true), Link::Down { .. }) => ("[OPEN?]", Role::Warn),
        (Some(false), Link::Down { .. }) => ("[CLOSED?]", Role::Warn),
        (Some(true), _) => ("[OPEN]", Role::Good),
        (Some(false), _) => ("[CLOSED]", Role::Bad),
    };
    (word.to_owned(), theme.style(role))
}

fn link(model: &Model, width: u16) -> (String, Role) {
    let clock = time_of_day(model.clock, &model.zone);
    let (state, role) = match &model.link {
        Link::Connecting => ("◌ connecting".to_owned(), Role::Warn),
        Link::Live => ("● live".to_owned(), Role::Good),
        Link::Down { since, .. } => {
            let old = span(model.clock.since(*since));
            (format!("○ STALE {old}"), Role::Bad)
        }
    };
    if width < 50 {
        (format!(" {state} "), role)
    } else {
        (format!("  {state}  {clock} "), role)
    }
}
