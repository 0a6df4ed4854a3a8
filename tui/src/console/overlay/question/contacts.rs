//! Questions before actions on contacts.

use std::fmt::Write as _;

use shared::agent::AgentId;
use shared::contact::{ContactId, Priority, Remarks};
use shared::operation::Operation;
use shared::seen::ContactSeen;

use super::{Draft, MOST_NAMED};
use crate::console::Model;
use crate::console::contact_state::{KnownState, LiveState};
use crate::request::Request;
use crate::sentence;
use crate::text::{counted, number, short_contact, span};

/// Groups contacts by state: in the queue or not seen, with an agent, and over.
#[derive(Default)]
struct Sorted {
    waiting: Vec<(ContactId, ContactSeen)>,
    served: Vec<(ContactId, AgentId)>,
    ended: Vec<ContactId>,
}

fn sorted(model: &Model, contacts: &[ContactId]) -> Sorted {
    let mut sorted = Sorted::default();
    for id in contacts {
        match model.contact_state(*id) {
            KnownState::Live(LiveState::With(agent)) => sorted.served.push((*id, agent)),
            KnownState::Ended(_) => sorted.ended.push(*id),
            state => sorted.waiting.push((*id, state.precondition())),
        }
    }
    sorted
}

/// Contacts for an action on those with an agent; there is at least one.
struct Served {
    with_agents: Vec<(ContactId, AgentId)>,
    waiting: Vec<ContactId>,
    ended: Vec<ContactId>,
}

/// Groups contacts for an action that needs an agent. If no contact has one, returns why: all are
/// over, or, for waiting contacts, the text `nobody`.
fn served(
    model: &Model,
    contacts: &[ContactId],
    what: &str,
    nobody: impl FnOnce(&[ContactId]) -> String,
) -> Result<Served, String> {
    let sorted = sorted(model, contacts);
    let waiting: Vec<ContactId> = sorted.waiting.into_iter().map(|(id, _)| id).collect();
    match (sorted.served.as_slice(), waiting.as_slice()) {
        ([], []) => Err(nothing_left(model, contacts, what)),
        ([], waiting) => Err(nobody(waiting)),
        _ => Ok(Served {
            with_agents: sorted.served,
            waiting,
            ended: sorted.ended,
        }),
    }
}

/// Lists contacts by short id, as many as fit into a sentence.
fn names(contacts: impl ExactSizeIterator<Item = ContactId>) -> String {
    let more = contacts.len().saturating_sub(MOST_NAMED);
    let mut names: Vec<String> = contacts.take(MOST_NAMED).map(short_contact).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}

fn nothing_left(model: &Model, contacts: &[ContactId], what: &str) -> String {
    match contacts {
        [id] => match model.contact_state(*id) {
            KnownState::Ended(outcome) => format!(
                "Nothing to {what}: {} is over: it was {}.",
                short_contact(*id),
                sentence::outcome(outcome)
            ),
            _ => format!("Nothing to {what}: {} is over.", short_contact(*id)),
        },
        several => format!("Nothing to {what}: all {} are over.", several.len()),
    }
}

pub(super) fn cancel(model: &Model, contacts: &[ContactId]) -> Result<Draft, String> {
    const COUNTS: &str = "for good and counts as cancelled, not as abandoned.";
    let Sorted {
        waiting,
        served,
        ended,
    } = sorted(model, contacts);
    let count = waiting.len() + served.len();
    if count == 0 {
        return Err(nothing_left(model, contacts, "cancel"));
    }
    let title = match contacts {
        [id] => format!("Cancel {}?", short_contact(*id)),
        _ => format!("Cancel {}?", counted(count as u64, "contact")),
    };
    let text = match (waiting.as_slice(), served.as_slice()) {
        ([(id, seen)], []) if contacts.len() == 1 => match waited(model, *id) {
            Some(waited) => format!("{waited} It ends {COUNTS}"),
            None if seen.is_anything() => {
                format!(
                    "The console has not read this contact: whatever its state, it ends \
                     {COUNTS}"
                )
            }
            None => match offered_to(model, *id) {
                Some(agent) => format!("It is offered to {agent}. It ends {COUNTS}"),
                None => format!("It waits. It ends {COUNTS}"),
            },
        },
        ([], [(_, agent)]) if contacts.len() == 1 => {
            format!(
                "{agent} is on it: the conversation ends, and {agent} is free. The contact ends \
                 {COUNTS}"
            )
        }
        _ => {
            let mut text = format!(
                "{} in the queue, {} with an agent; the conversations end. The contacts end for \
                 good and count as cancelled, not as abandoned.",
                number(waiting.len() as u64),
                number(served.len() as u64)
            );
            left_out(&mut text, &ended, "already over");
            text
        }
    };
    let waiting = waiting.into_iter();
    let served = served.into_iter();
    let served = served.map(|(id, agent)| (id, ContactSeen::with(agent)));
    let each = waiting.chain(served);
    let each = each.map(|(id, seen)| Request::Apply(Operation::CancelContact { id, seen }));
    Ok((title, text, Request::all(each.collect())))
}

