//! A floor to try rules on: an ACD, its clock, and short words for what cases do with them.

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

/// An ACD under test, with the clock it goes by.
#[derive(Clone, Debug)]
pub struct Floor {
    /// The ACD.
    pub acd: Arc<dyn Acd>,
    /// The store under it: the same, unless the ACD is reached through something.
    pub store: Arc<dyn Store>,
    /// Its clock, which stands until it is moved.
    pub clock: Arc<ManualClock>,
}

impl Floor {
    /// Makes a floor whose ACD is the store itself.
    pub fn over(store: Arc<dyn Store>, clock: Arc<ManualClock>) -> Self {
        let acd = Arc::clone(&store) as Arc<dyn Acd>;
        Self { acd, store, clock }
    }

    /// Reads an agent's id.
    pub fn id(name: &str) -> AgentId {
        name.parse().unwrap()
    }

    /// Reads skills separated by commas.
    pub fn skills(names: &str) -> Vec<Skill> {
        names
            .split(',')
            .filter(|name| !name.is_empty())
            .map(|name| name.parse().unwrap())
            .collect()
    }

    /// Lets time pass.
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

    /// Creates an agent and makes him available.
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

    /// Makes an agent unavailable; an empty reason is none.
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

    /// Creates a contact of ordinary priority.
    pub async fn contact(&self, skills: &str) -> ContactId {
        self.contact_of(skills, Priority::default()).await
    }

    /// Creates a contact.
    pub async fn contact_of(&self, skills: &str, priority: Priority) -> ContactId {
        let id = ContactId::random();
        let new = NewContact::new(id, Self::skills(skills), priority, Attributes::new()).unwrap();
        let answered = self.acd.create_contact(new).await.unwrap();
        assert_eq!(
            answered.state,
            self.state(id).await,
            "the answer is the state"
        );
        id
    }

    /// Completes a contact.
    pub async fn complete(&self, id: ContactId) -> ContactState {
        self.acd
            .complete_contact(id, &ContactSeen::ANYTHING)
            .await
            .unwrap()
            .state
    }

    /// Gives where a contact stands.
    pub async fn state(&self, id: ContactId) -> ContactState {
        self.acd.contact(id).await.unwrap().state
    }

    /// Gives the name of the agent who is or was on a contact; empty if there is none.
    pub async fn agent_of(&self, id: ContactId) -> String {
        self.state(id)
            .await
            .agent()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// Gives an agent.
    pub async fn look(&self, name: &str) -> Agent {
        self.acd.agent(&Self::id(name)).await.unwrap()
    }

    /// Gives an agent's state in words: presence or contact, and what follows.
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
            Some(Mark::New) | None => "",
        };
        let prefix = if state.contact().is_some() {
            "busy, then "
        } else {
            ""
        };
        format!("{prefix}{}{reason}{mark}", chosen.word())
    }

    /// Gives the waiting contacts in the order of service.
    pub async fn waiting(&self) -> Vec<Contact> {
        self.acd.queue(Page::first(500)).await.unwrap().items
    }

    /// Gives the ids of the waiting contacts in the order of service.
    pub async fn waiting_ids(&self) -> Vec<ContactId> {
        self.waiting()
            .await
            .iter()
            .map(|contact| contact.id)
            .collect()
    }
}
