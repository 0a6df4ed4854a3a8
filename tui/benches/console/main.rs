//! Measures the console as users run it: the program in a pseudo-terminal, with a Redis that has
//! ten thousand agents and a million waiting contacts. Compares the figures with their targets.
//!
//! `just bench-console` runs it; `docs/benchmarks.md` explains each figure. It measures only what
//! is visible from outside.
//! can be seen from outside and nothing else.

mod change;
mod cost;
mod keys;
mod load;
mod options;
mod process;
mod quit;
mod report;
mod seed;
mod server;
mod session;
mod start;
mod writes;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use color_eyre::eyre::{Result, WrapErr as _};
use shared::Acd as _;
use shared::redis::RedisAcd;
use tokio::runtime::Runtime;

use load::Load;
use options::{Options, Part};
use report::{Report, Row};
use server::Server;

/// What every part measures on.
struct Bench {
    options: Options,
    server: Server,
    runtime: Runtime,
    acd: Arc<RedisAcd>,
}

type Measure = fn(&Bench) -> Result<Vec<Row>>;

/// The parts, in the order of the report.
const PARTS: [(Part, &str, Measure); 6] = [
    (Part::Start, "the start", start::measure),
    (Part::Cost, "the cost", cost::measure),
    (Part::Keys, "the keys", keys::measure),
    (Part::Change, "changes", change::measure),
    (Part::Writes, "writes", writes::measure),
    (Part::Quit, "leaving", quit::measure),
];

fn main() -> Result<ExitCode> {
    color_eyre::install()?;
    let bench = Bench::prepare(Options::parse())?;
    let mut report = Report::default();
    for (part, name, measure) in PARTS {
        if bench.options.wants(part) {
            eprintln!("measuring {name} ...");
            report.0.extend(measure(&bench)?);
        }
    }
    println!("{report}");
    let failed = bench.options.check && report.misses();
    Ok(ExitCode::from(u8::from(failed)))
}

impl Bench {
    /// Starts a Redis with the floor.
    fn prepare(options: Options) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let (agents, waiting) = (options.agents, options.waiting);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let file = folder.join(format!("console-{agents}-{waiting}.rdb"));
        let file = if options.keep {
            file
        } else {
            file.with_extension("none")
        };
        let kept = file.is_file();
        eprintln!("bringing up a Redis with {agents} agents and {waiting} waiting contacts ...");
        let server = Server::start(&file)?;
        let url = server.url();
        if !kept {
            runtime.block_on(seed::plant(&url, &options))?;
            if options.keep {
                server.save()?;
            }
        }
        let acd = runtime.block_on(seed::open(&url))?;
        let floor = runtime
            .block_on(acd.overview())
            .wrap_err("the floor cannot be looked at")?;
        println!(
            "{} agents: {} available, {} on contacts; {} contacts wait.\n",
            floor.agents, floor.available, floor.busy, floor.waiting
        );
        Ok(Self {
            options,
            server,
            runtime,
            acd,
        })
    }

    /// Starts the load.
    fn load(&self) -> Result<Load> {
        Load::start(self.runtime.handle(), &self.acd, &self.options)
    }
}
