//! The state of a contact as far as it is known: in the queue, with an agent, or over.

use shared::agent::AgentId;
use shared::contact::{Contact, ContactId, ContactState, Outcome};
use shared::event::What;

use super::Model;
use super::log::Entry;
use crate::request::Stood;
use crate::text::short_contact;

/// The state of a contact as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is not over.
    Live(Stood),
    /// It is over.
    Over(Outcome),
    /// It was not seen.
    Unseen,
}

impl Standing {
    fn of(contact: &Contact) -> Self {
        match &contact.state {
            ContactState::Queued => Self::Live(Stood::Waiting),
            ContactState::Assigned { agent, .. } => Self::Live(Stood::With(agent.clone())),
            ContactState::Complete { outcome, .. } => Self::Over(*outcome),
        }
    }

    /// Returns the state, if the contact was seen and is not over.
    pub fn stood(self) -> Option<Stood> {
        match self {
            Self::Live(stood) => Some(stood),
            Self::Over(_) | Self::Unseen => None,
        }
    }
}

impl Model {
    /// Returns the state of a contact: from the lists, or else from the newest event about it, the
    /// open detail or an earlier answer. A marked contact that was not read since is taken to be
    /// still waiting.
    pub fn standing(&self, id: ContactId) -> Standing {
        let agents = self.floor().map_or(&[][..], |floor| &floor.agents);
        let mut agents = agents.iter();
        if let Some(agent) = agents.find(|agent| agent.state.contact() == Some(id)) {
            return Standing::Live(Stood::With(agent.id.clone()));
        }
        if self.floor().and_then(|floor| floor.contact(id)).is_some() {
            return Standing::Live(Stood::Waiting);
        }
        let told = self.told_by_event(id).or_else(|| self.told_by_detail(id));
        let told = told.or_else(|| self.told_by_answer(id));
        match told {
            Some(standing) => standing,
            None if self.marks.contacts.contains(&id) => Standing::Live(Stood::Waiting),
            None => Standing::Unseen,
        }
    }

    fn told_by_detail(&self, id: ContactId) -> Option<Standing> {
        let contact = self.detail_contact().filter(|contact| contact.id == id)?;
        Some(Standing::of(contact))
    }

    /// Returns its state in the ACD's answer for the contact of a command.
    fn told_by_answer(&self, id: ContactId) -> Option<Standing> {
        let mut found = self.found.iter();
        found.find(|contact| contact.id == id).map(Standing::of)
    }

    fn told_by_event(&self, id: ContactId) -> Option<Standing> {
        let shown = self.newest_event_shown();
        let mut entries = self.log.newest_first(shown);
        entries.find_map(|entry| match entry {
            Entry::Happened(event) => match &event.what {
                What::ContactAssigned { contact, agent, .. } if *contact == id => {
                    Some(Standing::Live(Stood::With(agent.clone())))
                }
                What::ContactCompleted {
                    contact, outcome, ..
                } if *contact == id => Some(Standing::Over(*outcome)),
                What::ContactCreated { contact, .. } | What::ContactRequeued { contact, .. }
                    if *contact == id =>
                {
                    Some(Standing::Live(Stood::Waiting))
                }
                _ => None,
            },
            // What happened in a gap is not known.
            Entry::Missed { .. } => None,
        })
    }

    /// Returns the agent who is on a contact, as far as it is known.
    pub fn agent_on(&self, id: ContactId) -> Option<AgentId> {
        match self.standing(id) {
            Standing::Live(Stood::With(agent)) => Some(agent),
            _ => None,
        }
    }

    /// Describes what happened to a contact that left its row.
    pub fn became_of_contact(&self, id: ContactId) -> String {
        match self.standing(id) {
            Standing::Live(Stood::With(agent)) => format!("went to {agent}"),
            Standing::Over(outcome) => format!("was {}", word(outcome)),
            Standing::Live(Stood::Waiting) if self.hides(id) => {
                "is hidden by the filter".to_owned()
            }
            Standing::Live(Stood::Waiting) | Standing::Unseen => "has left".to_owned(),
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

/// Returns the word for an outcome.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Handled => "handled",
        Outcome::Abandoned => "abandoned",
        Outcome::Cancelled => "cancelled",
    }
}
