//! The search for an agent with several skills, on floors where it is hard: many are idle, the first
//! of a list rarely hold what a contact needs, and many lives have changed the order of all lists.
//!
//! Each floor is measured in a small and a large size, in turns, after as many lives of wear.

use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use hdrhistogram::Histogram;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use shared::Acd as _;
use shared::agent::Presence;
use shared::contact::ContactState;
use shared::redis::RedisAcd;
use shared::seen::{AgentSeen, ContactSeen};
use shared::skill::Skill;

use crate::Bench;
use crate::ops::{create, hire};
use crate::play::{agent, contact};
use crate::record::ACD;
use crate::server::Redis;
use crate::slow_log::SlowLog;
use crate::table::{Table, Target, marked};

/// The floors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pairs,
    Sets,
    Lack,
    Own,
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Pairs => "Hard search: two of six skills",
            Self::Sets => "Hard search: 300 sets out of 50 skills",
            Self::Lack => "Hard search: the first of the list lack the skill",
            Self::Own => "Hard search: eight of 50 skills, each agent their own",
        }
    }

    /// How many agents are idle on the small and on the large floor.
    fn sizes(self) -> [u64; 2] {
        match self {
            Self::Pairs => [60, 50_000],
            Self::Sets => [3_000, 30_000],
            Self::Lack | Self::Own => [500, 50_000],
        }
    }

    /// Whether the search must not grow with the agents. It does with the sets of skills, which are
    /// as many as the agents where each has their own.
    fn has_target(self) -> bool {
        self != Self::Own
    }
}

const COLUMNS: [&str; 7] = [
    "lives before",
    "µs a life in Redis",
    "ratio to the smaller floor",
    "p50 µs of a script",
    "p99.9",
    "longest",
    "of 100,000 scripts over 2 ms",
];
/// How many lives a floor has before the other has its turn.
const TURN: u64 = 50;
/// Requests in flight while a floor is filled.
const AT_ONCE: usize = 64;
/// Lives at the same time while a floor is worn. Few, so that even on a small floor nobody waits long.
const WORN_AT_ONCE: usize = 4;
/// Wearing a floor ends after this.
const LONGEST_WEAR: Duration = Duration::from_mins(4);
/// The longest that a script should take, in microseconds.
const LONGEST: u64 = 2_000;

pub(crate) fn pairs(bench: &Bench) -> Result<Vec<Table>> {
    measure(bench, Kind::Pairs)
}

pub(crate) fn sets_of_300(bench: &Bench) -> Result<Vec<Table>> {
    measure(bench, Kind::Sets)
}

pub(crate) fn lack(bench: &Bench) -> Result<Vec<Table>> {
    measure(bench, Kind::Lack)
}

pub(crate) fn own(bench: &Bench) -> Result<Vec<Table>> {
    measure(bench, Kind::Own)
}

fn measure(bench: &Bench, kind: Kind) -> Result<Vec<Table>> {
    let mut table = Table::new(kind.title(), "idle agents", &COLUMNS);
    let [small, large] = kind.sizes();
    let mut floors = [
        Hard::make(bench, kind, small)?,
        Hard::make(bench, kind, large)?,
    ];
    for round in 0..bench.options.rounds {
        bench.tell(kind.title(), round);
        let until = Instant::now() + bench.options.time() * 2;
        while Instant::now() < until {
            for floor in &mut floors {
                bench.runtime.block_on(floor.turn())?;
            }
        }
        note(&mut table, &mut floors);
    }
    Ok(vec![table])
}

/// Notes a round of a small and a large floor.
fn note(table: &mut Table, floors: &mut [Hard; 2]) {
    let smaller = floors[0].seen.life();
    for floor in floors {
        let name = marked(&floor.agents.to_string());
        let life = floor.seen.life();
        let mut figures = vec![Seen::exact(floor.worn), life, life / smaller];
        figures.extend(floor.seen.scripts());
        let figures: Vec<Option<f64>> = figures.into_iter().map(Some).collect();
        table.add(&name, &figures);
        if floor.kind.has_target() {
            if floor.agents == floor.kind.sizes()[1] {
                table.want(&name, 2, Target::AtMost(1.5));
            }
            table.want(&name, 4, Target::AtMost(2_000.0));
        }
        floor.seen.clear();
    }
}

