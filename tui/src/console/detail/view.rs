//! The detail of a contact or an agent: everything that is known, as a column of lines.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, BorderType, Widget as _};
use shared::agent::{Agent, AgentId, AgentState};
use shared::contact::{Contact, ContactState, Outcome};
use shared::view::Explanation;

use super::{Detail, Facts};
use crate::agent_words;
use crate::console::Model;
use crate::console::pane::agents;
use crate::console::subject::{Subject, agent_of};
use crate::parts::paint::{lines, put, put_pieces};
use crate::sentence::{self, joined};
use crate::text::{clean, counted, number, short_agent, short_contact, span, time_of_day, wrap};
use crate::theme::{Role, Theme};

type Pieces = Vec<(String, Style)>;

/// Draws the open detail in a frame.
pub(crate) fn draw(model: &Model, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let Some(detail) = &model.detail else {
        return;
    };
    let block = Block::bordered()
        .border_type(BorderType::Plain)
        .border_style(theme.style(Role::Quiet));
    let inside = block.inner(area);
    block.render(area, buffer);
    let head = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    let pieces = [
        (format!(" {} ", title(detail)), theme.style(Role::Title)),
        (keys(model, detail), theme.style(Role::Quiet)),
    ];
    put_pieces(buffer, head, &pieces);
    let text = text(model, detail, theme, usize::from(inside.width));
    let most = end_of(text.len(), inside);
    let from = detail.scroll.min(most);
    for (line, cells) in text.iter().skip(from).zip(lines(inside)) {
        put_pieces(buffer, cells, line);
    }
    if from < most && inside.height > 0 {
        let last = Rect::new(inside.x, area.bottom() - 1, inside.width, 1);
        let more = format!(" {} more, PgDn ", counted((most - from) as u64, "line"));
        put(
            buffer,
            last.x,
            last.y,
            last.width,
            &more,
            theme.style(Role::Quiet),
        );
    }
}

/// Returns the largest scroll offset for so many lines: the last page stays full.
fn end_of(lines: usize, inside: Rect) -> usize {
    lines.saturating_sub(usize::from(inside.height))
}

/// Returns the largest scroll offset of the open detail in that area.
pub(crate) fn end(model: &Model, area: Rect) -> usize {
    let inside = Block::bordered().inner(area);
    let theme = model.theme();
    model.detail.as_ref().map_or(0, |detail| {
        let text = text(model, detail, theme, usize::from(inside.width));
        end_of(text.len(), inside)
    })
}

fn title(detail: &Detail) -> String {
    match &detail.subject {
        Subject::Contact(id) => format!("Contact {}", short_contact(*id)),
        Subject::Agent(id) => format!("Agent {}", short_agent(id)),
    }
}

fn keys(model: &Model, detail: &Detail) -> String {
    let mut keys = String::from("Esc close  z zoom ");
    let jumps = match &detail.subject {
        Subject::Contact(_) => model
            .detail_contact()
            .is_some_and(|contact| agent_of(contact).is_some()),
        Subject::Agent(_) => model
            .detail_agent()
            .is_some_and(|agent| agent.state.contact().is_some()),
    };
    if jumps {
        keys.push_str(match &detail.subject {
            Subject::Contact(_) => " f its agent ",
            Subject::Agent(_) => " f their contact ",
        });
    }
    if !detail.former.is_empty() {
        keys.push_str(" [ back ");
    }
    keys
}

fn text(model: &Model, detail: &Detail, theme: Theme, width: usize) -> Vec<Pieces> {
    let mut text = match &detail.subject {
        Subject::Contact(_) => model
            .detail_contact()
            .map(|contact| of_contact(model, contact, theme, width)),
        Subject::Agent(_) => model
            .detail_agent()
            .map(|agent| of_agent(model, agent, theme)),
    }
    .unwrap_or_default();
    match &detail.facts {
        Some(Err(why)) => {
            for line in wrap(&clean(why), width.saturating_sub(2)) {
                text.push(vec![(format!(" {line}"), theme.style(Role::Warn))]);
            }
        }
        None if text.is_empty() => {
            text.push(vec![(" Loading …".to_owned(), theme.style(Role::Quiet))]);
        }
        _ => {}
    }
    text.extend(story(model, theme));
    text
}