/// Returns the agent to whom a contact is offered, as far as it is known.
fn offered_to(model: &Model, id: ContactId) -> Option<AgentId> {
    match model.contact_state(id) {
        KnownState::Live(LiveState::OfferedTo(agent)) => Some(agent),
        _ => None,
    }
}

/// Says that an agent has not accepted a contact yet.
fn not_accepted(model: &Model, id: ContactId) -> String {
    let agent = offered_to(model, id).map_or_else(String::new, |agent| format!(" to {agent}"));
    format!(
        "{} is only offered{agent}: nobody is on it until it is accepted.",
        short_contact(id)
    )
}

fn waited(model: &Model, id: ContactId) -> Option<String> {
    let contact = model.floor()?.contact(id)?;
    let wait = span(contact.wait(model.floor_now()));
    Some(format!(
        "It has waited {wait} with priority {}.",
        contact.priority.0
    ))
}

fn left_out(text: &mut String, contacts: &[ContactId], why: &str) {
    if !contacts.is_empty() {
        let names = names(contacts.iter().copied());
        // Writing to a string cannot fail.
        let _ = write!(text, " Unchanged ({why}): {names}.");
    }
}

pub(super) fn complete(model: &Model, contacts: &[ContactId]) -> Result<Draft, String> {
    let Served {
        with_agents: served,
        waiting,
        ended,
    } = served(model, contacts, "complete", |waiting| match waiting {
        [id] if offered_to(model, *id).is_some() => not_accepted(model, *id),
        [id] => format!(
            "{} waits and has no agent: x cancels it, after a question. c completes contacts that \
             are with an agent.",
            short_contact(*id)
        ),
        several => format!(
            "{} wait and have no agent: x cancels them, after a question. c completes contacts \
             that are with an agent.",
            number(several.len() as u64)
        ),
    })?;
    let (title, mut text) = match served.as_slice() {
        [(id, agent)] => (
            format!("Complete {}?", short_contact(*id)),
            format!(
                "{agent} is on it: the conversation ends, it counts as handled, and {agent} is \
                 free for the next."
            ),
        ),
        several => (
            format!("Complete {} contacts?", several.len()),
            format!(
                "{} agents are on them: the conversations end, they count as handled, and the \
                 agents are free for the next.",
                several.len()
            ),
        ),
    };
    left_out(&mut text, &waiting, "with no agent");
    left_out(&mut text, &ended, "already over");
    let each = served.into_iter();
    let each = each.map(|(id, agent)| {
        let seen = ContactSeen::with(agent);
        let remarks = Remarks::default();
        Request::Apply(Operation::CompleteContact { id, remarks, seen })
    });
    Ok((title, text, Request::all(each.collect())))
}

pub(super) fn requeue(model: &Model, contacts: &[ContactId]) -> Result<Draft, String> {
    let Served {
        with_agents: served,
        waiting,
        ended,
    } = served(model, contacts, "requeue", |waiting| match waiting {
        [id] if offered_to(model, *id).is_some() => not_accepted(model, *id),
        [id] => format!("{} is not with an agent.", short_contact(*id)),
        several => format!("None of the {} is with an agent.", several.len()),
    })?;
    let (title, mut text) = match served.as_slice() {
        [(id, agent)] => (
            format!("Take {} from {agent}?", short_contact(*id)),
            format!(
                "It goes back to its place in the queue and may go to another agent at once. \
                 {agent} becomes unavailable, so that it does not come straight back to them."
            ),
        ),
        several => (
            format!("Take {} contacts from their agents?", several.len()),
            "They go back to their places in the queue and may go to other agents at once. Their \
             agents become unavailable, so that they do not come straight back to them."
                .to_owned(),
        ),
    };
    left_out(&mut text, &waiting, "with no agent");
    left_out(&mut text, &ended, "already over");
    let each = served.into_iter();
    let each = each.map(|(id, from)| {
        let seen = ContactSeen::ANYTHING;
        Request::Apply(Operation::RequeueContact { id, from, seen })
    });
    Ok((title, text, Request::all(each.collect())))
}

pub(super) fn prioritise(
    model: &Model,
    contacts: &[ContactId],
    priority: Priority,
) -> Result<Draft, String> {
    let request = priority_of(model, contacts, priority)?;
    let title = format!("Priority {} for {} contacts?", priority.0, contacts.len());
    let text = "Their places in the queue change; their arrival and wait stay the same.";
    Ok((title, text.to_owned(), request))
}

/// Returns the request to change the priority of these contacts, with their states as seen.
pub(crate) fn priority_of(
    model: &Model,
    contacts: &[ContactId],
    priority: Priority,
) -> Result<Request, String> {
    let live = contacts.iter().filter_map(|contact| {
        let seen = match model.contact_state(*contact) {
            KnownState::Ended(_) => return None,
            state => state.precondition(),
        };
        let id = *contact;
        Some(Request::Apply(Operation::SetPriority {
            id,
            priority,
            seen,
        }))
    });
    let live: Vec<Request> = live.collect();
    if live.is_empty() {
        return Err(nothing_left(model, contacts, "change"));
    }
    Ok(Request::all(live))
}
