//! Draws the desk: in boxes if there is room, in plain lines otherwise.

mod lines;
mod overlay;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::{Block, Widget as _};
use shared::agent::{AgentState, Presence};
use unicode_width::UnicodeWidthStr as _;

use self::lines::Pieces;
use super::keys::{self, Action};
use super::model::Desk;
use super::poll::Visibility;
use crate::parts::link::Link;
use crate::parts::paint::{Align, indented, put, put_aligned, put_hints, put_lines, put_pieces};
use crate::text::{clean, span, time_of_day, wrap};
use crate::theme::{Role, Theme};

/// The least size, in columns and rows, for boxes.
const BOXES: (u16, u16) = (60, 18);
/// The least size, in columns and rows, for a desk.
const LEAST: (u16, u16) = (30, 7);
/// The most lines for messages that stay.
const MOST_SAID: usize = 4;

/// Draws the desk.
pub fn view(desk: &Desk, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        too_small(desk, buffer, area);
        return;
    }
    let down = u16::try_from(lines_of_banner(desk, area).len()).unwrap_or(u16::MAX);
    let notices = notices(desk, area.width);
    let [header, banner, body, notice, hints] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(down),
        Constraint::Fill(1),
        Constraint::Length(u16::try_from(notices.len()).unwrap_or(1).max(1)),
        Constraint::Length(1),
    ])
    .areas(area);
    draw_header(desk, buffer, header);
    draw_banner(desk, buffer, banner);
    if area.width >= BOXES.0 && area.height >= BOXES.1 {
        in_boxes(desk, buffer, body);
    } else {
        in_lines(desk, buffer, body);
    }
    for (cells, (text, role)) in notice.rows().zip(notices) {
        let style = theme(desk).fresh().style(role);
        put(buffer, cells.x, cells.y, cells.width, &text, style);
    }
    draw_hints(desk, buffer, hints);
    overlay::draw(desk, buffer, area);
}

/// Returns the theme, greyed out while what is shown is outdated.
fn theme(desk: &Desk) -> Theme {
    Theme::new(desk.palette, desk.link.is_down())
}

fn in_boxes(desk: &Desk, buffer: &mut Buffer, area: Rect) {
    let [above, below] = Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(area);
    let theme = theme(desk);
    boxed(theme, buffer, above, "You are", &lines::state_lines(desk));
    if desk.visibility == Visibility::Own {
        boxed(theme, buffer, below, "Your skills", &lines::skills(desk));
        return;
    }
    let [left, right] = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(below);
    boxed(
        theme,
        buffer,
        left,
        "Waiting for you",
        &lines::waiting(desk),
    );
    boxed(theme, buffer, right, "Your skills", &lines::skills(desk));
}

fn boxed(theme: Theme, buffer: &mut Buffer, area: Rect, title: &str, lines: &[Pieces]) {
    let block = Block::bordered()
        .border_style(theme.style(Role::Quiet))
        .title(format!(" {title} "))
        .title_style(theme.style(Role::Title));
    let inside = block.inner(area);
    block.render(area, buffer);
    // A blank line at the top if there is room.
    let blank = u16::from(usize::from(inside.height) > lines.len());
    let text = Rect {
        x: inside.x + 2,
        y: inside.y + blank,
        width: inside.width.saturating_sub(3),
        height: inside.height - blank,
    };
    write(buffer, text, lines);
}

fn in_lines(desk: &Desk, buffer: &mut Buffer, area: Rect) {
    let mut all = lines::state_lines(desk);
    all.retain(|line| !line.is_empty());
    all.extend(lines::waiting(desk));
    all.extend(lines::skills(desk));
    let text = Rect {
        x: area.x + 1,
        width: area.width - 1,
        ..area
    };
    write(buffer, text, &all);
}

fn write(buffer: &mut Buffer, area: Rect, lines: &[Pieces]) {
    for (line, cells) in lines.iter().zip(area.rows()) {
        put_pieces(buffer, cells, line);
    }
}

/// The connection state is at the right and is never truncated.
fn draw_header(desk: &Desk, buffer: &mut Buffer, area: Rect) {
    let theme = theme(desk).fresh();
    let clock = time_of_day(desk.clock, &desk.zone);
    let (state, role) = match &desk.link {
        Link::Live => ("● live".to_owned(), Role::Good),
        Link::Connecting => ("… connecting".to_owned(), Role::Warn),
        Link::Down { since, .. } => {
            let age = span(desk.clock.since(*since));
            (format!("○ STALE {age}"), Role::Bad)
        }
    };
    let right = if area.width < 60 {
        format!(" {state} ")
    } else {
        format!("  {state}  {clock} ")
    };
    let width = u16::try_from(right.width()).unwrap_or(u16::MAX);
    let left = Rect {
        width: area.width.saturating_sub(width),
        ..area
    };
    put_pieces(buffer, left, &names(desk, theme, area.width));
    put_aligned(buffer, area, &right, Align::Right, theme.style(role));
}

