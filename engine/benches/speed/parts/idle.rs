//! An engine that has nothing to do, and one that starts.

use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail};

use crate::Bench;
use crate::connection::{Connection, request};
use crate::cpu;
use crate::engine::Engine;
use crate::table::{Table, Target};

/// How long it is looked at; it has settled before.
const QUIET: Duration = Duration::from_secs(10);
const SETTLED: Duration = Duration::from_secs(2);
const COLUMNS: [&str; 2] = ["idle, % of a core", "start to ready, ms"];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("Idle and start", "engine", &COLUMNS);
    let name = "API and dispatcher, on Redis";
    for round in 0..bench.options.rounds {
        bench.tell("idleness", round);
        bench.redis.empty()?;
        let began = Instant::now();
        let engine = Engine::start(Some(&bench.redis.url()), &[])?;
        bench.runtime.block_on(ready(&engine.address))?;
        let start = began.elapsed();
        std::thread::sleep(SETTLED);
        let before = cpu::of_process(engine.id())?;
        std::thread::sleep(QUIET);
        let used = cpu::of_process(engine.id())?.saturating_sub(before);
        let idle = used.as_secs_f64() / QUIET.as_secs_f64() * 100.0;
        table.add(name, &[Some(idle), Some(start.as_secs_f64() * 1e3)]);
    }
    table.want(name, 0, Target::AtMost(0.2));
    table.want(name, 1, Target::AtMost(50.0));
    Ok(vec![table])
}

async fn ready(address: &str) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let (status, _) = connection.call(&request("GET", "/readyz", "")).await?;
    if status != 200 {
        bail!("the engine has started and is not ready: {status}");
    }
    Ok(())
}
