//! The text of the desk, line by line; the most important first, as the last may be cut off.

use ratatui::style::Style;
use shared::agent::{Agent, AgentState, Mark};
use shared::contact::{Contact, ContactState};
use unicode_width::UnicodeWidthStr as _;

use super::theme;
use crate::agent_words::{after_contact, because_for_them, left, sign, word};
use crate::desk::model::Desk;
use crate::desk::poll::{AgentSnapshot, QUEUE_SEEN, Waiting};
use crate::parts::link::Link;
use crate::sentence::{self, joined};
use crate::text::{clean, counted, number, short_contact, span, waited};
use crate::theme::Role;

/// A line: pieces of text with their styles. An empty one is for spacing.
pub(super) type Pieces = Vec<(String, Style)>;

/// The width of the labels.
const NAME: usize = 9;

/// Returns the lines about the agent's state, their contact, and their next state.
pub(super) fn state_lines(desk: &Desk) -> Vec<Pieces> {
    let Some(snapshot) = desk.snapshot() else {
        let text = match desk.link {
            Link::Down { .. } => "Your state has not been read yet.",
            Link::Connecting | Link::Live => "Loading …",
        };
        return vec![line(desk, text, Role::Quiet)];
    };
    let Some(agent) = &snapshot.agent else {
        // The first sentence; the notice has the rest.
        let text = desk.without_agent();
        let text = text.split_inclusive(". ").next().unwrap_or_default();
        return vec![line(desk, &format!("! {}", text.trim_end()), Role::Bad)];
    };
    let mut lines = vec![state(desk, agent), vec![]];
    if let Some(contact) = &snapshot.contact {
        lines.extend(on_contact(desk, contact));
    }
    lines.push(value(desk, "then", &then(agent, snapshot)));
    lines.push(vec![]);
    lines.push(value(desk, "handled", &sentence::handled(agent)));
    if agent.misses > 0 {
        let missed = counted(agent.misses.into(), "offer");
        let text = format!("{missed} in a row");
        lines.push(named(desk, "missed", &text, Role::Warn));
    }
    lines
}

fn state(desk: &Desk, agent: &Agent) -> Pieces {
    let role = match &agent.state {
        AgentState::Available { .. } => Role::Good,
        AgentState::Busy { .. } => Role::Busy,
        AgentState::Unavailable {
            mark: Some(Mark::NotResponding),
            ..
        } => Role::Bad,
        AgentState::Unavailable { .. }
        | AgentState::Offered { .. }
        | AgentState::WrapUp { .. }
        | AgentState::Penalty { .. } => Role::Warn,
    };
    let (sign, word) = (sign(&agent.state), word(&agent.state).to_uppercase());
    let theme = theme(desk);
    let for_how_long = match left(&agent.state, desk.now()) {
        left if left.is_empty() => span(desk.now().since(agent.changed)),
        left => format!("{left} left"),
    };
    let mut pieces = vec![
        (format!("{sign} {word}"), theme.style(role)),
        (format!("   {for_how_long}"), theme.style(Role::Title)),
    ];
    if let AgentState::Unavailable { reason, mark } = &agent.state {
        let why = because_for_them(reason.as_ref(), *mark);
        if !why.is_empty() {
            pieces.push((format!("   {why}"), theme.style(Role::Text)));
        }
    }
    pieces
}

/// Returns the state in a few words, for a screen with no room for more.
pub(super) fn state_in_words(desk: &Desk) -> String {
    let Some(agent) = desk.agent() else {
        return String::new();
    };
    let (sign, word) = (sign(&agent.state), word(&agent.state));
    let time = match left(&agent.state, desk.now()) {
        left if left.is_empty() => span(desk.now().since(agent.changed)),
        left => left,
    };
    format!("{sign} {word} {time}.")
}

fn on_contact(desk: &Desk, contact: &Contact) -> Vec<Pieces> {
    let needs = if contact.skills.is_empty() {
        "any agent".to_owned()
    } else {
        joined(&contact.skills)
    };
    let on_it = match &contact.state {
        ContactState::Assigned { at, .. } => format!("for {}", span(desk.now().since(*at))),
        ContactState::Offered(_) => match desk.covered_by() {
            Some(cover) => format!("Esc closes {cover}; then Enter accepts"),
            None => "Enter accepts it, x rejects it".to_owned(),
        },
        ContactState::Complete { outcome, .. } => sentence::outcome(*outcome).to_owned(),
        ContactState::Queued => String::new(),
    };
    let wait = waited(contact.wait(desk.now()));
    let id = short_contact(contact.id);
    let mut lines = vec![
        value(
            desk,
            "contact",
            &format!("{id}  P{}  {on_it}", contact.priority.0),
        ),
        value(desk, "needs", &needs),
        value(desk, "waited", &wait),
    ];
    if let Some(name) = &contact.contact_type {
        lines.push(value(desk, "type", name.as_str()));
    }
    lines.extend(remarks(desk, contact));
    lines
}

