//! Whom an event is about.

use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::event::What;

/// Gives the contact that an event is about.
pub fn contact_of(what: &What) -> Option<ContactId> {
    match what {
        What::ContactCreated { contact, .. }
        | What::ContactAssigned { contact, .. }
        | What::ContactCompleted { contact, .. }
        | What::ContactRequeued { contact, .. }
        | What::ContactReprioritised { contact, .. } => Some(*contact),
        _ => None,
    }
}

/// Gives the agent that an event is about.
pub fn agent_of(what: &What) -> Option<&AgentId> {
    match what {
        What::ContactAssigned { agent, .. }
        | What::ContactRequeued { agent, .. }
        | What::AgentCreated { agent, .. }
        | What::AgentRenamed { agent }
        | What::AgentDeleted { agent }
        | What::AgentAvailable { agent, .. }
        | What::AgentUnavailable { agent, .. }
        | What::AgentNext { agent, .. }
        | What::SkillAdded { agent, .. }
        | What::SkillRemoved { agent, .. }
        | What::Repaired { agent } => Some(agent),
        What::ContactCompleted { agent, .. } => agent.as_ref(),
        What::AcdOpened
        | What::AcdClosed
        | What::ContactCreated { .. }
        | What::ContactReprioritised { .. } => None,
    }
}