/// What a floor's scripts took in Redis.
#[derive(Debug)]
struct Seen {
    /// In microseconds.
    scripts: Histogram<u64>,
    sum: u64,
    lives: u64,
}

#[expect(clippy::cast_precision_loss, reason = "nothing is counted to 2^53")]
impl Seen {
    fn exact(number: u64) -> f64 {
        number as f64
    }

    /// Gives the mean of a life.
    fn life(&self) -> f64 {
        self.sum as f64 / self.lives as f64
    }

    /// Gives the median of a script, the 999th of a thousand, the longest, and how many of 100,000
    /// took too long.
    fn scripts(&self) -> [f64; 4] {
        let at = |part| self.scripts.value_at_quantile(part) as f64;
        let long = self.scripts.count_between(LONGEST, u64::MAX) as f64;
        let share = long / self.scripts.len() as f64;
        [at(0.5), at(0.999), self.scripts.max() as f64, share * 1e5]
    }

    fn clear(&mut self) {
        self.scripts.reset();
        (self.sum, self.lives) = (0, 0);
    }
}

/// A floor on a Redis of its own.
struct Hard {
    kind: Kind,
    agents: u64,
    acd: RedisAcd,
    log: SlowLog,
    /// It ends with the floor.
    _redis: Redis,
    random: StdRng,
    /// What agents hold, where several hold the same.
    sets: Vec<Vec<Skill>>,
    /// The number of the next contact.
    next: u64,
    /// How many lives it had before it was measured.
    worn: u64,
    seen: Seen,
}

impl Hard {
    fn make(bench: &Bench, kind: Kind, agents: u64) -> Result<Self> {
        let redis = Redis::start()?;
        let acd = bench
            .runtime
            .block_on(RedisAcd::connect(&redis.url(), ACD.parse()?))?;
        let mut random = StdRng::seed_from_u64(7);
        let mut hard = Self {
            kind,
            agents,
            acd,
            log: SlowLog::of(&redis)?,
            _redis: redis,
            sets: sets(kind, &mut random)?,
            random,
            next: 0,
            worn: 0,
            seen: Seen {
                scripts: Histogram::new(3)?,
                sum: 0,
                lives: 0,
            },
        };
        bench.runtime.block_on(hard.staff(bench))?;
        bench.runtime.block_on(hard.wear(bench))?;
        Ok(hard)
    }

