//! How long contacts wait on a busy floor, beside a router that knows no delay of its own.
//!
//! Contacts come at random, whether or not those before are served. Everything goes ten times as
//! fast as on a floor of people, and the waits that are told are ten times those that were measured.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::thread::sleep;
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use shared::Acd;
use shared::contact::ContactState;

use crate::Bench;
use crate::layer::open;
use crate::ops::{create, perform, skills};
use crate::play::{Operation, agent, contact};
use crate::table::{Table, Target};

const AGENTS: u32 = 40;
/// How many times as fast as on a floor of people, and how long a contact takes there, in seconds.
const TIMES: f64 = 10.0;
const SERVICE: f64 = 2.0;
/// Contacts that nobody serves.
const UNSERVABLE: u64 = 1_000;
/// Their numbers begin where no others come to.
const FAR_OFF: u64 = 1_000_000;
/// How many other arrivals of the same rate tell between what an ideal router's mean lies.
const OTHERS: u64 = 400;
/// The millisecond in which the store counts and timers end contacts, which an ideal router has not,
/// in the time of the floor.
const TICK: f64 = TIMES / 1e3;
const COLUMNS: [&str; 5] = [
    "mean wait s",
    "ideal, same arrivals s",
    "the ideal's 2.5 %",
    "its 97.5 %",
    "contacts",
];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("40 agents, contacts of 2 s", "occupancy", &COLUMNS);
    for (percent, ahead) in [(50, 0), (70, 0), (90, 0), (90, UNSERVABLE)] {
        let behind = if ahead == 0 {
            ""
        } else {
            ", 1,000 unservable ahead"
        };
        let name = format!("{percent} %{behind}");
        bench.tell(&format!("waits at {name}"), 0);
        let load = Load {
            occupancy: f64::from(percent) / 100.0,
            seconds: bench.options.time() * 30,
        };
        let arrivals = load.arrivals(0);
        bench.redis.empty()?;
        let acd = bench.runtime.block_on(open(Some(&bench.redis.url())))?;
        let measured = bench.runtime.block_on(play(&*acd, &arrivals, ahead))?;
        let mut others: Vec<f64> = (1..=OTHERS)
            .map(|seed| ideal(&load.arrivals(seed)))
            .collect();
        others.sort_by(f64::total_cmp);
        let (low, high) = (
            others[others.len() / 40],
            others[others.len() - 1 - others.len() / 40],
        );
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let many = arrivals.len() as f64;
        table.add(
            &name,
            &[measured, ideal(&arrivals), low, high, many].map(Some),
        );
        table.want(&name, 0, Target::AtMost(high + TICK));
    }
    Ok(vec![table])
}

/// How contacts come.
struct Load {
    occupancy: f64,
    seconds: Duration,
}

impl Load {
    /// Draws when contacts come, in seconds of a floor of people.
    fn arrivals(&self, seed: u64) -> Vec<f64> {
        let mut random = StdRng::seed_from_u64(seed);
        let rate = self.occupancy * f64::from(AGENTS) / SERVICE;
        let end = self.seconds.as_secs_f64() * TIMES;
        let mut now = 0.0;
        let mut arrivals = vec![];
        loop {
            let share: f64 = random.random();
            now -= (1.0 - share).ln() / rate;
            if now > end {
                return arrivals;
            }
            arrivals.push(now);
        }
    }
}

/// Gives the mean wait if each contact goes to the agent who is free first.
fn ideal(arrivals: &[f64]) -> f64 {
    // As whole microseconds, which have an order.
    let mut free: BinaryHeap<Reverse<u64>> = (0..AGENTS).map(|_| Reverse(0)).collect();
    let waits = arrivals.iter().map(|arrival| {
        let arrival = micros(*arrival);
        let Reverse(first) = free.pop().unwrap_or_default();
        let begins = first.max(arrival);
        free.push(Reverse(begins + micros(SERVICE)));
        Duration::from_micros(begins - arrival).as_secs_f64()
    });
    mean(waits)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few minutes"
)]
fn micros(seconds: f64) -> u64 {
    (seconds * 1e6) as u64
}

fn mean(waits: impl ExactSizeIterator<Item = f64>) -> f64 {
    let many = u32::try_from(waits.len()).map_or(f64::INFINITY, f64::from);
    waits.sum::<f64>() / many
}

/// Plays arrivals on an ACD, and gives the mean wait. One operation goes after the other, so it is
/// known at any time who waits and who is served.
async fn play(acd: &dyn Acd, arrivals: &[f64], ahead: u64) -> Result<f64> {
    staff(acd).await?;
    let skills = skills()?;
    for number in 0..ahead {
        let nobody = vec!["Nobody".parse()?];
        create(acd, &contact(FAR_OFF + number), nobody).await?;
    }
    let began = Instant::now();
    let real = |seconds: f64| Duration::from_secs_f64(seconds / TIMES);
    let mut ends: VecDeque<(Duration, u64)> = VecDeque::new();
    let mut line: VecDeque<u64> = VecDeque::new();
    let mut waits = vec![];
    let mut coming = (0..)
        .zip(arrivals.iter().map(|arrival| real(*arrival)))
        .peekable();
    loop {
        let arrival = coming.peek().copied();
        let end = ends.front().copied();
        let next_comes = match (arrival, end) {
            (Some((_, arrival)), Some((end, _))) => arrival <= end,
            (arrival, _) => arrival.is_some(),
        };
        let assigned = if let (true, Some((number, due))) = (next_comes, arrival) {
            coming.next();
            sleep(due.saturating_sub(began.elapsed()));
            match create(acd, &contact(number), skills.clone()).await? {
                ContactState::Assigned { .. } => Some(number),
                _ => {
                    line.push_back(number);
                    None
                }
            }
        } else if let Some((due, number)) = end {
            ends.pop_front();
            sleep(due.saturating_sub(began.elapsed()));
            perform(acd, Operation::Complete, &contact(number), &skills).await?;
            line.pop_front()
        } else {
            return Ok(mean(waits.into_iter()));
        };
        if let Some(number) = assigned {
            let now = began.elapsed();
            let arrived = real(arrivals[usize::try_from(number)?]);
            waits.push(now.saturating_sub(arrived).as_secs_f64() * TIMES);
            // All take as long, so they end in the order in which they were assigned.
            ends.push_back((now + real(SERVICE), number));
        }
    }
}

async fn staff(acd: &dyn Acd) -> Result<()> {
    let skills = skills()?;
    for number in 0..u64::from(AGENTS) {
        for operation in [Operation::CreateAgent, Operation::Available] {
            perform(acd, operation, &agent(number), &skills).await?;
        }
    }
    Ok(())
}