fn named(theme: Theme, name: &str, value: impl Into<String>, role: Role) -> Pieces {
    vec![
        (format!(" {name:<9} "), theme.style(Role::Quiet)),
        (value.into(), theme.style(role)),
    ]
}

fn heading(theme: Theme, text: &str) -> [Pieces; 2] {
    [vec![], vec![(format!(" {text}"), theme.style(Role::Title))]]
}

fn of_contact(model: &Model, contact: &Contact, theme: Theme, width: usize) -> Vec<Pieces> {
    let now = model.floor_now();
    let (state, role) = state_of(model, contact);
    let arrived = format!(
        "{}   waited {}",
        time_of_day(contact.created, &model.zone),
        span(contact.wait(now))
    );
    let mut text = vec![
        named(theme, "ID", contact.id.0.to_string(), Role::Text),
        named(theme, "STATE", state, role),
        named(
            theme,
            "PRIORITY",
            format!("P{}", contact.priority.0),
            Role::Text,
        ),
        named(theme, "ARRIVED", arrived, Role::Text),
    ];
    let needs = if contact.skills.is_empty() {
        "none: any agent can serve it".to_owned()
    } else {
        joined(&contact.skills)
    };
    if let Some(name) = &contact.contact_type {
        text.push(named(theme, "TYPE", name.as_str(), Role::Text));
    }
    text.push(named(theme, "SKILLS", needs, Role::Text));
    if let Some(explanation) = explanation(model) {
        if let Some(ahead) = explanation.place {
            let waiting = model.floor().map_or(0, |floor| floor.overview.waiting);
            let place = format!(
                "{} of {}",
                number(ahead + 1),
                number(waiting.max(ahead + 1))
            );
            text.push(named(theme, "POSITION", place, Role::Text));
        }
        text.push(vec![]);
        for line in wrap(&explanation.sentence(), width.saturating_sub(2)) {
            text.push(vec![(format!(" {line}"), theme.style(Role::Text))]);
        }
    }
    if contact.requeues > 0 {
        let times = counted(contact.requeues.into(), "time");
        text.push(named(theme, "REQUEUED", times, Role::Warn));
    }
    if let Some(disposition) = &contact.disposition {
        text.push(named(theme, "OUTCOME", disposition.as_str(), Role::Text));
    }
    if let Some(note) = &contact.note {
        let lines = wrap(&clean(note.as_str()), width.saturating_sub(12));
        for (place, line) in lines.into_iter().enumerate() {
            let name = if place == 0 { "NOTE" } else { "" };
            text.push(named(theme, name, line, Role::Text));
        }
    }
    if contact.state == ContactState::Queued {
        text.extend(who_could(model, contact, theme));
    }
    text
}

fn explanation(model: &Model) -> Option<&Explanation> {
    match &model.detail.as_ref()?.facts {
        Some(Ok(Facts::Contact(_, explanation))) => Some(explanation),
        _ => None,
    }
}

fn state_of(model: &Model, contact: &Contact) -> (String, Role) {
    let time = |at| time_of_day(at, &model.zone);
    match &contact.state {
        ContactState::Queued => ("◌ waiting".to_owned(), Role::Warn),
        ContactState::Offered(offer) => {
            let left = agent_words::seconds_left(offer.until, model.floor_now());
            (
                format!("◎ offered to {}, {left} left", offer.agent),
                Role::Warn,
            )
        }
        ContactState::Assigned { agent, at } => {
            (format!("■ with {agent} since {}", time(*at)), Role::Busy)
        }
        ContactState::Complete {
            outcome: Outcome::Cancelled,
            at,
            ..
        } => (format!("○ cancelled at {}", time(*at)), Role::Warn),
        ContactState::Complete {
            served: Some((agent, _)),
            at,
            ..
        } => (format!("✓ handled by {agent} at {}", time(*at)), Role::Good),
        ContactState::Complete {
            outcome: Outcome::Handled,
            at,
            ..
        } => (format!("✓ handled at {}", time(*at)), Role::Good),
        ContactState::Complete { at, .. } => (
            format!("○ left while it waited, at {}", time(*at)),
            Role::Warn,
        ),
    }
}

