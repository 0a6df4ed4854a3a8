//! How many operations a second, how long each takes, and whose processor time it costs.

use color_eyre::eyre::Result;

use crate::Bench;
use crate::case::{Case, Measure};
use crate::layer::{Layer, Store};
use crate::play::{Played, Shape};
use crate::table::{Table, Target};
use crate::yardstick::{self, Rates};

/// A row of figures.
pub(crate) const COLUMNS: [&str; 9] = [
    "a second",
    "of the yardstick",
    "p50 µs",
    "p99 µs",
    "p99.9 µs",
    "CPU of Redis µs",
    "of the engine µs",
    "of the client µs",
    "engine/Redis",
];
const OPERATIONS: [Case; 4] = [
    Case::Queueing,
    Case::Matching,
    Case::Presence,
    Case::Reading,
];
const LIVES: [Case; 2] = [Case::Life, Case::QueuedLife];

/// The ops layer; what is its caller's time includes the ops layer's own.
pub(crate) fn ops(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("The ops layer", "operation, in flight", &COLUMNS);
    for round in 0..bench.options.rounds {
        bench.tell("the ops layer", round);
        let best = yardstick::measure(bench, &OPERATIONS)?;
        for in_flight in [1, 64, 256] {
            play(bench, &mut table, Layer::Ops, &OPERATIONS, in_flight, &best)?;
        }
    }
    Ok(vec![table])
}

/// An engine over its API.
pub(crate) fn rest(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("REST", "operation, connections", &COLUMNS);
    for round in 0..bench.options.rounds {
        bench.tell("REST", round);
        let best = yardstick::measure(bench, &OPERATIONS)?;
        play(bench, &mut table, Layer::Rest, &OPERATIONS, 64, &best)?;
    }
    Ok(vec![table])
}

/// Lives, at both ends.
pub(crate) fn life(bench: &Bench) -> Result<Vec<Table>> {
    let mut tables = vec![];
    for (layer, title) in [
        (Layer::Ops, "Lives, ops layer"),
        (Layer::Rest, "Lives, REST"),
    ] {
        let mut table = Table::new(title, "life, in flight", &COLUMNS);
        for round in 0..bench.options.rounds {
            bench.tell(title, round);
            let best = yardstick::measure(bench, &LIVES)?;
            for in_flight in [64, 256] {
                play(bench, &mut table, layer, &LIVES, in_flight, &best)?;
            }
        }
        tables.push(table);
    }
    Ok(tables)
}

fn play(
    bench: &Bench,
    table: &mut Table,
    layer: Layer,
    cases: &[Case],
    in_flight: u64,
    best: &Rates,
) -> Result<()> {
    for case in cases {
        let player = layer.fresh(bench, &Store::of(&bench.redis))?;
        let shape = Shape::wide(in_flight);
        for (measure, played) in case.run(&*player, shape, bench.options.time())? {
            let name = format!("{}, {in_flight}", measure.name());
            let best = best.get(&measure).map(|best| played.rate() / best);
            table.add(&name, &figures(&played, best));
            want(bench, table, layer, measure, (in_flight, &name));
        }
    }
    Ok(())
}

/// Gives the figures of a row.
pub(crate) fn figures(played: &Played, of_the_yardstick: Option<f64>) -> [Option<f64>; 9] {
    #[expect(clippy::cast_precision_loss, reason = "nothing is played 2^53 times")]
    let times = played.times as f64;
    let each = |used: std::time::Duration| {
        let micros = used.as_secs_f64() * 1e6 / times;
        (micros > 0.0).then_some(micros)
    };
    let answer = |part| (played.answers.len() == 1).then(|| played.micros(0, part));
    let (redis, engine) = (each(played.used.redis), each(played.used.engine));
    [
        Some(played.rate()),
        of_the_yardstick,
        answer(0.5),
        answer(0.99),
        answer(0.999),
        redis,
        engine,
        each(played.used.client),
        redis.zip(engine).map(|(redis, engine)| engine / redis),
    ]
}

/// What issue and document promise.
fn want(
    bench: &Bench,
    table: &mut Table,
    layer: Layer,
    measure: Measure,
    (in_flight, name): (u64, &str),
) {
    let reads = matches!(measure, Measure::Get | Measure::SetPresence);
    if in_flight != 64 || reads {
        return;
    }
    match layer {
        Layer::Ops => table.want(name, 1, Target::AtLeast(0.8)),
        Layer::Rest => {
            table.want(name, 1, Target::AtLeast(0.5));
            table.want(name, 8, Target::AtMost(1.0));
        }
    }
    if layer == Layer::Ops && measure == Measure::Life {
        // What BullMQ, a queue of jobs without skills, processes on two quiet cores.
        let jobs = if bench.version.starts_with("7.") {
            10_600.0
        } else {
            13_800.0
        };
        table.want(name, 0, Target::AtLeast(jobs));
    }
}
