//! Draws the wallboard, as large as its figures fit.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use shared::figures::SHORT_ABANDON;
use shared::view::SkillView;
use unicode_width::UnicodeWidthStr as _;

use super::{FloorSnapshot, Wallboard, digits};
use crate::parts::link::Link;
use crate::parts::paint::{Align, indented, put, put_aligned, put_lines, put_pieces};
use crate::sentence;
use crate::text::{NOTHING, span, time_of_day};
use crate::theme::{Role, Theme};

/// The least size, in columns and rows, for large figures.
const LEAST: (u16, u16) = (80, 24);
/// The size of a skill's place: its name, and its figure at the smallest scale.
const SKILL: (u16, u16) = (16, 4);
/// The minimum width reserved for a figure, in dots: three digits.
const SHORT: usize = 11;
/// The largest scale; beyond it figures are hard to read.
const LARGEST: usize = 6;

/// A figure with its name.
struct LargeFigure {
    name: String,
    value: String,
    role: Role,
}

/// Draws the wallboard.
pub fn view(board: &Wallboard, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        in_lines(board, buffer, area);
        return;
    }
    let why = lines_of_banner(board, area);
    let down = u16::try_from(why.len()).unwrap_or(u16::MAX);
    let [header, banner, body] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(down),
        Constraint::Fill(1),
    ])
    .areas(area);
    draw_header(board, buffer, header);
    put_lines(buffer, indented(banner), &why, style_of_banner(board));
    // Two rows of figures, and the rest for the skills; at the least size all just fit.
    let [first, second, skills] = Layout::vertical([
        Constraint::Fill(3),
        Constraint::Fill(3),
        Constraint::Max((body.height / 3).max(2 * SKILL.1)),
    ])
    .areas(body);
    let Some((_, snapshot)) = &board.latest else {
        let text = match board.link {
            Link::Down { .. } => "The floor has not been read yet.",
            Link::Connecting | Link::Live => "Loading …",
        };
        line(board, buffer, first, text, Role::Quiet);
        return;
    };
    let theme = theme(board);
    let [queue, agents] = figures(board, snapshot);
    draw_figures(theme, buffer, first, &queue);
    draw_definition(board, buffer, first);
    draw_figures(theme, buffer, second, &agents);
    draw_skills(theme, buffer, skills, snapshot);
}

fn theme(board: &Wallboard) -> Theme {
    Theme::new(board.palette, board.link.is_down())
}

/// Returns the figures of the queue and of the agents.
fn figures(board: &Wallboard, snapshot: &FloorSnapshot) -> [Vec<LargeFigure>; 2] {
    let overview = &snapshot.overview;
    let figure = |name: &str, value, role| LargeFigure {
        name: name.to_owned(),
        value,
        role,
    };
    let longest = overview.oldest.map_or_else(
        || NOTHING.to_owned(),
        |oldest| digits::span(board.now().since(oldest)),
    );
    let waiting = if overview.waiting > 0 {
        Role::Warn
    } else {
        Role::Title
    };
    let count = |count| digits::number(count);
    // Floors without offers and wrap-up have none of these.
    let soon = overview.offered + overview.wrap_up + overview.penalty;
    let mut agents = vec![
        figure("● AVAILABLE", count(overview.available), Role::Good),
        figure("■ BUSY", count(overview.busy), Role::Busy),
    ];
    if soon > 0 {
        agents.push(figure("◆ SOON FREE", count(soon), Role::Text));
    }
    agents.push(figure(
        "○ UNAVAILABLE",
        count(overview.unavailable()),
        Role::Text,
    ));
    [
        vec![
            figure("WAITING", count(overview.waiting), waiting),
            figure("LONGEST WAIT", longest, waiting),
            service_level(board, snapshot),
        ],
        agents,
    ]
}

