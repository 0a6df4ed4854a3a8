//! The floors on which costs are compared: a small one and a large one with the same structure.

use std::ops::Range;
use std::sync::Arc;

use futures::{StreamExt as _, stream};
use shared::Acd;
use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{ContactId, ContactState, NewContact};
use shared::redis::RedisAcd;
use shared::seen::AgentSeen;
use shared::skill::Skill;
use shared::testing::{OwnRedis, fresh_name};
use shared::time::ManualClock;
use uuid::Uuid;

use crate::support::NOON;

/// The size of a floor. Each language combined with each subject is a profile that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) waiting: u64,
    pub(super) agents: u64,
    pub(super) languages: u64,
    pub(super) subjects: u64,
    /// Skills that agents hold and no waiting contact needs.
    pub(super) places: u64,
}

/// How many operations run concurrently while a floor is filled.
const AT_ONCE: usize = 256;
/// How many contacts are copied in one step.
const COPIES: u64 = 2_000;

/// An ACD on its own Redis, which nothing else uses. Its clock stands still, so that no minute
/// begins, and no snapshot of the counters is taken, during a measurement.
#[derive(Debug)]
pub(super) struct Floor {
    pub(super) server: OwnRedis,
    pub(super) acd: RedisAcd,
    size: Size,
}

impl Floor {
    /// Opens an empty floor.
    pub(super) async fn empty(size: Size) -> Self {
        Self::on(OwnRedis::start().await, size).await
    }

    async fn on(server: OwnRedis, size: Size) -> Self {
        server.ask("CONFIG SET appendonly no").await;
        let acd = RedisAcd::connect(&server.url(), fresh_name())
            .await
            .unwrap();
        let acd = acd.with_clock(Arc::new(ManualClock::new(NOON)));
        Self { server, acd, size }
    }

    /// Fills a floor. Half of its agents are available and hold a language and a place, so they
    /// serve no waiting contact. The others do, and are busy or unavailable.
    pub(super) async fn filled(size: Size) -> Self {
        let floor = Self::empty(size).await;
        floor.fill(size).await;
        floor
    }

    /// The same on a server that is a cluster by itself.
    pub(super) async fn filled_in_a_cluster(size: Size) -> Self {
        let floor = Self::on(OwnRedis::start_cluster().await, size).await;
        floor.fill(size).await;
        floor
    }

    async fn fill(&self, size: Size) {
        each(0..size.agents, async |number| {
            let skills = if number % 2 == 0 {
                self.greeter(number / 2)
            } else {
                self.clerk(number / 2)
            };
            self.create_agent(&agent(number), skills).await;
        })
        .await;
        let available = async |number| self.choose(&agent(number), Presence::Available).await;
        each((0..size.agents).step_by(2), available).await;
        let busy: Vec<u64> = (1..size.agents).step_by(4).collect();
        self.queue(size.waiting + busy.len() as u64).await;
        each(busy.into_iter(), available).await;
    }

    /// Returns a key of the ACD.
    pub(super) fn key(&self, rest: &str) -> String {
        format!("{{{}}}:{rest}", self.acd.name())
    }

    /// Makes this many contacts wait: the first of each profile is created, the others are copies.
    async fn queue(&self, contacts: u64) {
        let profiles = self.size.languages * self.size.subjects;
        self.wait(0..profiles).await;
        let script = redis::Script::new(include_str!("copies.lua"));
        let client = redis::Client::open(self.server.url()).unwrap();
        let mut connection = client.get_connection().unwrap();
        for first in (profiles..contacts).step_by(usize::try_from(COPIES).unwrap()) {
            let last = contacts.min(first + COPIES) - 1;
            let mut copies = script.key(self.key("meta"));
            copies.arg(first).arg(last);
            for number in 0..profiles {
                copies.arg(id(number).0.to_string());
            }
            let () = copies.invoke(&mut connection).unwrap();
        }
    }

    /// Creates waiting contacts.
    pub(super) async fn wait(&self, numbers: Range<u64>) {
        each(numbers, async |number| {
            let contact = NewContact::needing(id(number), self.profile(number));
            self.create_contact(contact.unwrap()).await;
        })
        .await;
    }

    /// Returns the skills of a greeter: a language and a place.
    pub(super) fn greeter(&self, number: u64) -> Vec<Skill> {
        let place = number / self.size.languages % self.size.places;
        vec![
            self.language(number),
            format!("Place {place}").parse().unwrap(),
        ]
    }

    /// Returns the skills of a clerk: two languages and three subjects.
    pub(super) fn clerk(&self, number: u64) -> Vec<Skill> {
        let languages = (0..2).map(|step| self.language(number + step));
        let subjects = (0..3).map(|step| self.subject(number / 2 + step));
        languages.chain(subjects).collect()
    }

    /// Returns the skills that a waiting contact needs: a language and a subject.
    pub(super) fn profile(&self, number: u64) -> Vec<Skill> {
        vec![
            self.language(number),
            self.subject(number / self.size.languages),
        ]
    }

    fn language(&self, number: u64) -> Skill {
        let number = number % self.size.languages;
        format!("Language {number}").parse().unwrap()
    }

    pub(super) fn subject(&self, number: u64) -> Skill {
        let number = number % self.size.subjects;
        format!("Subject {number}").parse().unwrap()
    }

    pub(super) async fn create_agent(&self, id: &AgentId, skills: Vec<Skill>) {
        let name = || "x".to_owned().try_into().unwrap();
        let new = NewAgent::new(id.clone(), name(), name(), skills).unwrap();
        self.acd.create_agent(new).await.unwrap();
    }

    pub(super) async fn choose(&self, agent: &AgentId, presence: Presence) {
        self.acd
            .set_presence(agent, presence, &AgentSeen::ANYTHING)
            .await
            .unwrap();
    }

    pub(super) async fn create_contact(&self, contact: NewContact) {
        let state = self.acd.create_contact(contact).await.unwrap().state;
        assert_eq!(state, ContactState::Queued);
    }
}

/// Runs `doing` for each number, many concurrently.
pub(super) async fn each(numbers: impl Iterator<Item = u64>, doing: impl AsyncFn(u64)) {
    stream::iter(numbers)
        .map(|number| doing(number))
        .buffer_unordered(AT_ONCE)
        .for_each(async |()| {})
        .await;
}

pub(super) fn agent(number: u64) -> AgentId {
    format!("agent:{number}").parse().unwrap()
}

pub(super) fn id(number: u64) -> ContactId {
    ContactId(Uuid::from_u128(number.into()))
}
