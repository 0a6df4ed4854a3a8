//! The embedded store: the core behind a mutex, with a clock. One process, nothing to install.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use crate::acd::Acd;
use crate::agent::{Agent, AgentId};
use crate::contact::{Contact, ContactId, Rank};
use crate::core::Core;
use crate::error::Result;
use crate::event::Event;
use crate::figures::Figures;
use crate::operation::{Answer, Operation};
use crate::settings::{ContactType, Settings};
use crate::skill::Skill;
use crate::store::Store;
use crate::text::AcdName;
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

    async fn apply(&self, operation: Operation) -> Result<Answer> {
        self.change(|core, now| core.apply(now, operation))
    }

    async fn settings(&self) -> Result<Settings> {
        Ok(self.read().0.settings())
    }

    async fn types(&self) -> Result<Vec<ContactType>> {
        Ok(self.read().0.types())
    }

    async fn overview(&self) -> Result<Overview> {
        let (core, now) = self.read();
        Ok(core.overview(now))
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

    async fn agent(&self, id: &AgentId) -> Result<Agent> {
        self.read().0.agent(id)
    }

    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>> {
        Ok(self.read().0.agents(&page))
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
