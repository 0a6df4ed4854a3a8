//! A store that fails on demand.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use async_trait::async_trait;
use shared::agent::{Agent, AgentId};
use shared::contact::{Contact, ContactId, Rank};
use shared::embedded::EmbeddedAcd;
use shared::event::Event;
use shared::figures::Figures;
use shared::operation::{Answer, Operation};
use shared::settings::ContactType;
use shared::settings::Settings;
use shared::skill::Skill;
use shared::text::AcdName;
use shared::time::{Millis, SystemClock};
use shared::view::{Due, Explanation, Listing, Overview, Page, SkillView};
use shared::{Acd, Error, Result, Store};
use tokio::sync::watch;

/// The present fault of the store.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Fault {
    None = 0,
    /// It is unavailable, and says so.
    Away = 1,
    /// It gives an invalid answer.
    Broken = 2,
    /// It panics.
    Panics = 3,
    /// It never answers.
    Hangs = 4,
}

/// The embedded store with a switch for its faults.
#[derive(Debug)]
pub(crate) struct Faulty {
    sound: EmbeddedAcd,
    fault: AtomicU8,
    looks: AtomicU64,
}

impl Faulty {
    pub(crate) fn new() -> Self {
        let name = "faulty".parse().unwrap();
        Self {
            sound: EmbeddedAcd::new(name, std::sync::Arc::new(SystemClock)),
            fault: AtomicU8::new(0),
            looks: AtomicU64::new(0),
        }
    }

    /// Makes the store fail in this way from now on.
    pub(crate) fn set(&self, fault: Fault) {
        self.fault.store(fault as u8, Ordering::SeqCst);
    }

    /// Returns how often due work was checked.
    pub(crate) fn looks(&self) -> u64 {
        self.looks.load(Ordering::SeqCst)
    }

    async fn sound(&self) -> Result<&EmbeddedAcd> {
        match self.fault.load(Ordering::SeqCst) {
            0 => Ok(&self.sound),
            1 => Err(Error::Unavailable("secret-host refused".into())),
            2 => Err(Error::Contract("WRONGTYPE at {secret}:queue".into())),
            3 => panic!("secret panic"),
            _ => std::future::pending().await,
        }
    }
}

#[async_trait]
impl Acd for Faulty {
    fn name(&self) -> &AcdName {
        self.sound.name()
    }
    fn latest_event(&self) -> watch::Receiver<u64> {
        self.sound.latest_event()
    }
    async fn apply(&self, operation: Operation) -> Result<Answer> {
        self.sound().await?.apply(operation).await
    }
    async fn figures(&self, since: Millis) -> Result<Figures> {
        self.sound().await?.figures(since).await
    }
    async fn settings(&self) -> Result<Settings> {
        self.sound().await?.settings().await
    }
    async fn types(&self) -> Result<Vec<ContactType>> {
        self.sound().await?.types().await
    }
    async fn overview(&self) -> Result<Overview> {
        self.sound().await?.overview().await
    }
    async fn contact(&self, id: ContactId) -> Result<Contact> {
        self.sound().await?.contact(id).await
    }
    async fn explain(&self, id: ContactId) -> Result<Explanation> {
        self.sound().await?.explain(id).await
    }
    async fn queue(&self, page: Page<Rank>) -> Result<Listing<Contact, Rank>> {
        self.sound().await?.queue(page).await
    }
    async fn agent(&self, id: &AgentId) -> Result<Agent> {
        self.sound().await?.agent(id).await
    }
    async fn agents(&self, page: Page<AgentId>) -> Result<Listing<Agent, AgentId>> {
        self.sound().await?.agents(page).await
    }
    async fn skills(&self, page: Page<Skill>) -> Result<Listing<SkillView, Skill>> {
        self.sound().await?.skills(page).await
    }
    async fn events_after(&self, number: u64, limit: usize) -> Result<Vec<Event>> {
        self.sound().await?.events_after(number, limit).await
    }
    async fn ready(&self) -> Result<()> {
        self.sound().await?.ready().await
    }
}

#[async_trait]
impl Store for Faulty {
    async fn run_due(&self) -> Result<Due> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        self.sound().await?.run_due().await
    }

    async fn last_deletions(&self, ids: &[AgentId]) -> Result<Vec<Option<Millis>>> {
        self.sound().await?.last_deletions(ids).await
    }
}