/// Returns the service level in whole per cent, rounded down so that a missed target is never shown
/// as reached.
fn service_level(board: &Wallboard, snapshot: &FloorSnapshot) -> LargeFigure {
    let level = board.level;
    let reached = snapshot.served.service_level(level.within());
    let missed = reached.is_some_and(|share| !level.is_met(share));
    let (mark, role) = if missed {
        ("! ", Role::Bad)
    } else {
        ("", Role::Title)
    };
    let value = reached.map(|share| {
        let tenths = (share * 1_000.0).round();
        format!("{:.0}%", (tenths / 10.0).floor())
    });
    LargeFigure {
        name: format!("{mark}SL {level}"),
        value: value.unwrap_or_else(|| NOTHING.to_owned()),
        role,
    }
}

/// Writes the definition of the service level into the last line, which the figures leave free.
fn draw_definition(board: &Wallboard, buffer: &mut Buffer, area: Rect) {
    let last = Rect::new(area.x, area.bottom().saturating_sub(1), area.width, 1);
    let snapshot = board.latest.as_ref().map(|(_, snapshot)| snapshot);
    let short = snapshot.map_or(SHORT_ABANDON, |snapshot| snapshot.short_abandon);
    let text = format!("{}, last 15m ", sentence::service_level(board.level, short));
    let style = theme(board).style(Role::Quiet);
    put_aligned(buffer, last, &text, Align::Right, style);
}

/// Draws figures side by side, all at the largest scale at which each fits.
fn draw_figures(theme: Theme, buffer: &mut Buffer, area: Rect, figures: &[LargeFigure]) {
    // A longer figure gets a wider place. Due to the minimum, a new digit seldom moves the others.
    let wide = |figure: &LargeFigure| {
        let dots = digits::width(&figure.value, 1).max(SHORT) + 2;
        Constraint::Fill(u16::try_from(dots).unwrap_or(u16::MAX))
    };
    let places = Layout::horizontal(figures.iter().map(wide)).split(area);
    let room = usize::from(area.height.saturating_sub(2));
    let fits = |scale: usize| {
        digits::height(scale) <= room
            && figures.iter().zip(places.iter()).all(|(figure, place)| {
                digits::width(&figure.value, scale) + 3 <= usize::from(place.width)
            })
    };
    let scale = (1..=LARGEST).rev().find(|scale| fits(*scale)).unwrap_or(1);
    for (figure, place) in figures.iter().zip(places.iter()) {
        draw_figure(theme, buffer, *place, figure, scale);
    }
}

fn draw_figure(theme: Theme, buffer: &mut Buffer, place: Rect, figure: &LargeFigure, scale: usize) {
    let inside = Rect {
        x: place.x + 2,
        width: place.width.saturating_sub(2),
        ..place
    };
    let lines = digits::written(&figure.value, scale);
    let mut rows = inside.rows();
    if let Some(row) = rows.next() {
        let style = theme.style(Role::Title);
        put(buffer, row.x, row.y, row.width, &figure.name, style);
    }
    for (line, row) in lines.iter().zip(rows) {
        put(
            buffer,
            row.x,
            row.y,
            row.width,
            line,
            theme.style(figure.role),
        );
    }
}

/// Draws the number of contacts waiting for each skill, for as many skills as fit.
fn draw_skills(theme: Theme, buffer: &mut Buffer, area: Rect, snapshot: &FloorSnapshot) {
    let columns = usize::from((area.width - 2) / SKILL.0);
    let fit = columns * usize::from(area.height / SKILL.1);
    for (place, view) in snapshot.skills.iter().take(fit).enumerate() {
        // Both are less than the size of the screen.
        let column = u16::try_from(place % columns).unwrap_or(0);
        let row = u16::try_from(place / columns).unwrap_or(0);
        let cells = Rect::new(
            area.x + 2 + column * SKILL.0,
            area.y + row * SKILL.1,
            SKILL.0 - 1,
            SKILL.1,
        );
        draw_skill(theme, buffer, cells, view);
    }
    let more = snapshot.skills.len().saturating_sub(fit);
    if more > 0 {
        let last = Rect::new(area.x, area.bottom().saturating_sub(1), area.width, 1);
        let text = format!("and {more} more skills ");
        put_aligned(buffer, last, &text, Align::Right, theme.style(Role::Quiet));
    }
}

