//! The queue: the waiting contacts in the order of service, what each needs, how long it has
//! waited, and why.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use shared::contact::Contact;

use super::frame;
use super::table::{self, Cell, Row, Shape, TableColumn};
use crate::console::floor::{Floor, Why};
use crate::console::sort::Column as Key;
use crate::console::{Model, Pane};
use crate::sentence::joined;
use crate::text::{NOTHING, number, short_contact, span};
use crate::theme::{Role, Theme};

pub(crate) const COLUMNS: [TableColumn; 6] = [
    TableColumn::right(Key::Place, "#", 3, 38),
    TableColumn::left(Key::Contact, "CONTACT", 10, 0),
    TableColumn::left(Key::Priority, "PRI", 3, 36),
    TableColumn::right(Key::Wait, "WAIT", 7, 0),
    TableColumn::left(Key::Needs, "NEEDS", 0, 0),
    TableColumn::left(Key::Why, "WHY IT WAITS", 17, 58),
];

/// Draws the queue.
pub(crate) fn draw(model: &Model, floor: &Floor, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let rows = model.contact_rows();
    let gone = gone(model);
    if floor.queue.is_empty() && gone.is_none() {
        frame::empty(theme, buffer, area, frame::empty_queue(&floor.overview));
        return;
    }
    if rows.length == 0 && gone.is_none() {
        frame::nothing_left(theme, buffer, area);
        return;
    }
    let shape = Shape::of(model, Pane::Queue, &model.queue, rows.length);
    table::draw(buffer, area, theme, &COLUMNS, shape, |index| {
        let Some(index) = model.queue.row_at(index) else {
            return gone.clone();
        };
        let (place, contact) = *rows.get(index)?;
        Some(Row {
            marked: model.marks.contacts.contains(&contact.id),
            cells: row(model, floor, contact, place),
        })
    });
}

/// Returns the row of the selected contact that has left: what happened to it.
fn gone(model: &Model) -> Option<Row> {
    let id = *model.queue.gone()?;
    let seen = model.last_seen.contact.as_ref();
    let priority = seen.filter(|seen| seen.id == id);
    let priority = priority.map_or_else(String::new, |seen| format!("P{}", seen.priority.0));
    let quiet = |text: String| Cell::new(text, Role::Quiet);
    Some(Row {
        marked: false,
        cells: vec![
            quiet(String::new()),
            quiet(short_contact(id)),
            quiet(priority),
            quiet(NOTHING.to_owned()),
            quiet(model.became_of_contact(id)),
            quiet(String::new()),
        ],
    })
}

fn row(model: &Model, floor: &Floor, contact: &Contact, place: usize) -> Vec<Cell> {
    let needs = if contact.skills.is_empty() {
        "any agent".to_owned()
    } else {
        joined(&contact.skills)
    };
    vec![
        Cell::new(number(place as u64 + 1), Role::Quiet),
        Cell::new(short_contact(contact.id), Role::Text),
        Cell::new(format!("P{}", contact.priority.0), Role::Text),
        Cell::new(span(contact.wait(model.floor_now())), Role::Title),
        Cell::new(needs, Role::Text),
        why(&floor.why(contact)),
    ]
}

fn why(why: &Why) -> Cell {
    match why {
        Why::Nobody(skill) => Cell::new(format!("! nobody: {skill}"), Role::Bad),
        Why::NoAgents => Cell::new("! no agents", Role::Bad),
        Why::NotTogether => Cell::new("! nobody has all", Role::Bad),
        Why::Staff {
            busy,
            soon: 0,
            unavailable: 0,
        } => Cell::new(format!("{busy} busy"), Role::Text),
        Why::Staff {
            busy: 0,
            soon: 0,
            unavailable,
        } => Cell::new(format!("{unavailable} unavailable"), Role::Text),
        Why::Staff {
            busy,
            soon,
            unavailable,
        } => Cell::new(staff(*busy, *soon, *unavailable), Role::Text),
        Why::Unknown => Cell::new("", Role::Quiet),
    }
}

/// Says how many are busy, soon free and unavailable, without those of whom there are none.
fn staff(busy: usize, soon: usize, unavailable: usize) -> String {
    let counts = [(busy, "busy"), (soon, "soon"), (unavailable, "unav.")];
    let some = counts.iter().filter(|(count, _)| *count > 0);
    let said: Vec<String> = some
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    said.join(", ")
}