    /// Hires the agents, who then become available in their order.
    async fn staff(&mut self, bench: &Bench) -> Result<()> {
        let many = marked(&self.agents.to_string());
        bench
            .progress
            .set_message(format!("filling a floor: {many}, {}", self.kind.title()));
        let held: Result<Vec<_>> = (0..self.agents).map(|number| self.held(number)).collect();
        let acd = &self.acd;
        let hired = stream::iter((0..).zip(held?))
            .map(|(number, skills)| async move { hire(acd, &agent(number), skills).await });
        hired.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        let available = stream::iter(0..self.agents).map(|number| async move {
            let id = agent(number).parse()?;
            acd.set_presence(&id, Presence::Available, &AgentSeen::ANYTHING)
                .await?;
            color_eyre::eyre::Ok(())
        });
        available.buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Plays lives that are not measured, so that the lists have the order of a floor in use.
    async fn wear(&mut self, bench: &Bench) -> Result<()> {
        let until = Instant::now() + LONGEST_WEAR;
        while self.worn < bench.options.wear && Instant::now() < until {
            let many = (bench.options.wear - self.worn).min(1_000);
            let mut lives = vec![];
            for _ in 0..many {
                lives.push((self.number(), self.wanted()?));
            }
            let acd = &self.acd;
            let lives = stream::iter(lives).map(|(number, skills)| life(acd, number, skills));
            lives
                .buffer_unordered(WORN_AT_ONCE)
                .try_for_each(async |_| Ok(()))
                .await?;
            self.worn += many;
            let (worn, wear) = (self.worn, bench.options.wear);
            let name = self.kind.title();
            bench
                .progress
                .set_message(format!("wearing a floor, {name}: {worn} of {wear} lives"));
            self.log.clear()?;
        }
        Ok(())
    }

    /// Plays some lives, one after the other, and takes down what they took.
    async fn turn(&mut self) -> Result<()> {
        self.log.clear()?;
        for _ in 0..TURN {
            let (number, skills) = (self.number(), self.wanted()?);
            let state = life(&self.acd, number, skills).await?;
            let waits = matches!(state, ContactState::Queued);
            if waits && self.kind.has_target() {
                bail!("a contact waits beside idle agents, {}", self.kind.title());
            }
        }
        for micros in self.log.scripts()? {
            self.seen.scripts.record(micros)?;
            self.seen.sum += micros;
        }
        self.seen.lives += TURN;
        Ok(())
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Gives the skills of an agent.
    fn held(&mut self, number: u64) -> Result<Vec<Skill>> {
        match self.kind {
            Kind::Pairs => Ok(self.any_set()),
            Kind::Sets => Ok(self.sets[usize::try_from(number)? % self.sets.len()].clone()),
            // The last hundred are available for the shortest time.
            Kind::Lack if number + 100 >= self.agents => named(&["Common", "Rare"]),
            Kind::Lack => Ok(vec!["Common".parse()?, skill(number % 5)?]),
            Kind::Own => some_of(50, 8, &mut self.random),
        }
    }

    /// Gives the skills of a contact.
    fn wanted(&mut self) -> Result<Vec<Skill>> {
        match self.kind {
            Kind::Pairs => Ok(self.any_set()),
            Kind::Sets => {
                let mut set = self.any_set();
                let many = self.random.random_range(1..=3);
                while set.len() > many {
                    set.swap_remove(self.random.random_range(0..set.len()));
                }
                Ok(set)
            }
            Kind::Lack if self.random.random_range(0..10) < 3 => named(&["Common", "Rare"]),
            Kind::Lack => named(&["Common"]),
            Kind::Own => {
                let many = self.random.random_range(2..=4);
                some_of(50, many, &mut self.random)
            }
        }
    }

    fn any_set(&mut self) -> Vec<Skill> {
        let place = self.random.random_range(0..self.sets.len());
        self.sets[place].clone()
    }
}

/// Plays the life of a contact, and gives what became of it at its creation.
async fn life(acd: &RedisAcd, number: u64, skills: Vec<Skill>) -> Result<ContactState> {
    let id = contact(number);
    let state = create(acd, &id, skills).await?;
    acd.complete_contact(id.parse()?, &ContactSeen::ANYTHING)
        .await?;
    Ok(state)
}

/// Gives the sets of skills that several agents hold.
fn sets(kind: Kind, random: &mut StdRng) -> Result<Vec<Vec<Skill>>> {
    match kind {
        Kind::Pairs => (0..6)
            .flat_map(|one| (one + 1..6).map(move |other| Ok(vec![skill(one)?, skill(other)?])))
            .collect(),
        Kind::Sets => (0..300)
            .map(|_| {
                let many = random.random_range(3..=8);
                some_of(50, many, random)
            })
            .collect(),
        Kind::Lack | Kind::Own => Ok(vec![]),
    }
}

/// Gives so many different ones of the first skills.
fn some_of(skills: u64, many: usize, random: &mut StdRng) -> Result<Vec<Skill>> {
    let mut numbers: Vec<u64> = (0..skills).collect();
    let mut found = vec![];
    while found.len() < many {
        let place = random.random_range(0..numbers.len());
        found.push(skill(numbers.swap_remove(place))?);
    }
    Ok(found)
}

fn skill(number: u64) -> Result<Skill> {
    Ok(format!("Skill-{number:02}").parse()?)
}

fn named(names: &[&str]) -> Result<Vec<Skill>> {
    names.iter().map(|name| Ok(name.parse()?)).collect()
}
