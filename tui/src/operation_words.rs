//! What an operation did, and what a refused one did not do, in a sentence for the operator.

use shared::contact::Remarks;
use shared::operation::{Answer, Operation, WrapUpStep};

use crate::offer_answer::OfferAnswer;
use crate::request::When;
use crate::series::Needs;
use crate::settings_words::{of_floor, of_type, type_changed};
use crate::text::{clean, counted, short_contact};
use crate::{agent_words, sentence};

/// Returns the sentence that reports an operation that was carried out.
pub(crate) fn done(operation: &Operation, answer: &Answer) -> String {
    match (operation, answer) {
        (Operation::Open, _) => "The ACD is open.".to_owned(),
        (Operation::Close, _) => "The ACD is closed: it takes no new contacts.".to_owned(),
        (Operation::ChangeSettings(change), Answer::Settings(was)) => {
            format!("The settings are now: {}.", of_floor(&was.changed(change)))
        }
        (Operation::ChangeSettings(_), _) => "The settings were changed.".to_owned(),
        (Operation::SetType { name, settings }, Answer::Type(was)) => {
            type_changed(name, was.as_ref(), settings)
        }
        (Operation::SetType { name, .. }, _) => format!("The contact type {name} was changed."),
        (Operation::DeleteType(name), Answer::Settings(was)) => {
            format!(
                "The contact type {name} was deleted. It was: {}.",
                of_type(was)
            )
        }
        (Operation::DeleteType(name), _) => format!("The contact type {name} was deleted."),
        (Operation::CreateContact(contact), Answer::Contact(done)) => {
            let needs = Needs {
                contact_type: contact.contact_type.clone(),
                skills: contact.skills.clone(),
                priority: contact.priority,
            };
            sentence::injected(contact.id, &needs, &done.state)
        }
        (Operation::CreateContact(contact), _) => {
            format!("{} was created.", short_contact(contact.id))
        }
        (Operation::CompleteContact { id, remarks, .. }, Answer::Contact(done)) => {
            let completed = sentence::completed(*id, &done.state);
            if done.repeated && *remarks != Remarks::default() {
                let said = remarks_in_words(remarks);
                format!("{completed} It had ended before: {said}, was not added now.")
            } else {
                completed
            }
        }
        (Operation::CompleteContact { id, .. }, _) => {
            format!("{} was completed.", short_contact(*id))
        }
        (Operation::AcceptOffer { id, agent, .. }, _) => {
            sentence::answered(*id, agent, &OfferAnswer::Accept)
        }
        (Operation::RejectOffer { id, agent, .. }, _) => {
            sentence::answered(*id, agent, &OfferAnswer::Reject(None))
        }
        (Operation::SetDisposition { id, remarks }, _) => match &remarks.disposition {
            Some(disposition) => format!("{}: {disposition}.", short_contact(*id)),
            None => format!("{} has the note.", short_contact(*id)),
        },
        (Operation::WrapUp { id, step }, _) => match step {
            WrapUpStep::Done => format!("{id} is no longer in wrap-up."),
            WrapUpStep::Extend(by) => {
                format!("{id} has {} more.", counted(by.get().into(), "second"))
            }
        },
        (Operation::CancelContact { id, .. }, _) => {
            format!("{} was cancelled.", short_contact(*id))
        }
        (Operation::RequeueContact { id, from, .. }, Answer::Contact(done)) => {
            sentence::requeued(*id, from, &done.state)
        }
        (Operation::RequeueContact { id, .. }, _) => {
            format!("{} was requeued.", short_contact(*id))
        }
        (Operation::SetPriority { id, priority, .. }, _) => {
            format!("{} now has priority {}.", short_contact(*id), priority.0)
        }
        (Operation::CreateAgent(agent), _) => {
            format!("{} was added and is unavailable.", agent.id)
        }
        (
            Operation::RenameAgent {
                id, fname, lname, ..
            },
            _,
        ) => {
            format!("{id} is now called {fname} {lname}.")
        }
        (Operation::SetPresence { id, presence, .. }, _) => {
            agent_words::present(id, presence, When::Now)
        }
        (Operation::AddSkill { id, skill, .. }, _) => {
            sentence::skills_changed(id, std::slice::from_ref(skill), &[])
        }
        (Operation::RemoveSkill { id, skill, .. }, _) => {
            sentence::skills_changed(id, &[], std::slice::from_ref(skill))
        }
        (Operation::DeleteAgent { id, .. }, _) => format!("{id} was deleted."),
        (Operation::DeleteSkill(skill), _) => format!("No agent holds {skill} any more."),
    }
}

/// Returns what an operation changes, in the singular, and what it does to it, as a participle.
pub(crate) fn change(operation: &Operation) -> (String, &'static str) {
    match operation {
        Operation::Open => ("the ACD".to_owned(), "opened"),
        Operation::Close => ("the ACD".to_owned(), "closed"),
        Operation::ChangeSettings(_) => ("the configuration".to_owned(), "changed"),
        Operation::SetType { name, .. } => (format!("the contact type {name}"), "changed"),
        Operation::DeleteType(name) => (format!("the contact type {name}"), "deleted"),
        Operation::CreateContact(contact) => (short_contact(contact.id), "injected"),
        Operation::AcceptOffer { id, .. } => (short_contact(*id), "accepted"),
        Operation::RejectOffer { id, .. } => (short_contact(*id), "rejected"),
        Operation::SetDisposition { id, .. } => (
            format!("the disposition of {}", short_contact(*id)),
            "changed",
        ),
        Operation::WrapUp { id, step } => (
            format!("the wrap-up of {id}"),
            match step {
                WrapUpStep::Done => "ended",
                WrapUpStep::Extend(_) => "extended",
            },
        ),
        Operation::CompleteContact { id, .. } => (short_contact(*id), "completed"),
        Operation::CancelContact { id, .. } => (short_contact(*id), "cancelled"),
        Operation::RequeueContact { id, .. } => (short_contact(*id), "requeued"),
        Operation::SetPriority { id, .. } => {
            (format!("the priority of {}", short_contact(*id)), "changed")
        }
        Operation::CreateAgent(agent) => (agent.id.to_string(), "added"),
        Operation::RenameAgent { id, .. } => (id.to_string(), "renamed"),
        Operation::SetPresence { id, .. } => (id.to_string(), "changed"),
        Operation::AddSkill { id, .. } | Operation::RemoveSkill { id, .. } => {
            (format!("the skill set of {id}"), "changed")
        }
        Operation::DeleteAgent { id, .. } => (id.to_string(), "deleted"),
        Operation::DeleteSkill(skill) => (skill.to_string(), "taken"),
    }
}

/// Writes what was said about a contact.
pub(crate) fn remarks_in_words(remarks: &Remarks) -> String {
    let outcome = remarks.disposition.as_ref();
    let outcome = outcome.map(|text| format!("outcome {text}"));
    let note = remarks.note.as_ref();
    let note = note.map(|text| format!("note {}", clean(text.as_str())));
    let said: Vec<String> = outcome.into_iter().chain(note).collect();
    said.join(", ")
}
