//! A floor for tests: an ACD, its clock, and short helpers.

use std::sync::Arc;
use std::time::Duration;

use crate::acd::Acd;
use crate::agent::{Agent, AgentId, Mark, NewAgent, Presence};
use crate::contact::{Attributes, Contact, ContactId, ContactState, NewContact, Priority};
use crate::seen::{AgentSeen, ContactSeen};
use crate::skill::Skill;
use crate::store::Store;
use crate::time::ManualClock;
use crate::view::Page;

/// An ACD under test and its clock.
#[derive(Clone, Debug)]
pub struct Floor {
    /// The ACD.
    pub acd: Arc<dyn Acd>,
    /// Its store: the same object, unless the ACD is reached over an API.
    pub store: Arc<dyn Store>,
    /// Its clock, which moves only when told to.
    pub clock: Arc<ManualClock>,
}

impl Floor {
    /// Makes a floor on which the ACD is the store itself.
    pub fn over(store: Arc<dyn Store>, clock: Arc<ManualClock>) -> Self {
        let acd = Arc::clone(&store) as Arc<dyn Acd>;
        Self { acd, store, clock }
    }

    /// Parses an agent's id.
    pub fn id(name: &str) -> AgentId {
        name.parse().unwrap()
    }

    /// Parses skills separated by commas.
    pub fn skills(names: &str) -> Vec<Skill> {
        names
            .split(',')
            .filter(|name| !name.is_empty())
            .map(|name| name.parse().unwrap())
            .collect()
    }

    /// Advances the clock.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Creates an agent.
    pub async fn agent(&self, name: &str, skills: &str) {
        let person = |text: &str| text.to_owned().try_into().unwrap();
        let new = NewAgent::new(
            Self::id(name),
            person("Ada"),
            person(name),
            Self::skills(skills),
        );
        self.acd.create_agent(new.unwrap()).await.unwrap();
    }

    /// Creates an agent and makes them available.
    pub async fn available_agent(&self, name: &str, skills: &str) {
        self.agent(name, skills).await;
        self.make_available(name).await;
    }

    /// Makes an agent available.
    pub async fn make_available(&self, name: &str) {
        self.acd
            .set_presence(&Self::id(name), Presence::Available, &AgentSeen::ANYTHING)
            .await
            .unwrap();
    }

    /// Makes an agent unavailable; an empty reason means none.
    pub async fn make_unavailable(&self, name: &str, reason: &str) {
        let reason = (!reason.is_empty()).then(|| reason.parse().unwrap());
        self.acd
            .set_presence(
                &Self::id(name),
                Presence::Unavailable(reason),
                &AgentSeen::ANYTHING,
            )
            .await
            .unwrap();
    }

    /// Creates a contact of default priority.
    pub async fn contact(&self, skills: &str) -> ContactId {
        self.contact_of(skills, Priority::default()).await
    }

    /// Creates a contact.
    pub async fn contact_of(&self, skills: &str, priority: Priority) -> ContactId {
        let (id, answered) = self.answered(skills, priority).await;
        assert_eq!(answered, self.state(id).await, "the answer is the state");
        id
    }

    /// Creates a contact. Returns the state that the creation answered.
    pub async fn answered(&self, skills: &str, priority: Priority) -> (ContactId, ContactState) {
        let id = ContactId::random();
        let new = NewContact::new(id, Self::skills(skills), priority, Attributes::new()).unwrap();
        let state = self.acd.create_contact(new).await.unwrap().state;
        (id, state)
    }

    /// Completes a contact.
    pub async fn complete(&self, id: ContactId) -> ContactState {
        self.acd
            .complete_contact(id, &ContactSeen::ANYTHING)
            .await
            .unwrap()
            .state
    }

    /// Returns the state of a contact.
    pub async fn state(&self, id: ContactId) -> ContactState {
        self.acd.contact(id).await.unwrap().state
    }

    /// Returns the name of the agent who is or was on a contact, or an empty string.
    pub async fn agent_of(&self, id: ContactId) -> String {
        self.state(id)
            .await
            .agent()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// Returns an agent.
    pub async fn look(&self, name: &str) -> Agent {
        self.acd.agent(&Self::id(name)).await.unwrap()
    }

    /// Returns an agent's state in words: presence or contact, then the details.
    pub async fn words(&self, name: &str) -> String {
        let state = self.look(name).await.state;
        let chosen = state.chosen();
        let reason = chosen
            .reason()
            .map(|reason| format!(" {reason}"))
            .unwrap_or_default();
        let mark = match state.mark() {
            Some(Mark::Closed) => ", closed",
            Some(Mark::Requeued) => ", requeued",
            Some(Mark::NotResponding) => ", not responding",
            Some(Mark::New) | None => "",
        };
        let prefix = if state.is_busy() { "busy, then " } else { "" };
        format!("{prefix}{}{reason}{mark}", chosen.word())
    }

    /// Returns the waiting contacts in the order of service.
    pub async fn waiting(&self) -> Vec<Contact> {
        self.acd.queue(Page::first(500)).await.unwrap().items
    }

    /// Returns the ids of the waiting contacts in the order of service.
    pub async fn waiting_ids(&self) -> Vec<ContactId> {
        self.waiting()
            .await
            .iter()
            .map(|contact| contact.id)
            .collect()
    }
}
