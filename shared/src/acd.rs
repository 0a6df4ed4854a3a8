//! The operations of an ACD: everything that a caller can do or read, on any store.
//!
//! Each method is one atomic step, so everything that must happen together is one method. Each can
//! be repeated with the same ids. The API, the dispatchers and the console all work through this
//! trait; there is no other way to change an ACD.
//!
//! Methods that change a contact or an agent take what the caller saw of it ([`crate::seen`]) and
//! fail as stale when it has changed since. Methods that replace a value return the previous one.

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
    /// Returns the ACD's name.
    fn name(&self) -> &AcdName;

    /// Opens the ACD. Agents who were made unavailable by closing, or who are new and have never
    /// chosen, become available, longest unavailable first; those on a contact become available
    /// when it ends. Agents who chose to be unavailable stay so. Returns whether the ACD was
    /// already open.
    async fn open(&self) -> Result<bool>;

    /// Closes the ACD: it takes no new contacts and every agent becomes unavailable, those on a
    /// contact when it ends. The queue is kept; agents who make themselves available again drain
    /// it. Returns whether the ACD was open.
    async fn close(&self) -> Result<bool>;

    /// Returns the settings of the floor.
    async fn settings(&self) -> Result<Settings>;

    /// Changes the settings of the floor and returns the previous ones; [`Settings::changed`] gives
    /// the new ones. They apply from the next step of each contact.
    async fn change_settings(&self, change: SettingsChange) -> Result<Settings>;

    /// Returns the current figures of the floor.
    async fn overview(&self) -> Result<Overview>;

    /// Returns the counts from the minute of `since` on, at most 25 hours back. When `since` is
    /// over two hours ago they start at its quarter of an hour.
    async fn figures(&self, since: Millis) -> Result<Figures>;

    /// Creates a contact. It is assigned at once to the longest available agent who holds all its
    /// skills, or else queued. Creating it again with the same id returns its present state. With
    /// [`Settings::known_skills_only`], a contact that needs a skill which no agent holds is
    /// refused.
    async fn create_contact(&self, contact: NewContact) -> Result<Done>;

    /// Completes a contact: *handled* if an agent is on it, *abandoned* if it still waits. The
    /// agent is free again in the same step. Completing it again changes nothing and succeeds: for
    /// `seen`, a contact that has ended still counts as being with its agent.
    async fn complete_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done>;

    /// Ends a contact as *cancelled*, whether it waits or is assigned. The agent is free again in
    /// the same step. Cancelling or completing it again changes nothing.
    async fn cancel_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done>;

    /// Takes a contact from this agent and puts it back to its place in the queue, from where it
    /// may go to another agent at once. The agent becomes unavailable, or the contact would come
    /// right back to them. A contact that already waits stays where it is.
    async fn requeue_contact(
        &self,
        id: ContactId,
        from: &AgentId,
        seen: &ContactSeen,
    ) -> Result<Done>;

    /// Changes the priority of a contact that has not ended. Its arrival, and so its wait, stay.
    /// Returns the previous priority.
    async fn set_priority(
        &self,
        id: ContactId,
        priority: Priority,
        seen: &ContactSeen,
    ) -> Result<Priority>;

    /// Returns a contact.
    async fn contact(&self, id: ContactId) -> Result<Contact>;

    /// Explains why a contact is in its present state.
    async fn explain(&self, id: ContactId) -> Result<Explanation>;

    /// Lists the waiting contacts in the order of service.
    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>>;

    /// Creates an agent, unavailable.
    async fn create_agent(&self, agent: NewAgent) -> Result<()>;

    /// Changes an agent's name. Returns the previous first and last name.
    async fn rename_agent(
        &self,
        id: &AgentId,
        fname: PersonName,
        lname: PersonName,
        seen: &AgentSeen,
    ) -> Result<(PersonName, PersonName)>;

    /// Sets an agent's choice to be available or not. For an agent on a contact it takes effect
    /// when the contact ends. Repeating the present choice changes nothing, keeps the agent's place
    /// among the available, and succeeds whatever choice was seen. Returns the previous choice.
    async fn set_presence(
        &self,
        id: &AgentId,
        presence: Presence,
        seen: &AgentSeen,
    ) -> Result<Presence>;

    /// Gives an agent a skill. They keep their place among the available. Returns whether the skill
    /// is new to them.
    async fn add_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool>;

    /// Takes a skill from an agent.
    async fn remove_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()>;

    /// Deletes an agent who is not on a contact. Returns the agent as they were.
    async fn delete_agent(&self, id: &AgentId, seen: &AgentSeen) -> Result<Agent>;

    /// Returns an agent.
    async fn agent(&self, id: &AgentId) -> Result<Agent>;

    /// Lists the agents by id.
    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>>;

    /// Takes a skill from every agent. Contacts that need it keep both the skill and their place.
    async fn delete_skill(&self, skill: &Skill) -> Result<()>;

    /// Lists the skills that an agent holds or a waiting contact needs, by name.
    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>>;

    /// Returns at most `limit` events after this number. If the first is not the very next number,
    /// the events between have been dropped.
    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>>;

    /// Returns a watch on the number of the newest event. It may lag slightly, and stands still
    /// while the store is unreachable.
    fn latest_event(&self) -> watch::Receiver<u64>;

    /// Checks whether the store answers and can take operations.
    async fn ready(&self) -> Result<()>;

    /// Returns whether the store keeps what was written to it, or `None` if it is no server or does
    /// not answer.
    async fn keeping(&self) -> Option<Keeping> {
        None
    }
}
