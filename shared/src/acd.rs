//! The operations of an ACD: everything that anybody can do or see, whatever the store.
//!
//! A method is one atomic step: what must happen together is one method. Each can be repeated
//! with the same ids. The API, the dispatchers and the console all work through this trait;
//! there is no other way to change an ACD.
//!
//! What changes one contact or agent takes what the caller saw of it ([`crate::seen`]), and is
//! refused as stale when that is no longer so. What replaces something tells what it replaced.

use std::fmt::Debug;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::agent::{Agent, AgentId, NewAgent, Presence};
use crate::contact::{Contact, ContactId, Done, NewContact, Priority, Rank};
use crate::error::Result;
use crate::event::Event;
use crate::figures::Figures;
use crate::keeping::Keeping;
use crate::seen::{AgentSeen, ContactSeen};
use crate::settings::{Settings, SettingsChange};
use crate::skill::Skill;
use crate::text::{AcdName, PersonName};
use crate::time::Millis;
use crate::view::{Explanation, Listing, Overview, Page, SkillView};

/// The operations of an ACD.
#[async_trait]
pub trait Acd: Send + Sync + Debug {
    /// Gives the ACD's name.
    fn name(&self) -> &AcdName;

    /// Opens the ACD, and brings back whom closing took off and who was created and has never
    /// chosen: available, or so when their contact ends, those first who have been unavailable
    /// longest. What anybody chose stays. Tells whether it was open before.
    async fn open(&self) -> Result<bool>;

    /// Closes the ACD: no new contacts; every agent becomes unavailable, who is on a contact when
    /// it ends. The queue is kept, and agents who make themselves available again drain it. Tells
    /// whether it was open before.
    async fn close(&self) -> Result<bool>;

    /// Gives what is set for the floor.
    async fn settings(&self) -> Result<Settings>;

    /// Changes what is set for the floor, and gives it as it was before. It is then as
    /// [`Settings::changed`] says, and holds from the next step of a contact on.
    async fn change_settings(&self, change: SettingsChange) -> Result<Settings>;

    /// Gives the figures of the floor.
    async fn overview(&self) -> Result<Overview>;

    /// Gives what was counted from the minute of `since` on, at most a day and an hour back; from
    /// its quarter of an hour on, if that is over two hours ago.
    async fn figures(&self, since: Millis) -> Result<Figures>;

    /// Creates a contact, assigned at once to the longest available agent who holds all its
    /// skills, or else queued. Creating it again with the same id gives its present state. With
    /// [`Settings::known_skills_only`] one that needs a skill which no agent holds is refused.
    async fn create_contact(&self, contact: NewContact) -> Result<Done>;

    /// Completes a contact: *handled* if an agent is on it, who is free again in the same step;
    /// *abandoned* if it still waits. Completing it again changes nothing, and is no less in order
    /// than the first time: a contact that is over counts as seen with whom it ended.
    async fn complete_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done>;

    /// Ends a contact as *cancelled*, whether it waits or an agent is on it, who is free again in
    /// the same step. Cancelling or completing it again changes nothing.
    async fn cancel_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done>;

    /// Takes a contact from this agent and puts it back to its place in the queue, from where it
    /// may go to another agent at once. The agent is unavailable then, or it would come right
    /// back to him. A contact that waits already stays where it is.
    async fn requeue_contact(
        &self,
        id: ContactId,
        from: &AgentId,
        seen: &ContactSeen,
    ) -> Result<Done>;

    /// Changes the priority of a contact that is not over. Its arrival, and so its wait, stay.
    /// Gives the priority it had before.
    async fn set_priority(
        &self,
        id: ContactId,
        priority: Priority,
        seen: &ContactSeen,
    ) -> Result<Priority>;

    /// Gives a contact.
    async fn contact(&self, id: ContactId) -> Result<Contact>;

    /// Says why a contact stands where it stands.
    async fn explain(&self, id: ContactId) -> Result<Explanation>;

    /// Lists the waiting contacts in the order of service.
    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>>;

    /// Creates an agent, unavailable.
    async fn create_agent(&self, agent: NewAgent) -> Result<()>;

    /// Changes an agent's name. Gives the first and last name they had before.
    async fn rename_agent(
        &self,
        id: &AgentId,
        fname: PersonName,
        lname: PersonName,
        seen: &AgentSeen,
    ) -> Result<(PersonName, PersonName)>;

    /// Takes an agent's choice to be available or not. For an agent on a contact it comes true
    /// when the contact ends. The present choice again changes nothing, his place among the
    /// available least of all, and is in order whatever choice was seen. Gives the choice before.
    async fn set_presence(
        &self,
        id: &AgentId,
        presence: Presence,
        seen: &AgentSeen,
    ) -> Result<Presence>;

    /// Gives an agent a skill. They keep their place among the available. Tells whether it is new
    /// to them.
    async fn add_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool>;

    /// Takes a skill from an agent.
    async fn remove_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()>;

    /// Deletes an agent who is not on a contact. Gives the agent as they were.
    async fn delete_agent(&self, id: &AgentId, seen: &AgentSeen) -> Result<Agent>;

    /// Gives an agent.
    async fn agent(&self, id: &AgentId) -> Result<Agent>;

    /// Lists the agents by id.
    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>>;

    /// Takes a skill from every agent. Contacts that need it keep it, and their place.
    async fn delete_skill(&self, skill: &Skill) -> Result<()>;

    /// Lists the skills that an agent holds or a waiting contact needs, by name.
    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>>;

    /// Gives the events after that number, at most `limit`. If the first is not the very next
    /// number, those between have been dropped.
    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>>;

    /// Follows the number of the newest event. It may lag a moment behind, and stands still while
    /// the store is away.
    fn latest_event(&self) -> watch::Receiver<u64>;

    /// Tells whether the store answers and can take operations.
    async fn ready(&self) -> Result<()>;

    /// Tells whether the store keeps what it was given; nothing if it is no server, or does not
    /// answer.
    async fn keeping(&self) -> Option<Keeping> {
        None
    }
}
