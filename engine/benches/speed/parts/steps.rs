//! Scripts that search or list something else than an agent for a contact, each on a floor where
//! what they go through is large.

use color_eyre::eyre::Result;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use hdrhistogram::Histogram;
use shared::Acd as _;
use shared::agent::{AgentId, Presence};
use shared::contact::ContactId;
use shared::redis::RedisAcd;
use shared::seen::{AgentSeen, ContactSeen};
use shared::skill::Skill;
use shared::time::{Clock as _, Millis, SystemClock};
use shared::view::{LONGEST_PAGE, Page, Start};

use crate::Bench;
use crate::ops::{create, hire};
use crate::play::{agent, contact};
use crate::record::ACD;
use crate::server::Redis;
use crate::slow_log::SlowLog;
use crate::table::Table;

const COLUMNS: [&str; 4] = [
    "scripts",
    "p50 µs of a script",
    "longest",
    "ms in Redis, all together",
];
/// Requests in flight while a floor is filled.
const AT_ONCE: usize = 64;
/// How often an operation of one script is measured in a round.
const TIMES: usize = 20;
/// The agents of the floor with many of them.
const CROWD: u64 = 50_000;
/// The skills of the agent of the floor with many lines, as many as one may hold, and how many lines
/// are under each.
const SKILLS: u64 = 64;
const LINES: u64 = 1_000;

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("Other searches and lists", "operation", &COLUMNS);
    bench.runtime.block_on(async {
        on_a_crowd(bench, &mut table).await?;
        on_many_lines(bench, &mut table).await
    })?;
    Ok(vec![table])
}

/// A floor on a Redis of its own.
struct Floor {
    acd: RedisAcd,
    log: SlowLog,
    /// It ends with the floor.
    _redis: Redis,
}

impl Floor {
    async fn empty() -> Result<Self> {
        let redis = Redis::start()?;
        Ok(Self {
            acd: RedisAcd::connect(&redis.url(), ACD.parse()?).await?,
            log: SlowLog::of(&redis)?,
            _redis: redis,
        })
    }

    /// Takes down what an operation took, played some times.
    async fn note(
        &mut self,
        table: &mut Table,
        name: &str,
        times: usize,
        operation: impl AsyncFn(&RedisAcd) -> shared::Result<()>,
    ) -> Result<()> {
        self.log.clear()?;
        for _ in 0..times {
            operation(&self.acd).await?;
        }
        self.write_down(table, name, times)
    }

    #[expect(clippy::cast_precision_loss, reason = "nothing takes 2^53 µs")]
    fn write_down(&mut self, table: &mut Table, name: &str, times: usize) -> Result<()> {
        let took = self.log.scripts()?;
        let mut scripts = Histogram::<u64>::new(3)?;
        for micros in &took {
            scripts.record(*micros)?;
        }
        let sum: u64 = took.iter().sum();
        let figures = [
            took.len() as f64 / times as f64,
            scripts.value_at_quantile(0.5) as f64,
            scripts.max() as f64,
            sum as f64 / 1e3 / times as f64,
        ];
        table.add(name, &figures.map(Some));
        Ok(())
    }

