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

/// Returns what an operation changes, in the singular, and what it does to it, as a participle.
pub(crate) fn change(operation: &Operation) -> (String, &'static str) {
    match operation {
        Operation::Open => ("the ACD".to_owned(), "opened"),
        Operation::Close => ("the ACD".to_owned(), "closed"),
        Operation::ChangeSettings(_) => ("the configuration".to_owned(), "changed"),
        Operation::CreateContact(contact) => (short_contact(contact.id), "injected"),
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