fn draw_skill(theme: Theme, buffer: &mut Buffer, cells: Rect, view: &SkillView) {
    let role = match view.waiting {
        0 => Role::Quiet,
        _ if view.staffed == 0 => Role::Bad,
        _ => Role::Warn,
    };
    // Contacts that no agent can serve are marked.
    let mark = if role == Role::Bad { "! " } else { "" };
    let name = format!("{mark}{}", view.skill);
    let style = theme.style(Role::Text);
    put(buffer, cells.x, cells.y, cells.width, &name, style);
    let figure = digits::written(&digits::number(view.waiting), 1);
    for (line, row) in figure.iter().zip(cells.rows().skip(1)) {
        put(buffer, row.x, row.y, row.width, line, theme.style(role));
    }
}

fn draw_header(board: &Wallboard, buffer: &mut Buffer, area: Rect) {
    let theme = theme(board).fresh();
    let clock = time_of_day(board.clock, &board.zone);
    let (state, role) = match &board.link {
        Link::Live => ("● live".to_owned(), Role::Good),
        Link::Connecting => ("… connecting".to_owned(), Role::Warn),
        Link::Down { since, .. } => {
            let age = span(board.clock.since(*since));
            (format!("○ STALE {age}"), Role::Bad)
        }
    };
    let right = format!("{state}  {clock} ");
    let width = u16::try_from(right.width()).unwrap_or(u16::MAX);
    let left = Rect {
        width: area.width.saturating_sub(width),
        ..area
    };
    let mut pieces = vec![(format!(" {} ", board.acd), theme.style(Role::Title))];
    if let Some((_, snapshot)) = &board.latest {
        pieces.push(if snapshot.overview.open {
            ("[OPEN]".to_owned(), theme.style(Role::Good))
        } else {
            ("[CLOSED]".to_owned(), theme.style(Role::Warn))
        });
    }
    put_pieces(buffer, left, &pieces);
    put_aligned(buffer, area, &right, Align::Right, theme.style(role));
}

fn lines_of_banner(board: &Wallboard, screen: Rect) -> Vec<String> {
    board.link.banner(&board.zone, "r tries again now", screen)
}

fn style_of_banner(board: &Wallboard) -> Style {
    theme(board).fresh().style(Role::Bad)
}

/// Draws the same as plain lines on a screen too small for large figures. Why they are stale comes
/// first: on a very small screen the last lines are missing.
fn in_lines(board: &Wallboard, buffer: &mut Buffer, area: Rect) {
    let mut rows = area.rows();
    if let Some(row) = rows.next() {
        draw_header(board, buffer, row);
    }
    for text in lines_of_banner(board, area) {
        if let Some(row) = rows.next() {
            put_lines(buffer, indented(row), &[text], style_of_banner(board));
        }
    }
    let named = |figure: &LargeFigure| {
        (
            format!(" {:<14} {}", figure.name, figure.value),
            figure.role,
        )
    };
    let mut lines: Vec<(String, Role)> = board.latest.iter().fold(vec![], |_, (_, snapshot)| {
        figures(board, snapshot)
            .iter()
            .flatten()
            .map(named)
            .collect()
    });
    let (width, height) = LEAST;
    let text = format!(" Large from {width}x{height}; q leaves");
    lines.push((text, Role::Quiet));
    for ((text, role), row) in lines.iter().zip(rows) {
        line(board, buffer, row, text, *role);
    }
}

fn line(board: &Wallboard, buffer: &mut Buffer, area: Rect, text: &str, role: Role) {
    let style = theme(board).style(role);
    put(buffer, area.x, area.y, area.width, text, style);
}
