//! What a command can name: the agents, skills and contacts of the floor shown.

use shared::contact::ContactId;

use crate::console::Model;
use crate::console::log::Entry;
use crate::console::subject::Subject;
use crate::find::ContactName;
use crate::text::short_contact;

/// Returns the ids of the agents.
pub(super) fn agents(model: &Model) -> Vec<String> {
    let agents = model.floor().map_or(&[][..], |floor| &floor.agents);
    agents.iter().map(|agent| agent.id.to_string()).collect()
}

/// Returns the names of the skills.
pub(super) fn skills(model: &Model) -> Vec<String> {
    let skills = model.floor().map_or(&[][..], |floor| &floor.skills);
    let names = skills.iter().map(|view| view.skill.as_str().to_owned());
    names.collect()
}

fn contact_ids(model: &Model) -> Vec<ContactId> {
    let mut ids = vec![];
    if let Some(Subject::Contact(id)) = model.detail.as_ref().map(|detail| &detail.subject) {
        ids.push(*id);
    }
    if let Some(floor) = model.floor() {
        ids.extend(floor.queue.iter().map(|contact| contact.id));
        ids.extend(
            floor
                .agents
                .iter()
                .filter_map(|agent| agent.state.contact()),
        );
    }
    ids
}

/// Returns the short ids of the contacts.
pub(super) fn contacts(model: &Model) -> Vec<String> {
    contact_ids(model).into_iter().map(short_contact).collect()
}

/// Why a name matches no contact shown.
pub(super) enum Unknown {
    /// It may be a contact that is not shown; the ACD has to be asked.
    NotShown(ContactName),
    /// It is not a contact's name, or matches several; the sentence says which.
    Wrong(String),
}

/// Finds a contact by its whole key or the beginning of its short id.
pub(super) fn contact(text: &str, model: &Model) -> Result<ContactId, Unknown> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let small = text.to_lowercase();
    let digits = small.strip_prefix("c-").unwrap_or(&small);
    let short = format!("c-{digits}");
    let is_meant = |id: &ContactId| short_contact(*id).starts_with(&short);
    let mut found: Vec<ContactId> = contact_ids(model).into_iter().filter(is_meant).collect();
    if found.is_empty() {
        found.extend(in_events(model).filter(is_meant));
    }
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [id] if !digits.is_empty() => Ok(*id),
        [_, _, ..] if !digits.is_empty() => Err(Unknown::Wrong(format!(
            "{text} matches {} contacts",
            found.len()
        ))),
        _ => Err(match text.parse() {
            Ok(name) => Unknown::NotShown(name),
            Err(_) => Unknown::Wrong(format!(
                "no contact shown has the id {text}: use one like c-1a2b3c4d, or the whole key, \
                 contact:..."
            )),
        }),
    }
}

/// Returns the contacts of the events on the screen, and those that the ACD found for the line
/// being typed.
fn in_events(model: &Model) -> impl Iterator<Item = ContactId> {
    let entries = model.log.newest_first(model.newest_event_shown());
    let events = entries.filter_map(|entry| match entry {
        Entry::Happened(event) => event.what.contact(),
        Entry::Missed { .. } => None,
    });
    events.chain(model.found.iter().map(|contact| contact.id))
}
