//! Which function of the core carries out which operation.

use super::Core;
use crate::error::Result;
use crate::operation::{Answer, Operation};
use crate::time::Moment;

impl Core {
    /// Carries out a change.
    pub fn apply(&mut self, now: Moment, operation: Operation) -> Result<Answer> {
        match operation {
            Operation::Open => Ok(Answer::Open(self.open(now))),
            Operation::Close => Ok(Answer::Open(self.close(now))),
            Operation::ChangeSettings(change) => {
                Ok(Answer::Settings(self.change_settings(now, &change)))
            }
            Operation::SetType { name, settings } => {
                self.set_type(now, name, settings).map(Answer::Type)
            }
            Operation::DeleteType(name) => self.delete_type(now, &name).map(Answer::Settings),
            Operation::CreateContact(contact) => {
                self.create_contact(now, contact).map(Answer::Contact)
            }
            Operation::AcceptOffer { id, agent, offer } => self
                .accept_offer(now, id, &agent, offer)
                .map(Answer::Contact),
            Operation::RejectOffer {
                id,
                agent,
                offer,
                reason,
            } => self
                .reject_offer(now, id, &agent, offer, reason)
                .map(Answer::Contact),
            Operation::CompleteContact { id, remarks, seen } => self
                .complete_contact(now, id, &remarks, &seen)
                .map(Answer::Contact),
            Operation::SetDisposition { id, remarks } => self
                .set_disposition(now, id, remarks)
                .map(|()| Answer::Done),
            Operation::WrapUp { id, step } => self.wrap_up(now, &id, step).map(|()| Answer::Done),
            Operation::CancelContact { id, seen } => {
                self.cancel_contact(now, id, &seen).map(Answer::Contact)
            }
            Operation::RequeueContact { id, from, seen } => self
                .requeue_contact(now, id, &from, &seen)
                .map(Answer::Contact),
            Operation::SetPriority { id, priority, seen } => self
                .set_priority(now, id, priority, &seen)
                .map(Answer::Priority),
            Operation::CreateAgent(agent) => self.create_agent(now, agent).map(|()| Answer::Done),
            Operation::RenameAgent {
                id,
                fname,
                lname,
                seen,
            } => self
                .rename_agent(now, &id, fname, lname, &seen)
                .map(|(fname, lname)| Answer::Name(fname, lname)),
            Operation::SetPresence { id, presence, seen } => self
                .set_presence(now, &id, presence, &seen)
                .map(Answer::Presence),
            Operation::AddSkill { id, skill, seen } => self
                .add_skill(now, &id, &skill, &seen)
                .map(|new| Answer::Held(!new)),
            Operation::RemoveSkill { id, skill, seen } => self
                .remove_skill(now, &id, &skill, &seen)
                .map(|()| Answer::Done),
            Operation::DeleteAgent { id, seen } => {
                self.delete_agent(now, &id, &seen).map(Answer::Agent)
            }
            Operation::DeleteSkill(skill) => self.delete_skill(now, &skill).map(|()| Answer::Done),
        }
    }
}
