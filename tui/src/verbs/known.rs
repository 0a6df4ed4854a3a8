//! What a command can name: the agents, skills and contacts of the floor that is shown.

use shared::contact::ContactId;

use crate::model::Model;
use crate::model::detail::Subject;
use crate::text::short_contact;

/// Gives the ids of the agents.
pub(super) fn agents(model: &Model) -> Vec<String> {
    let agents = model.floor().map_or(&[][..], |floor| &floor.agents);
    agents.iter().map(|agent| agent.id.to_string()).collect()
}

/// Gives the names of the skills.
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

/// Gives the contacts, as they are shown.
pub(super) fn contacts(model: &Model) -> Vec<String> {
    contact_ids(model).into_iter().map(short_contact).collect()
}

/// Finds the contact of that name: its whole key, or the beginning of how it is shown.
pub(super) fn contact(text: &str, model: &Model) -> Result<ContactId, String> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let small = text.to_lowercase();
    let mut found = contact_ids(model);
    found.retain(|id| short_contact(*id).starts_with(&small));
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [id] if small.len() > 2 => Ok(*id),
        [_, _, ..] if small.len() > 2 => Err(format!("{text} may be any of {}", found.len())),
        _ => Err(format!(
            "no contact that is shown is {text}: use one like c-1a2b3c4d, or the whole key, \
             contact:..."
        )),
    }
}
