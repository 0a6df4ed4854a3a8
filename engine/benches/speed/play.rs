//! What is played on a floor, whoever plays it: the ops layer, a client of the API, or a raw client
//! that sends the very same scripts.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;
use hdrhistogram::Histogram;

use crate::cpu::{Processes, Used};

/// How many agents the floors have on which throughput is measured: more than ever are in flight.
pub(crate) const AGENTS: u64 = 2_000;
/// The skills that each contact needs and each agent of these floors holds.
pub(crate) const SKILLS: [&str; 2] = ["English", "Billing"];

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    CreateAgent,
    Available,
    Unavailable,
    /// Creates a contact that has to wait.
    CreateQueued,
    /// Creates a contact that has its agent at once.
    CreateAssigned,
    /// Completes a contact that an agent is on.
    Complete,
    Get,
}

impl Operation {
    /// Names whom the request is about: a contact's UUID or an agent's id, all of one length.
    pub(crate) fn subject(self, number: u64) -> String {
        match self {
            Self::CreateAgent | Self::Available | Self::Unavailable => agent(number),
            // Any that is there.
            Self::Get => contact(number % AGENTS),
            Self::CreateQueued | Self::CreateAssigned | Self::Complete => contact(number),
        }
    }
}

/// Gives the UUID of a contact: twelve digits at the end, which redis-benchmark can fill in too.
pub(crate) fn contact(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// Gives the id of an agent.
pub(crate) fn agent(number: u64) -> String {
    format!("agent:{number:06}")
}

/// A request about the subject that is so far ahead of the number at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) operation: Operation,
    pub(crate) ahead: u64,
}

impl From<Operation> for Step {
    fn from(operation: Operation) -> Self {
        let ahead = 0;
        Self { operation, ahead }
    }
}

/// How requests are under way at the same time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) connections: u64,
    /// Requests sent at once on each; only the raw client and redis-benchmark can.
    pub(crate) pipeline: u64,
}

impl Shape {
    /// So many, one on each connection.
    pub(crate) const fn wide(connections: u64) -> Self {
        let pipeline = 1;
        Self {
            connections,
            pipeline,
        }
    }

    /// Gives how many are in flight.
    pub(crate) fn in_flight(self) -> u64 {
        self.connections * self.pipeline
    }
}

/// For each number the steps, one after the other; many numbers at the same time.
#[derive(Clone, Debug)]
pub(crate) struct Play<'a> {
    pub(crate) steps: &'a [Step],
    pub(crate) numbers: Range<u64>,
    pub(crate) shape: Shape,
    /// No number is begun after that.
    pub(crate) at_most: Duration,
}

/// Who plays.
pub(crate) trait Player {
    /// Plays, and fails if any answer is not the one that the operation names.
    fn play(&self, play: &Play<'_>) -> Result<Played>;

    /// Names the processes whose time is spent on it, beside this one.
    fn processes(&self) -> Processes;
}

/// What a play took.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    /// How many numbers were played.
    pub(crate) times: u64,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// How long the answers to each step took, in nanoseconds.
    pub(crate) answers: Vec<Histogram<u64>>,
    /// The processor time of all who took part.
    pub(crate) used: Used,
}

impl Played {
    /// Gives how often a second.
    #[expect(clippy::cast_precision_loss, reason = "nothing is played 2^53 times")]
    pub(crate) fn rate(&self) -> f64 {
        self.times as f64 / self.took.as_secs_f64()
    }

    /// Gives what a part of the answers to a step does not exceed, in microseconds.
    #[expect(clippy::cast_precision_loss, reason = "no answer takes 2^53 ns")]
    pub(crate) fn micros(&self, step: usize, part: f64) -> f64 {
        self.answers[step].value_at_quantile(part) as f64 / 1e3
    }

    /// Takes another play of the same into this.
    pub(crate) fn add(&mut self, other: &Self) -> Result<()> {
        self.times += other.times;
        self.took += other.took;
        self.used = self.used + other.used;
        for (mine, theirs) in self.answers.iter_mut().zip(&other.answers) {
            mine.add(theirs)?;
        }
        Ok(())
    }
}

/// The numbers of a play, for all who play it at the same time.
#[derive(Debug)]
pub(crate) struct Tickets {
    next: AtomicU64,
    end: u64,
    began: Instant,
    until: Instant,
}

impl Tickets {
    /// Begins a play.
    pub(crate) fn begin(play: &Play<'_>) -> Self {
        let began = Instant::now();
        Self {
            next: AtomicU64::new(play.numbers.start),
            end: play.numbers.end,
            began,
            until: began + play.at_most,
        }
    }

    /// Gives the next numbers, at most so many; none when it is over.
    pub(crate) fn take(&self, most: u64) -> Option<Range<u64>> {
        if Instant::now() >= self.until {
            return None;
        }
        let first = self.next.fetch_add(most, Ordering::Relaxed);
        (first < self.end).then(|| first..self.end.min(first + most))
    }

    /// Ends it, with the samples of each who played.
    pub(crate) fn end(&self, samples: &[Samples], used: Used) -> Result<Played> {
        let took = self.began.elapsed();
        let mut answers = vec![];
        let steps = samples.iter().map(|samples| samples.0.len()).max();
        for step in 0..steps.unwrap_or(0) {
            let mut histogram = Histogram::new_with_bounds(1, 60_000_000_000, 3)?;
            for nanos in samples.iter().flat_map(|samples| &samples.0[step]) {
                histogram.saturating_record(u64::from(*nanos));
            }
            answers.push(histogram);
        }
        let times = samples.iter().map(|samples| samples.1).sum();
        Ok(Played {
            times,
            took,
            answers,
            used,
        })
    }
}

/// How long each answer took, by the step, in nanoseconds; and how many numbers were played.
/// Written down plainly while it is measured, and counted afterwards.
#[derive(Debug)]
pub(crate) struct Samples(Vec<Vec<u32>>, u64);

impl Samples {
    /// Begins with none.
    pub(crate) fn of(steps: &[Step]) -> Self {
        Self(vec![vec![]; steps.len()], 0)
    }

    /// Notes that an answer to a step has come.
    pub(crate) fn answered(&mut self, step: usize, asked: Instant) {
        let nanos = asked.elapsed().as_nanos();
        self.0[step].push(u32::try_from(nanos).unwrap_or(u32::MAX));
    }

    /// Notes that so many numbers are through.
    pub(crate) fn through(&mut self, numbers: u64) {
        self.1 += numbers;
    }
}
