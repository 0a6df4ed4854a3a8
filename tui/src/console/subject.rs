//! A contact or an agent, whichever something is about.

use shared::agent::AgentId;
use shared::contact::{Contact, ContactId, ContactState};
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

/// Returns the agent who is or was on a contact, or to whom it is offered.
pub(crate) fn agent_of(contact: &Contact) -> Option<&AgentId> {
    match &contact.state {
        ContactState::Offered(offer) => Some(&offer.agent),
        state => state.agent(),
    }
}
