//! What scripts take, written.

use redis::Cmd;
use serde::Serialize;
use uuid::Uuid;

use crate::agent::AgentId;
use crate::contact::ContactId;
use crate::error::{Error, Result};
use crate::skill::Skill;
use crate::text::PersonName;
use crate::view::{Page, Start};

/// What a new agent's document holds before the script adds their state.
#[derive(Serialize)]
pub(super) struct NewAgentDocument<'a> {
    pub(super) id: &'a AgentId,
    pub(super) fname: &'a PersonName,
    pub(super) lname: &'a PersonName,
    pub(super) skills: &'a [Skill],
}

/// Takes its closing brace from a document: the script adds what only it knows, in one write.
pub(super) fn opened(document: serde_json::Result<String>) -> Result<String> {
    let mut json = document.map_err(|error| Error::Contract(error.to_string()))?;
    json.pop();
    Ok(json)
}

/// Adds a contact's id as Redis holds it.
pub(super) fn with_id(script: &mut Cmd, id: ContactId) -> &mut Cmd {
    let mut letters = Uuid::encode_buffer();
    script.arg(&*id.0.hyphenated().encode_lower(&mut letters))
}

/// Writes which part of a list is wanted, as `pieces/page.lua` takes it. `up_to` writes the bound
/// of what comes before an item, and whether that counts it too.
pub(super) fn ask_page<Cursor>(
    script: &mut Cmd,
    page: &Page<Cursor>,
    up_to: impl Fn(&Cursor, bool) -> String,
) {
    let (before, later, full) = match &page.start {
        Start::At(first) => (String::new(), first.to_string(), 1),
        Start::After(item) => (up_to(item, true), "0".to_owned(), 0),
        Start::Before(item, so_many) => (up_to(item, false), format!("-{so_many}"), 1),
    };
    script.arg(before).arg(later).arg(page.limit).arg(full);
}

pub(super) fn up_to_name(name: &str, counted: bool) -> String {
    format!("{}{name}", if counted { '[' } else { '(' })
}
