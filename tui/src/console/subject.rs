//! A contact or an agent, whichever something is about.

use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::event::Event;

/// What a detail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A contact, in whatever state.
    Contact(ContactId),
    /// An agent.
    Agent(AgentId),
}

impl Subject {
    /// Returns whether an event concerns the subject.
    pub fn is_in(&self, event: &Event) -> bool {
        match self {
            Self::Contact(id) => event.what.contact() == Some(*id),
            Self::Agent(id) => event.what.agent() == Some(id),
        }
    }
}
