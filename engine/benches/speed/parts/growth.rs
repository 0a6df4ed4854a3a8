//! What each operation costs on floors of several sizes, one at a time: in Redis, and with the way
//! there and back. The floors take turns, so that all of them see the same machine.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail};
use hdrhistogram::Histogram;
use shared::Acd as _;
use shared::agent::{AgentId, Presence};
use shared::contact::{ContactId, ContactState};
use shared::seen::{AgentSeen, ContactSeen};
use shared::skill::Skill;

use crate::Bench;
use crate::floor::{Floor, Size};
use crate::play::agent;
use crate::slow_log::SlowLog;
use crate::table::{Table, Target};

/// The operations that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantity {
    Queues,
    GivesNext,
    Ready,
    Matches,
    Specialist,
    Generalist,
}

impl Quantity {
    const ALL: [Self; 6] = [
        Self::Queues,
        Self::GivesNext,
        Self::Ready,
        Self::Matches,
        Self::Specialist,
        Self::Generalist,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Queues => "create that queues",
            Self::GivesNext => "complete that gives the next",
            Self::Ready => "ready, gets a contact",
            Self::Matches => "create that matches",
            Self::Specialist => "ready, specialist, last in line",
            Self::Generalist => "ready, generalist of 20 skills",
        }
    }
}

const COLUMNS: [&str; 6] = [
    "p50 µs in Redis",
    "p99",
    "p50 µs there and back",
    "p99 ",
    "p50 in Redis, to the smallest floor",
    "p99 likewise",
];
/// How many cycles a floor has before the next has its turn.
const TURN: u64 = 25;

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let size = |waiting, agents, skills, profiles| Size {
        waiting,
        agents,
        skills,
        profiles,
    };
    let sizes = [
        size(100, 10, 6, 6),
        size(10_000, 1_000, 50, 300),
        size(bench.options.largest, 10_000, 50, 300),
        size(10_000, 1_000, 500, 1_000),
    ];
    let mut floors = vec![];
    for size in sizes {
        let floor = Floor::make(bench, size)?;
        floors.push(bench.runtime.block_on(Looked::at(floor))?);
    }
    let mut table = Table::new("Growth", "operation, floor", &COLUMNS);
    for round in 0..bench.options.rounds {
        bench.tell("growth", round);
        let until = Instant::now() + bench.options.time() * u32::try_from(floors.len())?;
        while Instant::now() < until {
            for floor in &mut floors {
                bench.runtime.block_on(floor.turn())?;
            }
        }
        for quantity in Quantity::ALL {
            let smallest = floors[0].seen[quantity as usize].figures();
            for floor in &floors {
                let [p50, p99, ..] = floor.seen[quantity as usize].figures();
                let mut figures = floor.seen[quantity as usize].figures().to_vec();
                figures.extend([p50 / smallest[0], p99 / smallest[1]]);
                let figures: Vec<Option<f64>> = figures.into_iter().map(Some).collect();
                let name = format!("{}, {}", quantity.name(), floor.floor.size);
                table.add(&name, &figures);
                // A generalist's skills cost what they cost, and on a small floor nobody needs them.
                if floor.floor.size.agents == 10_000 && quantity != Quantity::Generalist {
                    table.want(&name, 4, Target::AtMost(1.5));
                    table.want(&name, 5, Target::AtMost(3.0));
                }
            }
        }
        for seen in floors.iter_mut().flat_map(|floor| &mut floor.seen) {
            seen.clear();
        }
    }
    Ok(vec![table])
}

/// What an operation took on a floor.
#[derive(Debug)]
struct Seen {
    in_redis: Histogram<u64>,
    there_and_back: Histogram<u64>,
}

impl Seen {
    fn new() -> Result<Self> {
        Ok(Self {
            in_redis: Histogram::new(3)?,
            there_and_back: Histogram::new(3)?,
        })
    }

    fn clear(&mut self) {
        self.in_redis.reset();
        self.there_and_back.reset();
    }

    /// Gives the median and the 99th of a hundred of both, in microseconds.
    #[expect(clippy::cast_precision_loss, reason = "nothing takes 2^53 ns")]
    fn figures(&self) -> [f64; 4] {
        let redis = |part| self.in_redis.value_at_quantile(part) as f64;
        let way = |part| self.there_and_back.value_at_quantile(part) as f64 / 1e3;
        [redis(0.5), redis(0.99), way(0.5), way(0.99)]
    }
}

/// A floor that is looked at.
struct Looked {
    floor: Floor,
    log: SlowLog,
    specialist: AgentId,
    generalist: AgentId,
    /// Which contact each agent is on who was looked at.
    on: HashMap<AgentId, ContactId>,
    cycle: u64,
    seen: Vec<Seen>,
    /// The scripts of this turn in their order: which quantity each is of, if of any, and how long
    /// its answer took.
    asked: Vec<(Option<Quantity>, Duration)>,
}

