//! What Redis does at best: redis-benchmark, and a raw client for what that cannot play.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::process::Command;
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use color_eyre::eyre::{Report, Result, bail, eyre};
use redis::{Cmd, Connection, ConnectionLike as _};

use crate::Bench;
use crate::case::{Case, Measure, prepare};
use crate::layer::open;
use crate::play::{Operation, Shape};
use crate::raw::Raw;

/// 64 in flight, in three ways: the best counts, whichever it is.
pub(crate) const SHAPES: [Shape; 3] = [
    Shape {
        connections: 1,
        pipeline: 64,
    },
    Shape {
        connections: 4,
        pipeline: 16,
    },
    Shape {
        connections: 64,
        pipeline: 1,
    },
];

/// How often a second each quantity is possible.
pub(crate) type Rates = HashMap<Measure, f64>;

/// Measures what is possible for these cases: each of the shapes, and the best of them.
pub(crate) fn measure(bench: &Bench, cases: &[Case]) -> Result<Rates> {
    let mut best = Rates::new();
    let mut see = |measure, rate: f64| {
        let known = best.entry(measure).or_insert(rate);
        *known = known.max(rate);
    };
    for shape in SHAPES {
        for case in cases {
            for (measure, played) in case.run(&fresh(bench)?, shape, bench.options.time() / 2)? {
                see(measure, played.rate());
            }
            if matches!(case, Case::Queueing) {
                see(Measure::CreateQueues, create_that_queues(bench, shape)?);
            }
        }
    }
    Ok(best)
}

/// Gives a raw client on an empty Redis.
pub(crate) fn fresh(bench: &Bench) -> Result<Raw<'_>> {
    bench.redis.empty()?;
    let (redis, commands) = (&bench.redis, &bench.recording.commands);
    Ok(Raw { redis, commands })
}

/// Has redis-benchmark create contacts that queue, while all agents are on contacts.
pub(crate) fn create_that_queues(bench: &Bench, shape: Shape) -> Result<f64> {
    let raw = fresh(bench)?;
    for operation in [
        Operation::CreateAgent,
        Operation::Available,
        Operation::CreateAssigned,
    ] {
        prepare(&raw, operation)?;
    }
    let command = bench.recording.commands.get(&Operation::CreateQueued);
    let command = command.ok_or_else(|| eyre!("no creation was recorded"))?;
    // It fills the mark with another number wherever it stands, so each contact has three names.
    // The script does the same for it.
    let subject = Operation::CreateQueued
        .subject(0)
        .replace("000000000000", "__rand_int__");
    let (rate, sent) = redis_benchmark(bench, shape, &command.words(&subject)?)?;
    let waiting = bench.runtime.block_on(async {
        let acd = open(Some(&bench.redis.url())).await?;
        Ok::<_, Report>(acd.overview().await?.waiting)
    })?;
    // Hardly any two have the same name by chance.
    if waiting < sent / 100 * 99 {
        bail!("redis-benchmark sent {sent} creations, and {waiting} contacts wait");
    }
    Ok(rate)
}

/// Has redis-benchmark send a command, and gives how often a second it was answered, and how often
/// it was sent in all.
pub(crate) fn redis_benchmark(
    bench: &Bench,
    shape: Shape,
    command: &[String],
) -> Result<(f64, u64)> {
    // It counts and has no clock: a short run tells how many a longer one takes.
    const FIRST: u64 = 5_000;
    let first = run(bench, shape, command, FIRST)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few million"
    )]
    let many = (first * (bench.options.time() / 2).as_secs_f64()) as u64;
    let many = many.max(FIRST);
    // Its numbers follow from the second and its process id, so that two runs may come to the same
    // ones: the longer one creates contacts of other names.
    let others = command.iter().map(|word| word.replace("-8000-", "-9000-"));
    let others: Vec<String> = others.collect();
    Ok((run(bench, shape, &others, many)?, FIRST + many))
}

fn run(bench: &Bench, shape: Shape, words: &[String], many: u64) -> Result<f64> {
    let address = bench.redis.address();
    let mut command = Command::new("redis-benchmark");
    // Its numbers come from 31 bits; asked for more, it takes 0 each time.
    command.args(["--csv", "-r", "2147483647"]);
    command
        .arg("-h")
        .arg(address.ip().to_string())
        .arg("-p")
        .arg(address.port().to_string());
    command.arg("-c").arg(shape.connections.to_string());
    command.arg("-P").arg(shape.pipeline.to_string());
    command.arg("-n").arg(many.to_string()).args(words);
    let output = command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            eyre!("redis-benchmark is missing, the yardstick: apt-get install redis-tools")
        }
        _ => eyre!("redis-benchmark cannot be run: {error}"),
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!(
            "redis-benchmark failed: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    // The name of the test, the rate, and six latencies, each in quotes.
    let line = text.lines().last().unwrap_or_default();
    let rate = line
        .rsplit("\",\"")
        .nth(6)
        .and_then(|rate| rate.parse().ok());
    rate.ok_or_else(|| eyre!("redis-benchmark said {text}"))
}

/// Has a raw client send one command again and again, as redis-benchmark does.
pub(crate) fn raw_command(bench: &Bench, shape: Shape, words: &[String]) -> Result<f64> {
    let many = usize::try_from(shape.pipeline)?;
    let mut command = Cmd::new();
    command.arg(words);
    let bytes = command.get_packed_command().repeat(many);
    let mut connections = vec![];
    for _ in 0..shape.connections {
        connections.push(bench.redis.connect()?);
    }
    let (began, time) = (Instant::now(), bench.options.time() / 2);
    let send = &|mut connection: Connection| {
        let mut times = 0;
        while began.elapsed() < time {
            times += u32::try_from(connection.req_packed_commands(&bytes, 0, many)?.len())?;
        }
        Ok(times)
    };
    let times: Result<Vec<u32>> = std::thread::scope(|scope| {
        let send = |connection| scope.spawn(move || send(connection));
        let sending: Vec<_> = connections.into_iter().map(send).collect();
        let ended = sending.into_iter().map(ScopedJoinHandle::join);
        ended
            .map(|end| end.map_err(|_| eyre!("a raw client failed"))?)
            .collect()
    });
    Ok(f64::from(times?.iter().sum::<u32>()) / began.elapsed().as_secs_f64())
}
