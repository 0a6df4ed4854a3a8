//! What a run is asked for.

use std::time::Duration;

use clap::{Parser, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  just bench
      Everything, as the targets are meant. Takes half an hour; the machine should be quiet.
  just bench --rounds 1 --seconds 0.5 wire yardstick ops
      A first look, in a minute.
  just bench life drain --check
      Two parts; the exit code is 1 if a target is missed.";

/// Measures the store and the API, on a Redis of its own, beside what that Redis does at best.
#[derive(Debug, Parser)]
#[command(name = "bench", bin_name = "just bench", after_help = EXAMPLES)]
pub(crate) struct Options {
    /// What to measure; without it everything.
    #[arg(value_enum, value_name = "PART")]
    pub(crate) parts: Vec<Part>,
    /// How many times, one quantity after the other; the tables tell the medians.
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// How long a measurement takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    seconds: f64,
    /// Exit with 1 if a target is missed.
    #[arg(long)]
    pub(crate) check: bool,
    /// Measure this Redis, which must be empty, instead of one that is started for it.
    #[arg(long, value_name = "URL")]
    pub(crate) redis_url: Option<String>,
    /// How many contacts wait on the largest of the floors that grow.
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    pub(crate) largest: u64,
    /// How many contacts are created and completed on the floors where a search is hard, before they
    /// are measured.
    #[arg(long, value_name = "NUMBER", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(0..=10_000_000))]
    pub(crate) wear: u64,
    /// Passed by cargo to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A part of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Commands, bytes and events of each operation.
    Wire,
    /// PING, an empty script and creation, by redis-benchmark and by the raw client.
    Yardstick,
    /// Each operation through the ops layer, at 1, 64 and 256 in flight.
    Ops,
    /// Each operation over REST, with 64 connections.
    Rest,
    /// Whole lives of contacts, through the ops layer and over REST, at 64 and 256 in flight.
    Life,
    /// From arrival to assignment while agents are available.
    Wait,
    /// 10,000 waiting contacts, 200 agents.
    Drain,
    /// Create and life with AOF, with a longer way to Redis, and on the embedded store.
    Ways,
    /// Bytes in Redis for each waiting contact and each agent.
    Memory,
    /// Each operation on floors of 100 to 1,000,000 waiting contacts, and the searches where they
    /// are hard.
    Growth,
    /// Mean waits of 40 agents at 50, 70 and 90 % occupancy.
    Occupancy,
    /// The engine's processor time with nothing to do, and how soon it is ready.
    Idle,
}

impl Options {
    /// Tells whether a part is to be measured.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    /// Gives how long a measurement takes.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.1..=600.0).contains(&seconds) => Ok(seconds),
        _ => Err("use a number of seconds from 0.1 to 600".to_owned()),
    }
}
