//! The agents: the state of each, since when, and on which contact.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use shared::agent::{Agent, AgentState, Mark};
use shared::time::Millis;

use super::frame;
use super::table::{self, Cell, Row, Shape, TableColumn};
use crate::agent_words;
use crate::console::floor::Floor;
use crate::console::sort::Column as Key;
use crate::console::{Model, Pane};
use crate::sentence::joined;
use crate::text::{NOTHING, clean, number, short_contact, span};
use crate::theme::{Role, Theme};

pub(crate) const COLUMNS: [TableColumn; 7] = [
    TableColumn::left(Key::Agent, "AGENT", 12, 0),
    TableColumn::left(Key::Name, "NAME", 18, 92),
    TableColumn::left(Key::State, "STATE", 22, 0),
    TableColumn::right(Key::For, "FOR", 7, 44),
    TableColumn::left(Key::OnContact, "CONTACT", 10, 60),
    TableColumn::left(Key::Skills, "SKILLS", 0, 66),
    TableColumn::right(Key::Handled, "HANDLED", 7, 52),
];

/// Draws the agents.
pub(crate) fn draw(model: &Model, floor: &Floor, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let gone = gone(model);
    if floor.agents.is_empty() && gone.is_none() {
        let text = "There are no agents. POST /agent/{key} creates one.";
        frame::empty(theme, buffer, area, text);
        return;
    }
    let rows = model.agent_rows();
    if rows.length == 0 && gone.is_none() {
        frame::nothing_left(theme, buffer, area);
        return;
    }
    let shape = Shape::of(model, Pane::Agents, &model.agents, rows.length);
    table::draw(buffer, area, theme, &COLUMNS, shape, |index| {
        let Some(index) = model.agents.row_at(index) else {
            return gone.clone();
        };
        let agent = *rows.get(index)?;
        Some(Row {
            marked: model.marks.agents.contains_key(&agent.id),
            cells: row(model, agent),
        })
    });
}

/// Returns the row of the selected agent who has left: what happened to them.
fn gone(model: &Model) -> Option<Row> {
    let id = model.agents.gone()?;
    let seen = model.last_seen.agent.as_ref();
    let name = seen.filter(|seen| seen.id == *id);
    let name = name.map_or_else(String::new, |seen| format!("{} {}", seen.fname, seen.lname));
    let quiet = |text: &str| Cell::new(text, Role::Quiet);
    Some(Row {
        marked: false,
        cells: vec![
            quiet(id.as_str()),
            quiet(clean(&name).trim()),
            quiet(&model.became_of_agent()),
            quiet(NOTHING),
            quiet(""),
            quiet(""),
            quiet(""),
        ],
    })
}

fn row(model: &Model, agent: &Agent) -> Vec<Cell> {
    let name = clean(&format!("{} {}", agent.fname, agent.lname));
    let contact = agent
        .state
        .contact()
        .map_or_else(String::new, short_contact);
    vec![
        Cell::new(agent.id.as_str(), Role::Text),
        Cell::new(name.trim(), Role::Text),
        state(&agent.state, model.floor_now()),
        Cell::new(span(model.floor_now().since(agent.changed)), Role::Text),
        Cell::new(contact, Role::Text),
        Cell::new(joined(&agent.skills), Role::Quiet),
        Cell::new(number(agent.handled), Role::Text),
    ]
}

/// Returns an agent's state as a sign and words, so that it needs no colour.
pub(crate) fn state(state: &AgentState, now: Millis) -> Cell {
    let role = match state {
        AgentState::Available { .. } => Role::Good,
        AgentState::Busy { .. } => Role::Busy,
        AgentState::Offered { .. } => Role::Warn,
        AgentState::Unavailable {
            mark: Some(Mark::NotResponding),
            ..
        } => Role::Bad,
        AgentState::WrapUp { .. } | AgentState::Penalty { .. } | AgentState::Unavailable { .. } => {
            Role::Text
        }
    };
    Cell::new(agent_words::brief(state, now), role)
}
