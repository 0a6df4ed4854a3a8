//! What an operation did, and what a refused one did not do, in a sentence for the operator.

use shared::operation::{Answer, Operation};

use crate::text::short_contact;
use crate::{agent_words, sentence};

/// Returns the sentence that reports an operation that was carried out.
pub(crate) fn done(operation: &Operation, answer: &Answer) -> String {
    match (operation, answer) {
        (Operation::Open, _) => "The ACD is open.".to_owned(),
        (Operation::Close, _) => "The ACD is closed: it takes no new contacts.".to_owned(),
        (Operation::ChangeSettings(_), _) => "The settings were changed.".to_owned(),
        (Operation::CreateContact(contact), Answer::Contact(done)) => {
            sentence::injected(contact.id, &contact.skills, &done.state)
        }
        (Operation::CreateContact(contact), _) => {
            format!("{} was created.", short_contact(contact.id))
        }
        (Operation::CompleteContact { id, .. }, Answer::Contact(done)) => {
            sentence::completed(*id, &done.state)
        }
        (Operation::CompleteContact { id, .. }, _) => {
            format!("{} was completed.", short_contact(*id))
        }
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
            agent_words::present(id, presence, false)
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

/// Returns what a refused operation did not do, to start the error message with.
pub(crate) fn not_done(operation: &Operation) -> String {
    match operation {
        Operation::Open => "ACD not opened".to_owned(),
        Operation::Close => "ACD not closed".to_owned(),
        Operation::ChangeSettings(_) => "Settings not changed".to_owned(),
        Operation::CreateContact(_) => "No contact injected".to_owned(),
        Operation::CompleteContact { id, .. } => format!("{} not completed", short_contact(*id)),
        Operation::CancelContact { id, .. } => format!("{} not cancelled", short_contact(*id)),
        Operation::RequeueContact { id, .. } => format!("{} not requeued", short_contact(*id)),
        Operation::SetPriority { id, .. } => {
            format!("Priority of {} not changed", short_contact(*id))
        }
        Operation::CreateAgent(agent) => format!("{} not added", agent.id),
        Operation::RenameAgent { id, .. } => format!("{id} not renamed"),
        Operation::SetPresence { id, .. } => format!("{id} not changed"),
        Operation::AddSkill { id, .. } | Operation::RemoveSkill { id, .. } => {
            format!("Skills of {id} not changed")
        }
        Operation::DeleteAgent { id, .. } => format!("{id} not deleted"),
        Operation::DeleteSkill(skill) => format!("{skill} not deleted"),
    }
}
