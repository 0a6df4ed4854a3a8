//! The operations of an ACD: everything that a caller can do or read, on any store.
//!
//! What changes an ACD is an [`Operation`], and [`Acd::apply`] carries it out. The methods of the
//! same names do that and return the answer's value. Each is one atomic step, so everything that
//! must happen together is one operation. Each can be repeated with the same ids. The API, the
//! dispatchers and the console all work through this trait; there is no other way to change an ACD.
//!
//! Operations that change a contact or an agent take what the caller saw of it ([`crate::seen`])
//! and fail as stale when it has changed since. Those that replace a value return the previous one.

use std::fmt::Debug;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::agent::{Agent, AgentId, NewAgent, Presence};
use crate::contact::{Contact, ContactId, Done, NewContact, Priority, Rank, Remarks};
use crate::contact_type::TypeName;
use crate::error::Result;
use crate::event::Event;
use crate::figures::Figures;
use crate::keeping::Keeping;
use crate::operation::{Answer, Operation, WrapUpStep};
use crate::seen::{AgentSeen, ContactSeen};
use crate::settings::{ContactType, Settings, SettingsChange};
use crate::skill::Skill;
use crate::text::{AcdName, PersonName, Reason};
use crate::time::Millis;
use crate::view::{Explanation, Listing, Overview, Page, SkillView};

/// The operations of an ACD.
#[async_trait]
pub trait Acd: Send + Sync + Debug {
    /// Returns the ACD's name.
    fn name(&self) -> &AcdName;

    /// Carries out a change, in one atomic step.
    async fn apply(&self, operation: Operation) -> Result<Answer>;

    /// Returns the settings of the floor.
    async fn settings(&self) -> Result<Settings>;

    /// Returns the contact types, by name.
    async fn types(&self) -> Result<Vec<ContactType>>;

    /// Returns the current figures of the floor.
    async fn overview(&self) -> Result<Overview>;

    /// Returns the counts from the minute of `since` on, at most 25 hours back. When `since` is
    /// over two hours ago they start at its quarter of an hour.
    async fn figures(&self, since: Millis) -> Result<Figures>;

    /// Returns a contact.
    async fn contact(&self, id: ContactId) -> Result<Contact>;

    /// Explains why a contact is in its present state.
    async fn explain(&self, id: ContactId) -> Result<Explanation>;

    /// Lists the waiting contacts in the order of service.
    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>>;

    /// Returns an agent.
    async fn agent(&self, id: &AgentId) -> Result<Agent>;

    /// Lists the agents by id.
    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>>;

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

    /// Applies [`Operation::Open`]. Returns whether the ACD was open before.
    async fn open(&self) -> Result<bool> {
        self.apply(Operation::Open).await?.open()
    }

    /// Applies [`Operation::Close`]. Returns whether the ACD was open before.
    async fn close(&self) -> Result<bool> {
        self.apply(Operation::Close).await?.open()
    }

    /// Applies [`Operation::ChangeSettings`]. Returns the previous settings;
    /// [`Settings::changed`] gives the new ones.
    async fn change_settings(&self, change: SettingsChange) -> Result<Settings> {
        let change = Operation::ChangeSettings(change);
        self.apply(change).await?.settings()
    }

    /// Applies [`Operation::SetType`]. Returns the previous settings of the type, `None` if it is
    /// new.
    async fn set_type(&self, name: &TypeName, settings: Settings) -> Result<Option<Settings>> {
        let name = name.clone();
        let set = Operation::SetType { name, settings };
        self.apply(set).await?.contact_type()
    }

    /// Applies [`Operation::DeleteType`]. Returns the settings that it had.
    async fn delete_type(&self, name: &TypeName) -> Result<Settings> {
        let delete = Operation::DeleteType(name.clone());
        self.apply(delete).await?.settings()
    }

    /// Applies [`Operation::CreateContact`].
    async fn create_contact(&self, contact: NewContact) -> Result<Done> {
        let create = Operation::CreateContact(contact);
        self.apply(create).await?.contact()
    }

    /// Applies [`Operation::AcceptOffer`].
    async fn accept_offer(&self, id: ContactId, agent: &AgentId, offer: u64) -> Result<Done> {
        let agent = agent.clone();
        let accept = Operation::AcceptOffer { id, agent, offer };
        self.apply(accept).await?.contact()
    }

