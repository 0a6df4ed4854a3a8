//! Measures the store and the API, beside what Redis itself does at best in the same run.
//!
//! `just bench` runs it; `docs/benchmarks.md` says what each figure is. All of it is counted in
//! ratios and costs of one run, because how much a machine does is the machine's.

mod case;
#[path = "../common/child.rs"]
mod child;
#[path = "../common/connection.rs"]
mod connection;
mod cpu;
#[path = "../common/engine.rs"]
mod engine;
mod floor;
mod http;
mod layer;
mod ops;
mod options;
mod parts;
mod play;
mod raw;
mod record;
mod server;
mod slow_log;
mod table;
mod tap;
mod template;
mod yardstick;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use color_eyre::eyre::Result;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::runtime::Runtime;

use options::{Options, Part};
use parts::{
    drain, growth, idle, memory, occupancy, search, steps, throughput, wait, ways, wire,
    yardstick as calibration,
};
use record::{Recording, record};
use server::Redis;
use table::Table;

/// What every part measures on.
struct Bench {
    options: Options,
    redis: Redis,
    /// Which Redis that is.
    version: String,
    recording: Recording,
    /// As the engine's.
    runtime: Runtime,
    progress: ProgressBar,
}

type Measure = fn(&Bench) -> Result<Vec<Table>>;

/// The parts, in the order of the report.
const PARTS: [(Part, Measure); 17] = [
    (Part::Wire, wire::measure),
    (Part::Yardstick, calibration::measure),
    (Part::Ops, throughput::ops),
    (Part::Rest, throughput::rest),
    (Part::Life, throughput::life),
    (Part::Wait, wait::measure),
    (Part::Drain, drain::measure),
    (Part::Ways, ways::measure),
    (Part::Memory, memory::measure),
    (Part::Growth, growth::measure),
    (Part::Growth, steps::measure),
    (Part::Growth, search::pairs),
    (Part::Growth, search::sets_of_300),
    (Part::Growth, search::lack),
    (Part::Growth, search::own),
    (Part::Occupancy, occupancy::measure),
    (Part::Idle, idle::measure),
];

/// It could not measure; what is wrong stands on standard error.
const CANNOT_MEASURE: u8 = 2;

fn main() -> ExitCode {
    let options = Options::parse();
    let check = options.check;
    match run(options) {
        Ok(missed) => ExitCode::from(u8::from(check && missed)),
        Err(why) => {
            eprintln!("bench: {why:#}");
            ExitCode::from(CANNOT_MEASURE)
        }
    }
}

/// Measures what is asked for, and tells whether a target is missed.
fn run(options: Options) -> Result<bool> {
    let bench = Bench::prepare(options)?;
    let cores = std::thread::available_parallelism()?;
    println!("Redis {}, {cores} cores.\n", bench.version);
    let mut missed = vec![];
    for (part, measure) in PARTS {
        if bench.options.wants(part) {
            for table in measure(&bench)? {
                bench.progress.suspend(|| println!("{table}"));
                missed.extend(table.missed());
            }
        }
    }
    bench.progress.finish_and_clear();
    for target in &missed {
        println!("missed: {target}");
    }
    Ok(!missed.is_empty())
}

impl Bench {
    /// Brings up a Redis, and looks at what the ops layer does with it.
    fn prepare(options: Options) -> Result<Self> {
        let runtime = Runtime::new()?;
        runtime.spawn(child::end_by_signal());
        let redis = match &options.redis_url {
            Some(url) => Redis::named(url)?,
            None => Redis::start()?,
        };
        let version = redis.info("server", "redis_version")?;
        let recording = runtime.block_on(record(&redis))?;
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}")?;
        let progress = ProgressBar::new_spinner().with_style(style);
        progress.enable_steady_tick(Duration::from_millis(200));
        Ok(Self {
            options,
            redis,
            version,
            recording,
            runtime,
            progress,
        })
    }

    /// Tells on the terminal what goes on.
    fn tell(&self, what: &str, round: u32) {
        let (round, rounds) = (round + 1, self.options.rounds);
        self.progress
            .set_message(format!("measuring {what}, round {round} of {rounds}"));
    }
}
