//! What stands in Redis for each waiting contact and each agent, in bytes.

use std::time::Duration;

use color_eyre::eyre::Result;

use crate::Bench;
use crate::play::{Operation, Play, Player as _, Shape};
use crate::table::{Table, Target};
use crate::yardstick::fresh;

const CONTACTS: u64 = 100_000;
const AGENTS: u64 = 10_000;
const COLUMNS: [&str; 1] = ["bytes"];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("Memory of Redis", "each", &COLUMNS);
    bench.tell("the memory", 0);
    let raw = fresh(bench)?;
    let grown = |operation: Operation, first: u64, many: u64| -> Result<f64> {
        let before = used(bench)?;
        let (steps, numbers) = ([operation.into()], first..first + many);
        let shape = Shape {
            connections: 4,
            pipeline: 16,
        };
        let at_most = Duration::from_mins(10);
        raw.play(&Play {
            steps: &steps,
            numbers,
            shape,
            at_most,
        })?;
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let many = many as f64;
        Ok((used(bench)? - before) / many)
    };
    let created = grown(Operation::CreateAgent, 0, AGENTS)?;
    // The first bring the log of events to its full length, which grows no further then.
    let first = grown(Operation::CreateQueued, 0, CONTACTS)?;
    let second = grown(Operation::CreateQueued, CONTACTS, CONTACTS)?;
    bench.redis.empty()?;
    table.add("agent with two skills", &[Some(created)]);
    table.add(
        "of the first 100,000 waiting, with the log of events",
        &[Some(first)],
    );
    let name = "waiting contact of two skills, of the next 100,000";
    table.add(name, &[Some(second)]);
    table.want(name, 0, Target::AtMost(600.0));
    Ok(vec![table])
}

fn used(bench: &Bench) -> Result<f64> {
    Ok(bench.redis.info("memory", "used_memory")?.parse()?)
}
