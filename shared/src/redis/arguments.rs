//! Encodes the arguments of scripts.

use redis::Cmd;
use serde::Serialize;
use uuid::Uuid;

use crate::agent::AgentId;
use crate::contact::ContactId;
use crate::error::{Error, Result};
use crate::skill::Skill;
use crate::text::PersonName;
use crate::view::{Page, Start};

/// A new agent's document, before the script adds their state.
#[derive(Serialize)]
pub(super) struct NewAgentDocument<'a> {
    pub(super) id: &'a AgentId,
    pub(super) fname: &'a PersonName,
    pub(super) lname: &'a PersonName,
    pub(super) skills: &'a [Skill],
}

/// Removes the closing brace from a document, so that the script can append fields and write it
/// once.
pub(super) fn opened(document: serde_json::Result<String>) -> Result<String> {
    let mut json = document.map_err(|error| Error::Contract(error.to_string()))?;
    json.pop();
    Ok(json)
}

/// Adds a contact's id in the form used in Redis.
pub(super) fn with_id(script: &mut Cmd, id: ContactId) -> &mut Cmd {
    let mut letters = Uuid::encode_buffer();
    script.arg(&*id.0.hyphenated().encode_lower(&mut letters))
}

/// Adds a page request as `pieces/page.lua` takes it. `up_to` returns the bound for what comes
/// before a cursor, and for the item itself too when its second argument is true.
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
