//! Floors of any size, on which no operation should cost more than on another.
//!
//! Two skills are kept for the agents who are available: they hold both and one other, and as each
//! contact that waits needs two of the others, none of these agents serves it. The other half of
//! the agents are on contacts, and hold several of the other skills.

use std::fmt;
use std::sync::Arc;

use color_eyre::eyre::{Result, eyre};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use redis::ConnectionLike as _;
use shared::Acd;
use shared::agent::{Agent, AgentId, Presence};
use shared::contact::{ContactId, ContactState};
use shared::redis::RedisAcd;
use shared::seen::AgentSeen;
use shared::skill::Skill;

use crate::Bench;
use crate::ops::{create, hire};
use crate::play::{agent, contact};
use crate::record::ACD;
use crate::server::Redis;
use crate::table::marked;
use crate::tap::Tap;
use crate::template::Template;

/// How large a floor is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) waiting: u64,
    pub(crate) agents: u64,
    /// Both kept ones counted.
    pub(crate) skills: u64,
    pub(crate) profiles: u64,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            waiting,
            agents,
            skills,
            profiles,
        } = self;
        let [waiting, agents, skills, profiles] =
            [waiting, agents, skills, profiles].map(|many| marked(&many.to_string()));
        write!(
            f,
            "{waiting} waiting, {agents} agents, {skills} skills, {profiles} profiles"
        )
    }
}

/// How many skills an agent holds who is on contacts.
const HELD: u64 = 5;
const AT_ONCE: usize = 64;
/// Commands sent at once while the queue is filled.
const PACKET: u64 = 512;

/// A floor on a Redis of its own.
#[derive(Debug)]
pub(crate) struct Floor {
    pub(crate) size: Size,
    pub(crate) redis: Redis,
    pub(crate) acd: Arc<RedisAcd>,
    /// The number of the next contact.
    next: u64,
}

impl Floor {
    /// Makes a floor.
    pub(crate) fn make(bench: &Bench, size: Size) -> Result<Self> {
        let redis = Redis::start()?;
        let acd = bench
            .runtime
            .block_on(RedisAcd::connect(&redis.url(), ACD.parse()?))?;
        let mut floor = Self {
            size,
            redis,
            acd: Arc::new(acd),
            next: 0,
        };
        bench.runtime.block_on(floor.staff())?;
        floor.fill(bench)?;
        bench.runtime.block_on(floor.begin_work())?;
        Ok(floor)
    }

    /// Gives the skills of the contacts that available agents serve.
    pub(crate) fn kept() -> Result<Vec<Skill>> {
        Ok(vec!["Kept-000".parse()?, "Kept-001".parse()?])
    }

    /// Gives one of the skills that waiting contacts need.
    fn skill(&self, number: u64) -> Result<Skill> {
        Ok(format!("Need-{:03}", number % self.others()).parse()?)
    }

    fn others(&self) -> u64 {
        self.size.skills - 2
    }

    /// Gives a profile of the contacts that wait: two skills, each pair in its turn.
    pub(crate) fn profile(&self, number: u64) -> Result<Vec<Skill>> {
        let (first, apart) = self.pair(number % self.size.profiles);
        Ok(vec![self.skill(first)?, self.skill(first + apart)?])
    }

    /// Gives one of the profiles that an agent on contacts serves.
    pub(crate) fn served_by(&self, number: u64) -> Result<Vec<Skill>> {
        self.profile(number * HELD % self.others())
    }

    /// Gives one of the profiles that an agent with [`Self::twenty`] skills serves.
    pub(crate) fn served_by_twenty(&self, number: u64) -> Result<Vec<Skill>> {
        self.profile(number % 19)
    }

    /// Gives a profile with which nobody waits at first, of skills that many others wait for.
    pub(crate) fn rare_profile(&self) -> Result<Vec<Skill>> {
        let (first, apart) = self.pair(self.size.profiles);
        Ok(vec![self.skill(first)?, self.skill(first + apart)?])
    }