fn names(desk: &Desk, theme: Theme, width: u16) -> Pieces {
    let mut pieces = vec![(format!(" {} ", desk.me), theme.style(Role::Title))];
    if let Some(agent) = desk.agent() {
        let name = clean(&format!("{} {}", agent.fname, agent.lname));
        pieces.push((format!("{} ", name.trim()), theme.style(Role::Text)));
    }
    let closed = desk.around().is_some_and(|around| !around.open);
    if width >= 60 {
        pieces.push((format!(" {} ", desk.place), theme.style(Role::Quiet)));
    }
    if desk.read_only {
        pieces.push((" READ-ONLY ".to_owned(), theme.style(Role::Warn)));
    }
    if closed {
        pieces.push(("[CLOSED]".to_owned(), theme.style(Role::Warn)));
    }
    pieces
}

fn draw_banner(desk: &Desk, buffer: &mut Buffer, area: Rect) {
    let style = theme(desk).fresh().style(Role::Bad);
    let lines = lines_of_banner(desk, *buffer.area());
    put_lines(buffer, indented(area), &lines, style);
}

fn lines_of_banner(desk: &Desk, screen: Rect) -> Vec<String> {
    desk.link.banner(&desk.zone, "r tries again", screen)
}

/// Returns the lines of the messages to the agent. Those that stay until a key is pressed are not
/// truncated.
fn notices(desk: &Desk, width: u16) -> Vec<(String, Role)> {
    if !desk.kept.is_empty() {
        let kept = format!("{} Any key closes this.", desk.kept.join(" "));
        let lines = wrap(&kept, usize::from(width).saturating_sub(4));
        // The newest is last.
        let too_many = lines.len().saturating_sub(MOST_SAID);
        let lines = lines.into_iter().skip(too_many).enumerate();
        let mark = |number| if number == 0 { '!' } else { ' ' };
        return lines
            .map(|(number, line)| (format!(" {} {line}", mark(number)), Role::Bad))
            .collect();
    }
    let Some(notice) = &desk.notice else {
        return vec![];
    };
    let (lines, role) = notice.lines(width);
    lines.into_iter().map(|line| (line, role)).collect()
}

/// Shows the keys that work now, as many as fit.
fn draw_hints(desk: &Desk, buffer: &mut Buffer, area: Rect) {
    let state = desk.agent().map(|agent| &agent.state);
    // Where dispositions are listed, they are to be given.
    let on_contact = state.is_some_and(AgentState::is_busy);
    let listed = on_contact && desk.dispositions().is_some();
    let all = || keys::hints(desk.scope());
    let is_first =
        |action| first_now(action, state) == Some(true) || listed && action == Action::Disposition;
    let now = all().filter(|row| is_first(row.action));
    let others = all().filter(|row| first_now(row.action, state).is_none());
    let hints = now.chain(others).map(|row| match row.action {
        Action::Toggle if chose_to_be_available(desk) => (row.keys.as_ref(), "unavailable"),
        _ => (row.keys.as_ref(), row.hint),
    });
    put_hints(buffer, area, theme(desk).fresh(), hints);
}

/// Returns whether a key is for the present state and is hinted at first; none for keys that are
/// hinted at in every state.
fn first_now(action: Action, state: Option<&AgentState>) -> Option<bool> {
    match action {
        Action::Accept | Action::Reject => Some(matches!(state, Some(AgentState::Offered { .. }))),
        Action::Longer => Some(matches!(
            state,
            Some(AgentState::WrapUp { until: Some(_), .. })
        )),
        Action::Done | Action::Disposition | Action::Note => {
            Some(matches!(state, Some(AgentState::WrapUp { .. })))
        }
        Action::Complete
            if matches!(
                state,
                Some(AgentState::Offered { .. } | AgentState::WrapUp { .. })
            ) =>
        {
            Some(false)
        }
        _ => None,
    }
}

fn chose_to_be_available(desk: &Desk) -> bool {
    desk.agent()
        .is_some_and(|agent| agent.state.chosen() == Presence::Available)
}

/// Draws what fits on a screen that is too small: the state, and how to quit.
fn too_small(desk: &Desk, buffer: &mut Buffer, area: Rect) {
    let theme = theme(desk);
    let old = match desk.link {
        Link::Down { .. } => "STALE ",
        Link::Connecting | Link::Live => "",
    };
    let state = lines::state_in_words(desk);
    let (width, height) = LEAST;
    let text = format!("{old}{state} The desk needs {width}x{height}, q leaves");
    let lines = wrap(&text, usize::from(area.width));
    put_lines(buffer, area, &lines, theme.style(Role::Text));
}
