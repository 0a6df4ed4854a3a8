//! Offers an engine twice what it can do, and looks at it from outside: how long the requests take
//! that it accepts, how many it refuses, how much memory it has, how soon it is itself again.
//!
//! The engine is the binary, as a process of its own, on the Redis that is named. Each connection
//! is an agent who changes their state; so nothing grows but the events, of which the last are kept.

#[path = "common/child.rs"]
mod child;
#[path = "common/connection.rs"]
mod connection;
#[path = "common/engine.rs"]
mod engine;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::Parser;
use hdrhistogram::Histogram;
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use connection::{Connection, request};
use engine::Engine;

/// How many connections find out what the engine can do.
const SUSTAINED_BY: usize = 64;

/// Stands for the status of an answer that did not come.
const FAILED: u16 = 0;

#[derive(Debug, Parser)]
#[command(name = "overload")]
struct Options {
    /// The Redis that the engine uses; without it the ACD is in the engine's memory.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,
    /// How many connections offer the load.
    #[arg(long, default_value_t = 1000)]
    connections: usize,
    /// How many times of what it can do is offered.
    #[arg(long, default_value_t = 2.0)]
    times: f64,
    /// For how many seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Flags for the engine, after `--`.
    #[arg(last = true)]
    engine: Vec<String>,
    /// What cargo gives every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Gives the resident memory of the engine, in kilobytes.
fn memory(engine: &Engine) -> u64 {
    let path = format!("/proc/{}/status", engine.id());
    let status = std::fs::read_to_string(path).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// What became of the requests of some time.
struct Seen {
    accepted: Histogram<u64>,
    refused: Histogram<u64>,
    failed: u64,
}

impl Seen {
    fn new() -> Self {
        let empty =
            || Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are in order");
        Self {
            accepted: empty(),
            refused: empty(),
            failed: 0,
        }
    }

    fn count(&mut self, (status, took): (u16, Duration)) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        match status {
            200 => self.accepted.saturating_record(micros),
            503 => self.refused.saturating_record(micros),
            _ => self.failed += 1,
        }
    }
}

/// One agent's connection.
struct Caller {
    connection: Connection,
    requests: [Vec<u8>; 2],
    next: usize,
}

impl Caller {
    async fn open(address: &str, number: usize) -> io::Result<Self> {
        let path = format!("/agent/agent:{number}/state");
        let states = [r#"{"state":1}"#, r#"{"state":0}"#];
        let mut caller = Self {
            connection: Connection::open(address).await?,
            requests: states.map(|state| request("PATCH", &path, state)),
            next: 0,
        };
        let agent = r#"{"fname":"A","lname":"B","skills":["English"]}"#;
        let create = request("POST", &format!("/agent/agent:{number}"), agent);
        caller.connection.call(&create).await?;
        Ok(caller)
    }

    /// Sends one request, and gives the status of its answer.
    async fn call(&mut self) -> io::Result<u16> {
        let request = &self.requests[self.next];
        self.next = 1 - self.next;
        Ok(self.connection.call(request).await?.0)
    }
}

/// Has the callers offer so many requests a second for a time, or as many as are answered, and
/// gives what was seen; each second is told meanwhile.
async fn offer(
    callers: &[Arc<Mutex<Caller>>],
    rate: Option<f64>,
    seconds: u64,
    engine: &Engine,
) -> Seen {
    let (sender, mut results) = mpsc::channel(64);
    let due = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut tasks = tokio::task::JoinSet::new();
    let many = u32::try_from(callers.len()).unwrap_or(u32::MAX);
    for (number, caller) in (0..).zip(callers) {
        let (caller, sender, due) = (Arc::clone(caller), sender.clone(), Arc::clone(&due));
        tasks.spawn(async move {
            let mut caller = caller.lock().await;
            let mut turns = rate.map(|rate| {
                let every = Duration::from_secs_f64(f64::from(many) / rate);
                let first = Instant::now() + every * number / many;
                let mut turns = tokio::time::interval_at(first, every);
                turns.set_missed_tick_behavior(MissedTickBehavior::Skip);
                turns
            });
            let mut answers = vec![];
            let mut told = Instant::now();
            while Instant::now() < until {
                if let Some(turns) = &mut turns {
                    turns.tick().await;
                }
                due.fetch_add(1, Ordering::Relaxed);
                let began = Instant::now();
                let status = caller.call().await.unwrap_or(FAILED);
                answers.push((status, began.elapsed()));
                if status == FAILED {
                    sleep(Duration::from_millis(100)).await;
                }
                if told.elapsed() >= Duration::from_secs(1) {
                    told = Instant::now();
                    let _ = sender.send(std::mem::take(&mut answers)).await;
                }
            }
            let _ = sender.send(answers).await;
        });
    }
    drop(sender);
    let (mut whole, mut second) = (Seen::new(), Seen::new());
    let mut lines = interval(Duration::from_secs(1));
    lines.tick().await;
    loop {
        tokio::select! {
            answers = results.recv() => match answers {
                Some(answers) => for answer in answers {
                    whole.count(answer);
                    second.count(answer);
                },
                None => return whole,
            },
            _ = lines.tick() => {
                tell("", due.swap(0, Ordering::Relaxed), &second, engine);
                second = Seen::new();
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no wait is that long")]
fn tell(what: &str, offered: u64, seen: &Seen, engine: &Engine) {
    let millis = |histogram: &Histogram<u64>, part| histogram.value_at_quantile(part) as f64 / 1e3;
    let Seen {
        accepted,
        refused,
        failed,
    } = seen;
    println!(
        "{what:<12}{offered:>8} sent {:>8} accepted, p50 {:6.1} p99 {:6.1} max {:6.1} ms; \
         {:>8} refused, p99 {:6.1} ms; {failed} failed; {} MB",
        accepted.len(),
        millis(accepted, 0.5),
        millis(accepted, 0.99),
        millis(accepted, 1.0),
        refused.len(),
        millis(refused, 0.99),
        memory(engine) / 1024,
    );
    let _ = io::stdout().flush();
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let options = Options::parse();
    tokio::spawn(child::end_by_signal());
    let mut arguments = vec![
        "--acd".to_owned(),
        format!("overload-{}", std::process::id()),
    ];
    arguments.extend(options.engine.iter().cloned());
    let engine = Engine::start(options.redis_url.as_deref(), &arguments)?;
    let mut callers = vec![];
    for number in 0..options.connections {
        let caller = Caller::open(&engine.address, number).await?;
        callers.push(Arc::new(Mutex::new(caller)));
    }
    println!("what it can do, {SUSTAINED_BY} connections one request after the other:");
    let few = &callers[..SUSTAINED_BY.min(callers.len())];
    offer(few, None, 2, &engine).await;
    let alone = offer(few, None, 5, &engine).await;
    #[expect(clippy::cast_precision_loss, reason = "no engine does 2^53")]
    let can = alone.accepted.len() as f64 / 5.0;
    tell("alone", 0, &alone, &engine);
    println!(
        "{:.1} times that, {:.0} requests a second:",
        options.times,
        can * options.times
    );
    let over = offer(
        &callers,
        Some(can * options.times),
        options.seconds,
        &engine,
    )
    .await;
    tell("overloaded", 0, &over, &engine);
    println!(
        "and then half of what it can do, {:.0} requests a second:",
        can / 2.0
    );
    let after = offer(&callers, Some(can / 2.0), 5, &engine).await;
    tell("afterwards", 0, &after, &engine);
    let sound = over.failed + after.failed == 0 && after.refused.is_empty();
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
