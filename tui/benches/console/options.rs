//! The options of a run.

use std::time::Duration;

use clap::{Parser, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  just bench-console --agents 50 --waiting 200 --seconds 2
      All of it on a small floor, in half a minute: to see what it does.
  just bench-console --keep
      The whole floor, which is kept: a second run has it at once.
  just bench-console --keep --minutes 10 --check
      As the targets are meant; the exit code is 1 if one of them is missed.
  just bench-console --keep --only quit";

/// Measures the console in a terminal of its own, on a Redis of its own.
#[derive(Debug, Parser)]
#[command(name = "bench-console", bin_name = "just bench-console", after_help = EXAMPLES)]
pub(crate) struct Options {
    /// How many agents the floor has.
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(8..=100_000))]
    pub(crate) agents: u64,
    /// How many contacts wait.
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10..=10_000_000))]
    pub(crate) waiting: u64,
    /// How many state changes a second the floor has under load.
    #[arg(long, value_name = "NUMBER", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(8..=100_000))]
    pub(crate) rate: u32,
    /// How many seconds a measurement may take: the more, the more exact.
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
    /// How many minutes the load goes on until the memory is looked at; else twice the seconds.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=600))]
    minutes: Option<u32>,
    /// Keep the floor under target/tmp, and take the one that is kept there.
    #[arg(long)]
    pub(crate) keep: bool,
    /// Exit with 1 if a target is missed.
    #[arg(long)]
    pub(crate) check: bool,
    /// Measure only this; may be given more than once.
    #[arg(long, value_name = "PART", value_enum)]
    only: Vec<Part>,
    /// Passed by cargo to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A part of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// First paint and first live data.
    Start,
    /// Processor, wake-ups, bytes, frames and memory, quiet and under load.
    Cost,
    /// From a key to its answer: quiet, under load, while the store is unavailable; and a held key.
    Keys,
    /// From a change in the store to the screen.
    Change,
    /// How many writes a frame takes.
    Writes,
    /// Leaving, in every way and state.
    Quit,
}

impl Options {
    /// Returns whether a part is to be measured.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// Returns the duration of a sample.
    pub(crate) fn sample(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    /// Returns how long the load runs before the memory is measured.
    pub(crate) fn load(&self) -> Duration {
        let seconds = self
            .minutes
            .map_or(2 * self.seconds, |minutes| 60 * minutes);
        Duration::from_secs(seconds.into())
    }

    /// Returns how often to repeat what takes about `each`: `most` times if the seconds allow it.
    pub(crate) fn times(&self, most: u32, each: Duration) -> u32 {
        let fit = self.sample().as_millis() / each.as_millis().max(1);
        u32::try_from(fit).unwrap_or(most).clamp(3, most)
    }
}