    /// Applies [`Operation::RejectOffer`].
    async fn reject_offer(
        &self,
        id: ContactId,
        agent: &AgentId,
        offer: u64,
        reason: Option<Reason>,
    ) -> Result<Done> {
        let reject = Operation::RejectOffer {
            id,
            agent: agent.clone(),
            offer,
            reason,
        };
        self.apply(reject).await?.contact()
    }

    /// Applies [`Operation::CompleteContact`].
    async fn complete_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        self.complete_with(id, Remarks::default(), seen).await
    }

    /// Applies [`Operation::CompleteContact`], with what its agent says about it.
    async fn complete_with(
        &self,
        id: ContactId,
        remarks: Remarks,
        seen: &ContactSeen,
    ) -> Result<Done> {
        let seen = seen.clone();
        let complete = Operation::CompleteContact { id, remarks, seen };
        self.apply(complete).await?.contact()
    }

    /// Applies [`Operation::SetDisposition`].
    async fn set_disposition(&self, id: ContactId, remarks: Remarks) -> Result<()> {
        let set = Operation::SetDisposition { id, remarks };
        self.apply(set).await.map(drop)
    }

    /// Applies [`Operation::WrapUp`].
    async fn wrap_up(&self, id: &AgentId, step: WrapUpStep) -> Result<()> {
        let id = id.clone();
        let wrap_up = Operation::WrapUp { id, step };
        self.apply(wrap_up).await.map(drop)
    }

    /// Applies [`Operation::CancelContact`].
    async fn cancel_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        let seen = seen.clone();
        let cancel = Operation::CancelContact { id, seen };
        self.apply(cancel).await?.contact()
    }

    /// Applies [`Operation::RequeueContact`].
    async fn requeue_contact(
        &self,
        id: ContactId,
        from: &AgentId,
        seen: &ContactSeen,
    ) -> Result<Done> {
        let (from, seen) = (from.clone(), seen.clone());
        let requeue = Operation::RequeueContact { id, from, seen };
        self.apply(requeue).await?.contact()
    }

    /// Applies [`Operation::SetPriority`]. Returns the previous priority.
    async fn set_priority(
        &self,
        id: ContactId,
        priority: Priority,
        seen: &ContactSeen,
    ) -> Result<Priority> {
        let seen = seen.clone();
        let set = Operation::SetPriority { id, priority, seen };
        self.apply(set).await?.priority()
    }

    /// Applies [`Operation::CreateAgent`].
    async fn create_agent(&self, agent: NewAgent) -> Result<()> {
        self.apply(Operation::CreateAgent(agent)).await.map(drop)
    }

    /// Applies [`Operation::RenameAgent`]. Returns the previous first and last name.
    async fn rename_agent(
        &self,
        id: &AgentId,
        fname: PersonName,
        lname: PersonName,
        seen: &AgentSeen,
    ) -> Result<(PersonName, PersonName)> {
        let rename = Operation::RenameAgent {
            id: id.clone(),
            fname,
            lname,
            seen: seen.clone(),
        };
        self.apply(rename).await?.name()
    }

    /// Applies [`Operation::SetPresence`]. Returns the previous choice.
    async fn set_presence(
        &self,
        id: &AgentId,
        presence: Presence,
        seen: &AgentSeen,
    ) -> Result<Presence> {
        let (id, seen) = (id.clone(), seen.clone());
        let set = Operation::SetPresence { id, presence, seen };
        self.apply(set).await?.presence()
    }

    /// Applies [`Operation::AddSkill`]. Returns whether the skill is new to the agent.
    async fn add_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool> {
        let (id, skill, seen) = (id.clone(), skill.clone(), seen.clone());
        let add = Operation::AddSkill { id, skill, seen };
        Ok(!self.apply(add).await?.held()?)
    }

    /// Applies [`Operation::RemoveSkill`].
    async fn remove_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()> {
        let (id, skill, seen) = (id.clone(), skill.clone(), seen.clone());
        let remove = Operation::RemoveSkill { id, skill, seen };
        self.apply(remove).await.map(drop)
    }

    /// Applies [`Operation::DeleteAgent`]. Returns the agent as they were.
    async fn delete_agent(&self, id: &AgentId, seen: &AgentSeen) -> Result<Agent> {
        let (id, seen) = (id.clone(), seen.clone());
        let delete = Operation::DeleteAgent { id, seen };
        self.apply(delete).await?.agent()
    }

    /// Applies [`Operation::DeleteSkill`].
    async fn delete_skill(&self, skill: &Skill) -> Result<()> {
        let delete = Operation::DeleteSkill(skill.clone());
        self.apply(delete).await.map(drop)
    }
}