/// Lists the agents who hold all skills of the contact, and why each does not take it.
fn who_could(model: &Model, contact: &Contact, theme: Theme) -> Vec<Pieces> {
    let Some(floor) = model.floor() else {
        return vec![];
    };
    let profile = contact.profile();
    let listed = floor.agents.iter();
    let mut able: Vec<&Agent> = listed
        .filter(|agent| profile.served_by(&agent.skills))
        .collect();
    let mut all = able.len() as u64;
    if let Some(explanation) = explanation(model) {
        all = explanation.qualified;
        if !floor.knows_all_agents() {
            able = explanation.holders.iter().collect();
        }
    }
    let title = format!("AGENTS WITH ALL THESE SKILLS: {}", number(all));
    let mut text: Vec<Pieces> = heading(theme, &title).into();
    text.extend(
        able.into_iter()
            .map(|agent| state_line(model, agent, theme)),
    );
    text
}

fn state_line(model: &Model, agent: &Agent, theme: Theme) -> Pieces {
    let state = agents::state(&agent.state, model.floor_now());
    let since = span(model.floor_now().since(agent.changed));
    vec![
        (
            format!("  {:<10} ", agent.id.as_str()),
            theme.style(Role::Text),
        ),
        (format!("{} ", clean(&state.text)), theme.style(state.role)),
        (format!("for {since}"), theme.style(Role::Quiet)),
    ]
}

fn of_agent(model: &Model, agent: &Agent, theme: Theme) -> Vec<Pieces> {
    let name = clean(&format!("{} {}", agent.fname, agent.lname));
    let state = agents::state(&agent.state, model.floor_now());
    let since = span(model.floor_now().since(agent.changed));
    let skills = if agent.skills.is_empty() {
        "none".to_owned()
    } else {
        joined(&agent.skills)
    };
    let mut text = vec![
        named(theme, "AGENT", agent.id.to_string(), Role::Text),
        named(theme, "NAME", name.trim(), Role::Text),
        named(
            theme,
            "STATE",
            format!("{} for {since}", state.text),
            state.role,
        ),
    ];
    if let Some(contact) = agent.state.contact() {
        text.push(named(theme, "CONTACT", contact.0.to_string(), Role::Busy));
    }
    if let AgentState::WrapUp {
        next, next_mark, ..
    } = &agent.state
    {
        let next = agent_words::after_contact(next, *next_mark);
        text.push(named(theme, "THEN", next, Role::Text));
    }
    if agent.misses > 0 {
        let missed = counted(agent.misses.into(), "offer");
        text.push(named(
            theme,
            "MISSED",
            format!("{missed} in a row"),
            Role::Warn,
        ));
    }
    text.push(named(theme, "SKILLS", skills, Role::Text));
    text.push(named(
        theme,
        "HANDLED",
        sentence::handled(agent),
        Role::Text,
    ));
    text.extend(next_in(model, &agent.id, theme));
    text
}

/// Lists the skills for which the agent is among the next to be chosen.
fn next_in(model: &Model, id: &AgentId, theme: Theme) -> Vec<Pieces> {
    let skills = model.floor().map_or(&[][..], |floor| &floor.skills);
    let places: Vec<Pieces> = skills
        .iter()
        .filter_map(|view| {
            let place = view.next.iter().position(|(next, _)| next == id)?;
            let text = format!(
                "  {}: {} of {}, {} waiting",
                view.skill,
                place + 1,
                view.available,
                number(view.waiting)
            );
            Some(vec![(text, theme.style(Role::Text))])
        })
        .collect();
    if places.is_empty() {
        return vec![];
    }
    let mut text: Vec<Pieces> = heading(theme, "PLACE AMONG THE AVAILABLE AGENTS").into();
    text.extend(places);
    text
}

/// Returns the events, newest first, so that the important ones show without scrolling.
fn story(model: &Model, theme: Theme) -> Vec<Pieces> {
    let events = model.story();
    if events.is_empty() {
        return vec![];
    }
    let mut text: Vec<Pieces> = heading(theme, "EVENTS, NEWEST FIRST").into();
    text.extend(events.iter().rev().map(|event| {
        vec![
            (
                format!("  {}  ", time_of_day(event.at, &model.zone)),
                theme.style(Role::Quiet),
            ),
            (
                clean(&sentence::happened(&event.what)),
                theme.style(Role::Text),
            ),
        ]
    }));
    text
}
