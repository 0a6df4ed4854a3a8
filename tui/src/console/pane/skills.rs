//! The skills: how many contacts wait for each, and its availability set, the next agent to be
//! chosen first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use shared::view::SkillView;

use super::frame;
use super::table::{self, Cell, Row, Shape, TableColumn};
use crate::console::floor::Floor;
use crate::console::sort::Column as Key;
use crate::console::{Model, Pane};
use crate::text::{number, short_agent, span};
use crate::theme::{Role, Theme};

pub(crate) const COLUMNS: [TableColumn; 5] = [
    TableColumn::left(Key::Skill, "SKILL", 12, 0),
    TableColumn::right(Key::Waiting, "WAIT", 4, 0),
    TableColumn::right(Key::Available, "AVAIL", 5, 0),
    TableColumn::right(Key::Staffed, "STAFF", 5, 34),
    TableColumn::left(Key::Next, "NEXT, IDLE FOR", 0, 0),
];

/// Draws the skills.
pub(crate) fn draw(model: &Model, floor: &Floor, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let gone = gone(model);
    if floor.skills.is_empty() && gone.is_none() {
        let text = "No agent holds a skill, and no contact waits for one.";
        frame::empty(theme, buffer, area, text);
        return;
    }
    let rows = model.skill_rows();
    if rows.length == 0 && gone.is_none() {
        frame::nothing_left(theme, buffer, area);
        return;
    }
    let shape = Shape::of(model, Pane::Skills, &model.skills, rows.length);
    table::draw(buffer, area, theme, &COLUMNS, shape, |index| {
        let Some(index) = model.skills.row_at(index) else {
            return gone.clone();
        };
        let view = *rows.get(index)?;
        Some(Row {
            marked: false,
            cells: row(model, view),
        })
    });
}

/// Returns the row of the selected skill that has left: what happened to it.
fn gone(model: &Model) -> Option<Row> {
    let skill = model.skills.gone()?;
    let texts = [skill.as_str(), "", "", "", model.became_of_skill()];
    Some(Row {
        marked: false,
        cells: texts.map(|text| Cell::new(text, Role::Quiet)).into(),
    })
}

fn row(model: &Model, view: &SkillView) -> Vec<Cell> {
    let waiting = if view.waiting > 0 {
        Role::Warn
    } else {
        Role::Quiet
    };
    let available = if view.available > 0 {
        Role::Good
    } else {
        Role::Quiet
    };
    vec![
        Cell::new(view.skill.as_str(), Role::Text),
        Cell::new(number(view.waiting), waiting),
        Cell::new(number(view.available), available),
        Cell::new(number(view.staffed), Role::Text),
        next(model, view),
    ]
}

fn next(model: &Model, view: &SkillView) -> Cell {
    if view.staffed == 0 {
        return Cell::new("! nobody holds it", Role::Bad);
    }
    if view.next.is_empty() {
        return Cell::new("–", Role::Quiet);
    }
    let now = model.floor_now();
    let idle: Vec<String> = view
        .next
        .iter()
        .map(|(agent, since)| format!("{} {}", short_agent(agent), span(now.since(since.millis()))))
        .collect();
    let more = if view.available > view.next.len() as u64 {
        ", …"
    } else {
        ""
    };
    Cell::new(format!("{}{more}", idle.join(", ")), Role::Text)
}