    /// All pairs of neighbours, then all with one between, and so on round the skills.
    fn pair(&self, number: u64) -> (u64, u64) {
        (number % self.others(), 1 + number / self.others())
    }

    /// Gives so many of the skills that contacts need, from one on, or all of them.
    fn several(&self, from: u64, many: u64) -> Result<Vec<Skill>> {
        let many = many.min(self.others());
        (from..from + many)
            .map(|number| self.skill(number))
            .collect()
    }

    /// Gives twenty skills; where contacts need fewer, the others are nobody's.
    pub(crate) fn twenty(&self) -> Result<Vec<Skill>> {
        let mut skills = self.several(0, 20)?;
        for number in skills.len()..20 {
            skills.push(format!("Idle-{number:03}").parse()?);
        }
        Ok(skills)
    }

    /// Creates an agent with these skills, unavailable.
    pub(crate) async fn hire(&self, number: u64, skills: Vec<Skill>) -> Result<AgentId> {
        let id = agent(number);
        hire(&*self.acd, &id, skills).await?;
        Ok(id.parse()?)
    }

    /// Creates a contact.
    pub(crate) async fn create(&mut self, skills: Vec<Skill>) -> Result<ContactState> {
        let id = contact(self.next);
        self.next += 1;
        create(&*self.acd, &id, skills).await
    }

    /// Gives the contact that an agent is on.
    pub(crate) async fn contact_of(&self, id: &AgentId) -> Result<ContactId> {
        let Agent { state, .. } = self.acd.agent(id).await?;
        state
            .contact()
            .ok_or_else(|| eyre!("{id} is on no contact"))
    }

    /// The first half serve what waits; the others are available and serve none of it.
    async fn staff(&self) -> Result<()> {
        let numbers = stream::iter(0..self.size.agents);
        let hired = numbers.map(|number| async move {
            let skills = if number < self.size.agents / 2 {
                self.several(number * HELD, HELD)?
            } else {
                let mut skills = Self::kept()?;
                skills.push(self.skill(number)?);
                skills
            };
            self.hire(number, skills).await.map(drop)
        });
        hired.buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Fills the queue as fast as Redis takes it: the commands that the ops layer was seen to send
    /// for a contact of each profile.
    fn fill(&mut self, bench: &Bench) -> Result<()> {
        let tap = Tap::noting(self.redis.address())?;
        let tapped = bench
            .runtime
            .block_on(RedisAcd::connect(&tap.url(), ACD.parse()?))?;
        let mut templates = vec![];
        for number in 0..self.size.profiles {
            let subject = contact(self.next);
            self.next += 1;
            let skills = self.profile(number)?;
            tap.take()?;
            bench.runtime.block_on(create(&tapped, &subject, skills))?;
            templates.push(Template::of(&tap.take()?.sent, &subject)?);
        }
        // As many more as will be with agents.
        let end = self.size.waiting + self.size.agents / 2;
        let mut connection = self.redis.connect()?;
        let mut bytes = vec![];
        while self.next < end {
            let packet = self.next..end.min(self.next + PACKET);
            self.next = packet.end;
            bytes.clear();
            let count = usize::try_from(packet.end - packet.start)?;
            for number in packet {
                let profile = usize::try_from(number % self.size.profiles)?;
                templates[profile].write(&contact(number), &mut bytes);
            }
            connection.req_packed_commands(&bytes, 0, count)?;
            let so_far = self.next;
            bench
                .progress
                .set_message(format!("filling a floor: {so_far} of {end} contacts"));
        }
        Ok(())
    }

    async fn begin_work(&self) -> Result<()> {
        let numbers = stream::iter(0..self.size.agents);
        let available = numbers.map(|number| async move {
            let id = agent(number).parse()?;
            Ok(self
                .acd
                .set_presence(&id, Presence::Available, &AgentSeen::ANYTHING)
                .await
                .map(drop)?)
        });
        available.buffer_unordered(AT_ONCE).try_collect().await
    }
}