impl Looked {
    async fn at(floor: Floor) -> Result<Self> {
        let specialist = floor
            .hire(floor.size.agents + 1, floor.rare_profile()?)
            .await?;
        let generalist = floor.hire(floor.size.agents + 2, floor.twenty()?).await?;
        let log = SlowLog::of(&floor.redis)?;
        let seen: Result<Vec<Seen>> = Quantity::ALL.iter().map(|_| Seen::new()).collect();
        let (seen, asked, on) = (seen?, vec![], HashMap::new());
        let mut looked = Self {
            floor,
            log,
            specialist,
            generalist,
            on,
            cycle: 0,
            seen,
            asked,
        };
        for number in 0..looked.floor.size.agents / 2 {
            looked.look(&agent(number).parse()?).await?;
        }
        Ok(looked)
    }

    /// Plays some cycles, and takes down what they took. Each leaves as many waiting as it found.
    async fn turn(&mut self) -> Result<()> {
        self.log.clear()?;
        self.asked.clear();
        for _ in 0..TURN {
            self.cycle().await?;
            self.cycle += 1;
        }
        let took = self.log.scripts()?;
        if took.len() != self.asked.len() {
            bail!(
                "{} scripts were asked for, Redis ran {}",
                self.asked.len(),
                took.len()
            );
        }
        for ((quantity, answer), micros) in self.asked.iter().zip(took) {
            if let Some(quantity) = quantity {
                let seen = &mut self.seen[*quantity as usize];
                seen.in_redis.record(micros)?;
                let nanos = u64::try_from(answer.as_nanos())?;
                seen.there_and_back.record(nanos)?;
            }
        }
        Ok(())
    }

    async fn cycle(&mut self) -> Result<()> {
        let serving = self.floor.size.agents / 2;
        let (one, other) = (2 * self.cycle % serving, (2 * self.cycle + 1) % serving);
        // As many come as go, of those whom the agents serve: no part of the floor runs empty.
        let new = self.floor.served_by(one)?;
        self.create(new, Some(Quantity::Queues)).await?;
        let one = agent(one).parse()?;
        self.complete(&one, Some(Quantity::GivesNext)).await?;
        self.look(&one).await?;
        let new = self.floor.served_by(other)?;
        self.create(new, None).await?;
        let other = agent(other).parse()?;
        self.stop(&other).await?;
        self.go(&other, Quantity::Ready).await?;
        let served = self.create(Floor::kept()?, Some(Quantity::Matches)).await?;
        if let Some(agent) = served.agent() {
            self.complete(agent, None).await?;
        }
        let (specialist, generalist) = (self.specialist.clone(), self.generalist.clone());
        let (rare, common) = (
            self.floor.rare_profile()?,
            self.floor.served_by_twenty(self.cycle)?,
        );
        for (agent, skills, quantity) in [
            (specialist, rare, Quantity::Specialist),
            (generalist, common, Quantity::Generalist),
        ] {
            self.create(skills, None).await?;
            self.go(&agent, quantity).await?;
            self.stop(&agent).await?;
        }
        Ok(())
    }

    /// Looks which contact an agent has now, who must have one. Done after what is measured: before,
    /// it would have brought their document into the processor's cache.
    async fn look(&mut self, id: &AgentId) -> Result<()> {
        let contact = self.floor.contact_of(id).await?;
        self.on.insert(id.clone(), contact);
        Ok(())
    }

    /// Has an agent end their contact for good.
    async fn stop(&mut self, id: &AgentId) -> Result<()> {
        let began = Instant::now();
        self.floor
            .acd
            .set_presence(id, Presence::Unavailable(None), &AgentSeen::ANYTHING)
            .await?;
        self.asked.push((None, began.elapsed()));
        self.complete(id, None).await
    }

    /// Has an agent be ready, who gets a contact.
    async fn go(&mut self, id: &AgentId, quantity: Quantity) -> Result<()> {
        let began = Instant::now();
        self.floor
            .acd
            .set_presence(id, Presence::Available, &AgentSeen::ANYTHING)
            .await?;
        self.asked.push((Some(quantity), began.elapsed()));
        self.look(id).await
    }

    async fn create(
        &mut self,
        skills: Vec<Skill>,
        quantity: Option<Quantity>,
    ) -> Result<ContactState> {
        let began = Instant::now();
        let state = self.floor.create(skills).await?;
        self.asked.push((quantity, began.elapsed()));
        let waits = matches!(state, ContactState::Queued);
        if waits == (quantity == Some(Quantity::Matches)) {
            bail!("a contact came to {state:?}");
        }
        Ok(state)
    }

    async fn complete(&mut self, id: &AgentId, quantity: Option<Quantity>) -> Result<()> {
        let contact = match self.on.remove(id) {
            Some(contact) => contact,
            None => self.floor.contact_of(id).await?,
        };
        let began = Instant::now();
        self.floor
            .acd
            .complete_contact(contact, &ContactSeen::ANYTHING)
            .await?;
        self.asked.push((quantity, began.elapsed()));
        Ok(())
    }
}
