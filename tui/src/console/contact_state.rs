//! The state of a contact as far as it is known: in the queue, with an agent, or over.

use shared::agent::{AgentId, AgentState};
use shared::contact::{Contact, ContactId, ContactState, Outcome};
use shared::event::What;
use shared::seen::ContactSeen;

use super::Model;
use super::log::Entry;
use crate::sentence;
use crate::text::short_contact;

/// The state in which a contact that is not over was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// In the queue.
    Waiting,
    /// Offered to this agent, who has not accepted it yet.
    OfferedTo(AgentId),
    /// With this agent.
    With(AgentId),
}

/// The state of a contact as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownState {
    /// It is not over.
    Live(LiveState),
    /// It is over.
    Ended(Outcome),
    /// It was not seen.
    Unseen,
}

impl KnownState {
    fn of(contact: &Contact) -> Self {
        match &contact.state {
            ContactState::Queued => Self::Live(LiveState::Waiting),
            ContactState::Offered(offer) => Self::Live(LiveState::OfferedTo(offer.agent.clone())),
            ContactState::Assigned { agent, .. } => Self::Live(LiveState::With(agent.clone())),
            ContactState::Complete { outcome, .. } => Self::Ended(*outcome),
        }
    }

    /// Returns the precondition that the contact is still in this state; none if it was not seen or
    /// is over.
    pub fn precondition(self) -> ContactSeen {
        match self {
            // For the store, an offered contact still waits.
            Self::Live(LiveState::Waiting | LiveState::OfferedTo(_)) => ContactSeen::waiting(),
            Self::Live(LiveState::With(agent)) => ContactSeen::with(agent),
            Self::Ended(_) | Self::Unseen => ContactSeen::ANYTHING,
        }
    }
}

impl Model {
    /// Returns the state of a contact: from the lists, or else from the newest event about it, the
    /// open detail or an earlier answer. A marked contact that was not read since is taken to be
    /// still waiting.
    pub fn contact_state(&self, id: ContactId) -> KnownState {
        let agents = self.floor().map_or(&[][..], |floor| &floor.agents);
        let mut agents = agents.iter();
        if let Some(agent) = agents.find(|agent| agent.state.contact() == Some(id)) {
            match agent.state {
                AgentState::Offered { .. } => {
                    return KnownState::Live(LiveState::OfferedTo(agent.id.clone()));
                }
                AgentState::Busy { .. } => {
                    return KnownState::Live(LiveState::With(agent.id.clone()));
                }
                // How it ended is known from elsewhere.
                _ => {}
            }
        }
        if self.floor().and_then(|floor| floor.contact(id)).is_some() {
            return KnownState::Live(LiveState::Waiting);
        }
        let known = self.in_events(id).or_else(|| self.in_detail(id));
        let known = known.or_else(|| self.in_answer(id));
        match known {
            Some(state) => state,
            None if self.marks.contacts.contains(&id) => KnownState::Live(LiveState::Waiting),
            None => KnownState::Unseen,
        }
    }

    fn in_detail(&self, id: ContactId) -> Option<KnownState> {
        let contact = self.detail_contact().filter(|contact| contact.id == id)?;
        Some(KnownState::of(contact))
    }

    /// Returns its state in the ACD's answer for the contact of a command.
    fn in_answer(&self, id: ContactId) -> Option<KnownState> {
        let mut found = self.found.iter();
        found.find(|contact| contact.id == id).map(KnownState::of)
    }

    fn in_events(&self, id: ContactId) -> Option<KnownState> {
        let shown = self.newest_event_shown();
        let mut entries = self.log.newest_first(shown);
        entries.find_map(|entry| match entry {
            Entry::Happened(event) => match &event.what {
                What::ContactAssigned { contact, agent, .. } if *contact == id => {
                    Some(KnownState::Live(LiveState::With(agent.clone())))
                }
                What::ContactCompleted {
                    contact, outcome, ..
                } if *contact == id => Some(KnownState::Ended(*outcome)),
                What::ContactOffered { contact, agent, .. } if *contact == id => {
                    Some(KnownState::Live(LiveState::OfferedTo(agent.clone())))
                }
                What::ContactCreated { contact, .. }
                | What::OfferEnded { contact, .. }
                | What::ContactRequeued { contact, .. }
                    if *contact == id =>
                {
                    Some(KnownState::Live(LiveState::Waiting))
                }
                _ => None,
            },
            // What happened in a gap is not known.
            Entry::Missed { .. } => None,
        })
    }

    /// Returns the agent who is on a contact, as far as it is known.
    pub fn agent_on(&self, id: ContactId) -> Option<AgentId> {
        match self.contact_state(id) {
            KnownState::Live(LiveState::With(agent)) => Some(agent),
            _ => None,
        }
    }

    /// Describes what happened to a contact that left its row.
    pub fn became_of_contact(&self, id: ContactId) -> String {
        match self.contact_state(id) {
            KnownState::Live(LiveState::With(agent)) => format!("went to {agent}"),
            KnownState::Live(LiveState::OfferedTo(agent)) => format!("is offered to {agent}"),
            KnownState::Ended(outcome) => format!("was {}", sentence::outcome(outcome)),
            KnownState::Live(LiveState::Waiting) if self.hides(id) => {
                "is hidden by the filter".to_owned()
            }
            KnownState::Live(LiveState::Waiting) | KnownState::Unseen => "has left".to_owned(),
        }
    }

    fn hides(&self, id: ContactId) -> bool {
        self.floor().and_then(|floor| floor.contact(id)).is_some()
    }

    /// Describes the same with the contact's short id.
    pub fn contact_became(&self, id: ContactId) -> String {
        format!("{} {}", short_contact(id), self.became_of_contact(id))
    }
}
