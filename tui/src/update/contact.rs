//! What can be done to contacts: cancelling, requeueing, each after a question.

use shared::contact::{ContactId, ContactState};

use super::act::{put_question, refuse};
use crate::effect::{Effect, Request};
use crate::model::dialog::each_or_one;
use crate::model::{Model, Question};
use crate::text::{short_contact, span};

/// Said when a contact is needed and none is selected.
pub(super) const NO_CONTACT: &str =
    "No contact is selected: one of the queue, of an agent who is on one, or an open detail.";

/// Asks whether the meant contacts shall be cancelled.
pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    let contacts = model.contacts_meant();
    cancel_these(model, contacts)
}

/// Asks whether these contacts shall be cancelled.
pub(super) fn cancel_these(model: &mut Model, contacts: Vec<ContactId>) -> Vec<Effect> {
    let (title, text) = match contacts.as_slice() {
        [] => return refuse(model, NO_CONTACT),
        [contact] => (
            format!("Cancel {}?", short_contact(*contact)),
            about_one(model, *contact),
        ),
        several => (
            format!("Cancel {} contacts?", several.len()),
            "They leave the queue for good, and count as cancelled, not as abandoned.".to_owned(),
        ),
    };
    let request = each_or_one(contacts.into_iter().map(Request::Cancel).collect());
    let question = Question {
        title,
        text,
        request,
    };
    put_question(model, question)
}

fn about_one(model: &Model, id: ContactId) -> String {
    let ends = "It ends for good and counts as cancelled, not as abandoned.";
    if let Some(contact) = model.floor().and_then(|floor| floor.contact(id)) {
        let wait = span(contact.wait(model.floor_now()));
        let priority = contact.priority.0;
        return format!("It has waited {wait} with priority {priority}. {ends}");
    }
    match agent_on(model, id) {
        Some(agent) => format!("{agent} is on it, and is free at once. {ends}"),
        None => ends.to_owned(),
    }
}

fn agent_on(model: &Model, id: ContactId) -> Option<shared::agent::AgentId> {
    let agents = model.floor().map_or(&[][..], |floor| &floor.agents);
    let mut agents = agents.iter();
    if let Some(agent) = agents.find(|agent| agent.state.contact() == Some(id)) {
        return Some(agent.id.clone());
    }
    let contact = model.detail_contact().filter(|contact| contact.id == id)?;
    match &contact.state {
        ContactState::Assigned { agent, .. } => Some(agent.clone()),
        ContactState::Queued | ContactState::Complete { .. } => None,
    }
}

/// Asks whether the meant contact shall go from its agent back to the queue.
pub(super) fn requeue(model: &mut Model) -> Vec<Effect> {
    let meant = model.contacts_meant();
    let [contact] = meant.as_slice() else {
        let text = "R takes one contact from its agent: select an agent who is on one.";
        return refuse(model, text);
    };
    requeue_this(model, *contact)
}

/// Asks whether this contact shall go from its agent back to the queue.
pub(super) fn requeue_this(model: &mut Model, contact: ContactId) -> Vec<Effect> {
    let Some(from) = agent_on(model, contact) else {
        let text = format!("{} is with no agent.", short_contact(contact));
        return refuse(model, &text);
    };
    let question = Question {
        title: format!("Take {} from {from}?", short_contact(contact)),
        text: format!(
            "It goes back to its place in the queue, from where it may go to another agent at \
             once. {from} becomes unavailable, or it would come right back to him."
        ),
        request: Request::Requeue { contact, from },
    };
    put_question(model, question)
}