    /// Creates contacts, which all have to wait.
    async fn wait(&self, contacts: Vec<(u64, Vec<Skill>)>) -> Result<()> {
        let contacts = stream::iter(contacts).map(|(number, skills)| async move {
            let id = contact(number);
            create(&self.acd, &id, skills).await.map(drop)
        });
        contacts.buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Hires agents, who are unavailable.
    async fn hire(&self, agents: Vec<(u64, Vec<Skill>)>) -> Result<()> {
        let agents = stream::iter(agents).map(|(number, skills)| async move {
            let id = agent(number);
            hire(&self.acd, &id, skills).await
        });
        agents.buffer_unordered(AT_ONCE).try_collect().await
    }
}

/// All hold one skill, and each one of five and one of seven others.
async fn on_a_crowd(bench: &Bench, table: &mut Table) -> Result<()> {
    bench
        .progress
        .set_message(format!("filling a floor: {CROWD} agents"));
    let mut floor = Floor::empty().await?;
    let held = |number: u64| {
        let names = [
            "Common".to_owned(),
            format!("Five-{}", number % 5),
            format!("Seven-{}", number % 7),
        ];
        skills(&names).map(|skills| (number, skills))
    };
    let agents: Result<Vec<_>> = (0..CROWD).map(held).collect();
    floor.hire(agents?).await?;
    let waits = [
        (0, skills(&["Common"])?),
        (1, skills(&["Common", "Five-0"])?),
    ];
    floor.wait(waits.to_vec()).await?;
    bench.progress.set_message("measuring many agents");
    for (number, name) in [
        (0, "explain, 50,000 hold the skill"),
        (1, "explain, 50,000 and 10,000 hold the two skills"),
    ] {
        let id: ContactId = contact(number).parse()?;
        let explain = async |acd: &RedisAcd| acd.explain(id).await.map(drop);
        floor.note(table, name, TIMES, explain).await?;
        floor.acd.cancel_contact(id, &ContactSeen::ANYTHING).await?;
    }
    let middle = Page {
        start: Start::At(CROWD / 2),
        limit: LONGEST_PAGE,
    };
    let page = async |acd: &RedisAcd| acd.agents(middle.clone()).await.map(drop);
    floor
        .note(
            table,
            "agents, 500 rows in the middle of 50,000",
            TIMES,
            page,
        )
        .await?;
    for _ in 0..bench.options.rounds.min(2) {
        let open = async |acd: &RedisAcd| acd.open().await.map(drop);
        floor
            .note(table, "opening, 50,000 agents come back", 1, open)
            .await?;
        let close = async |acd: &RedisAcd| acd.close().await.map(drop);
        floor
            .note(table, "closing, 50,000 agents are available", 1, close)
            .await?;
    }
    floor.acd.open().await?;
    let common: Skill = "Common".parse()?;
    let drop_skill = async |acd: &RedisAcd| acd.delete_skill(&common).await;
    floor
        .note(
            table,
            "dropping a skill that 50,000 available agents hold",
            1,
            drop_skill,
        )
        .await
}

/// One agent alone holds 64 skills, and a thousand lines are under each of them whose other skill
/// they lack. Two others hold each of these thousand.
async fn on_many_lines(bench: &Bench, table: &mut Table) -> Result<()> {
    let lines = SKILLS * LINES;
    bench
        .progress
        .set_message(format!("filling a floor: {lines} lines"));
    let mut floor = Floor::empty().await?;
    let mine: Vec<String> = (0..SKILLS).map(|skill| format!("Mine-{skill}")).collect();
    let mut agents = vec![(0, skills(&mine)?)];
    for number in 0..=(2 * LINES / SKILLS) {
        let theirs: Vec<String> = (number * SKILLS..(number + 1) * SKILLS)
            .map(|skill| format!("Theirs-{}", skill % LINES))
            .collect();
        agents.push((number + 1, skills(&theirs)?));
    }
    floor.hire(agents).await?;
    let waiting: Result<Vec<_>> = (0..lines)
        .map(|number| {
            let mine = format!("Mine-{}", number % SKILLS);
            let theirs = format!("Theirs-{}", number / SKILLS);
            skills(&[mine, theirs]).map(|skills| (number, skills))
        })
        .collect();
    floor.wait(waiting?).await?;
    bench.progress.set_message("measuring many lines");
    let generalist: AgentId = agent(0).parse()?;
    for _ in 0..TIMES.min(5) {
        become_ready(&mut floor, table, &generalist).await?;
    }
    for (number, needed, name) in [
        (
            lines,
            ["Mine-0"],
            "explain, 64,000 lines under the skills of an agent",
        ),
        (lines + 1, ["Nobody"], "near misses, 1,064 skills"),
    ] {
        floor.wait(vec![(number, skills(&needed)?)]).await?;
        let id: ContactId = contact(number).parse()?;
        let explain = async |acd: &RedisAcd| acd.explain(id).await.map(drop);
        floor.note(table, name, TIMES, explain).await?;
    }
    lists(&mut floor, table).await
}

/// Measures how an agent becomes available whom no contact waits for.
async fn become_ready(floor: &mut Floor, table: &mut Table, id: &AgentId) -> Result<()> {
    let ready = async |acd: &RedisAcd| {
        acd.set_presence(id, Presence::Available, &AgentSeen::ANYTHING)
            .await
            .map(drop)
    };
    let name = "ready, 1,000 lines under each of 64 skills, serves none";
    floor.note(table, name, 1, ready).await?;
    let away = Presence::Unavailable(None);
    floor
        .acd
        .set_presence(id, away, &AgentSeen::ANYTHING)
        .await?;
    Ok(())
}

async fn lists(floor: &mut Floor, table: &mut Table) -> Result<()> {
    let hour_ago = Millis(SystemClock.now().millis().0 - 3_600_000);
    let figures = async |acd: &RedisAcd| acd.figures(hour_ago).await.map(drop);
    floor
        .note(table, "figures of an hour, 1,064 skills", TIMES, figures)
        .await?;
    let skills = async |acd: &RedisAcd| acd.skills(Page::first(LONGEST_PAGE)).await.map(drop);
    floor
        .note(table, "skills, 500 rows of 1,064", TIMES, skills)
        .await?;
    let queue = async |acd: &RedisAcd| {
        let start = Start::At(SKILLS * LINES / 2);
        let limit = LONGEST_PAGE;
        acd.queue(Page { start, limit }).await.map(drop)
    };
    floor
        .note(
            table,
            "queue, 500 rows in the middle of 64,000",
            TIMES,
            queue,
        )
        .await
}

fn skills<Name: AsRef<str>>(names: &[Name]) -> Result<Vec<Skill>> {
    names
        .iter()
        .map(|name| Ok(name.as_ref().parse()?))
        .collect()
}