/// Returns the lines about what the agent said of the contact.
fn remarks(desk: &Desk, contact: &Contact) -> Vec<Pieces> {
    let said = desk.said_of(contact);
    let disposition = said.disposition.as_ref();
    let disposition = disposition.map(|text| value(desk, "outcome", text.as_str()));
    let note = said.note.as_ref();
    let note = note.map(|text| value(desk, "note", &clean(text.as_str())));
    disposition.into_iter().chain(note).collect()
}

/// Returns what comes after the present state.
fn then(agent: &Agent, snapshot: &AgentSnapshot) -> String {
    match &agent.state {
        AgentState::Busy {
            next, next_mark, ..
        } => after_contact(next, *next_mark),
        AgentState::WrapUp {
            until,
            next,
            next_mark,
            ..
        } => {
            let next = after_contact(next, *next_mark);
            let now = if until.is_some() { " now" } else { "" };
            format!("{next}; d ends the wrap-up{now}")
        }
        AgentState::Penalty { .. } => "in a moment contacts come to you again".to_owned(),
        AgentState::Available { .. } | AgentState::Offered { .. } => {
            "the next contact comes to you".to_owned()
        }
        AgentState::Unavailable { .. } if waits(snapshot) => {
            "Space makes you available: a contact waits for you".to_owned()
        }
        AgentState::Unavailable { .. } => "Space makes you available".to_owned(),
    }
}

fn waits(snapshot: &AgentSnapshot) -> bool {
    let around = snapshot.floor.as_ref();
    around.is_some_and(|around| around.waiting.count > 0)
}

/// Returns the number of contacts that the agent can serve, and how long the first has waited.
pub(super) fn waiting(desk: &Desk) -> Vec<Pieces> {
    let Some(around) = desk.around() else {
        return vec![];
    };
    let Waiting {
        count,
        oldest,
        more,
    } = around.waiting;
    let role = if count > 0 { Role::Warn } else { Role::Text };
    // Only the beginning of a long queue is read.
    let at_least = if more { "at least " } else { "" };
    let contacts = counted(count as u64, "contact");
    let longest = oldest.map_or_else(String::new, |oldest| {
        format!(", longest {}", span(desk.now().since(oldest)))
    });
    let text = if more && count == 0 {
        format!("none of the first {QUEUE_SEEN}")
    } else {
        format!("{at_least}{contacts}{longest}")
    };
    vec![named(desk, "waiting", &text, role)]
}

/// Lists the agent's skills; if the floor is visible, with the contacts waiting for each and the
/// number of available agents.
pub(super) fn skills(desk: &Desk) -> Vec<Pieces> {
    let held = desk.agent().map_or(&[][..], |agent| &agent.skills);
    if desk.agent().is_some() && held.is_empty() {
        let text = "none: you get contacts that need no skill";
        return vec![line(desk, text, Role::Quiet)];
    }
    let Some(around) = desk.around() else {
        let names = held
            .iter()
            .map(|skill| line(desk, skill.as_str(), Role::Text));
        return names.collect();
    };
    let widths = around.skills.iter().map(|view| view.skill.as_str().width());
    let widest = widths.max().unwrap_or_default();
    let theme = theme(desk);
    around
        .skills
        .iter()
        .map(|view| {
            let name = view.skill.as_str();
            let space = " ".repeat(widest - name.width());
            let role = if view.waiting > 0 {
                Role::Warn
            } else {
                Role::Quiet
            };
            vec![
                (format!("{name}{space}"), theme.style(Role::Text)),
                (
                    format!("{:>5} waiting", number(view.waiting)),
                    theme.style(role),
                ),
                (
                    format!("{:>5} available", number(view.available)),
                    theme.style(Role::Quiet),
                ),
            ]
        })
        .collect()
}

fn line(desk: &Desk, text: &str, role: Role) -> Pieces {
    vec![(text.to_owned(), theme(desk).style(role))]
}

fn value(desk: &Desk, name: &str, text: &str) -> Pieces {
    named(desk, name, text, Role::Text)
}

fn named(desk: &Desk, name: &str, text: &str, role: Role) -> Pieces {
    let theme = theme(desk);
    vec![
        (format!("{name:<NAME$}"), theme.style(Role::Quiet)),
        (text.to_owned(), theme.style(role)),
    ]
}
