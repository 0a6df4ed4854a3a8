//! The embedded store: the core behind a mutex, with a clock. One process, nothing to install.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use crate::acd::Acd;
use crate::agent::{Agent, AgentId, NewAgent, Presence};
use crate::contact::{Contact, ContactId, Done, NewContact, Priority, Rank};
use crate::core::Core;
use crate::error::Result;
use crate::event::Event;
use crate::figures::Figures;
use crate::seen::{AgentSeen, ContactSeen};
use crate::settings::{Settings, SettingsChange};
use crate::skill::Skill;
use crate::store::Store;
use crate::text::{AcdName, PersonName};
use crate::time::{Clock, Millis, Moment};
use crate::view::{Due, Explanation, Listing, Overview, Page, SkillView};

/// An ACD in this process's memory. It ends with the process.
#[derive(Debug)]
pub struct EmbeddedAcd {
    name: AcdName,
    clock: Arc<dyn Clock>,
    core: Mutex<Core>,
    latest: watch::Sender<u64>,
}

impl EmbeddedAcd {
    /// Makes a new ACD, open and empty.
    pub fn new(name: AcdName, clock: Arc<dyn Clock>) -> Self {
        Self {
            name,
            clock,
            core: Mutex::default(),
            latest: watch::Sender::new(0),
        }
    }

    /// Locks the core for reading.
    fn read(&self) -> (MutexGuard<'_, Core>, Moment) {
        // A panic in the core would mean a broken rule; its state is still the only one there is.
        let core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        (core, self.clock.now())
    }

    /// Changes the core in one step and notifies followers if there are new events.
    fn change<T>(&self, step: impl FnOnce(&mut Core, Moment) -> T) -> T {
        let (mut core, now) = self.read();
        let answer = step(&mut core, now);
        let newest = core.latest_event();
        self.latest
            .send_if_modified(|latest| std::mem::replace(latest, newest) != newest);
        answer
    }
}

#[async_trait]
impl Acd for EmbeddedAcd {
    fn name(&self) -> &AcdName {
        &self.name
    }

    async fn open(&self) -> Result<bool> {
        Ok(self.change(Core::open))
    }

    async fn close(&self) -> Result<bool> {
        Ok(self.change(Core::close))
    }

    async fn settings(&self) -> Result<Settings> {
        Ok(self.read().0.settings())
    }

    async fn change_settings(&self, change: SettingsChange) -> Result<Settings> {
        Ok(self.change(|core, now| core.change_settings(now, &change)))
    }

    async fn overview(&self) -> Result<Overview> {
        let (core, now) = self.read();
        Ok(core.overview(now))
    }

    async fn create_contact(&self, contact: NewContact) -> Result<Done> {
        self.change(|core, now| core.create_contact(now, contact))
    }

    async fn complete_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        self.change(|core, now| core.complete_contact(now, id, seen))
    }

    async fn cancel_contact(&self, id: ContactId, seen: &ContactSeen) -> Result<Done> {
        self.change(|core, now| core.cancel_contact(now, id, seen))
    }

    async fn requeue_contact(
        &self,
        id: ContactId,
        from: &AgentId,
        seen: &ContactSeen,
    ) -> Result<Done> {
        self.change(|core, now| core.requeue_contact(now, id, from, seen))
    }

    async fn set_priority(
        &self,
        id: ContactId,
        priority: Priority,
        seen: &ContactSeen,
    ) -> Result<Priority> {
        self.change(|core, now| core.set_priority(now, id, priority, seen))
    }

    async fn figures(&self, since: Millis) -> Result<Figures> {
        let (core, now) = self.read();
        Ok(core.figures(now, since))
    }

    async fn contact(&self, id: ContactId) -> Result<Contact> {
        self.read().0.contact(id)
    }

    async fn explain(&self, id: ContactId) -> Result<Explanation> {
        let (core, now) = self.read();
        core.explain(now, id)
    }

    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>> {
        Ok(self.read().0.queue(&page))
    }

    async fn create_agent(&self, agent: NewAgent) -> Result<()> {
        self.change(|core, now| core.create_agent(now, agent))
    }

    async fn rename_agent(
        &self,
        id: &AgentId,
        fname: PersonName,
        lname: PersonName,
        seen: &AgentSeen,
    ) -> Result<(PersonName, PersonName)> {
        self.change(|core, now| core.rename_agent(now, id, fname, lname, seen))
    }

    async fn set_presence(
        &self,
        id: &AgentId,
        presence: Presence,
        seen: &AgentSeen,
    ) -> Result<Presence> {
        self.change(|core, now| core.set_presence(now, id, presence, seen))
    }

    async fn add_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool> {
        self.change(|core, now| core.add_skill(now, id, skill, seen))
    }

    async fn remove_skill(&self, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()> {
        self.change(|core, now| core.remove_skill(now, id, skill, seen))
    }

    async fn delete_agent(&self, id: &AgentId, seen: &AgentSeen) -> Result<Agent> {
        self.change(|core, now| core.delete_agent(now, id, seen))
    }

    async fn agent(&self, id: &AgentId) -> Result<Agent> {
        self.read().0.agent(id)
    }

    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>> {
        Ok(self.read().0.agents(&page))
    }

    async fn delete_skill(&self, skill: &Skill) -> Result<()> {
        self.change(|core, now| core.delete_skill(now, skill))
    }

    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>> {
        let (core, now) = self.read();
        Ok(core.skills(now, &page))
    }

    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>> {
        Ok(self.read().0.events_after(number, limit))
    }

    fn latest_event(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }

    async fn ready(&self) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl Store for EmbeddedAcd {
    async fn run_due(&self) -> Result<Due> {
        Ok(self.change(Core::run_due))
    }

    async fn last_deletions(&self, ids: &[AgentId]) -> Result<Vec<Option<Millis>>> {
        let (core, _) = self.read();
        Ok(ids.iter().map(|id| core.last_deletion(id)).collect())
    }
}
