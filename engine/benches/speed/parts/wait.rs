//! How long a contact waits for an agent who is available: until the answer to its creation, which
//! names them.

use color_eyre::eyre::Result;

use crate::Bench;
use crate::case::Case;
use crate::layer::{Layer, Store};
use crate::play::{Played, Shape};
use crate::table::{Table, Target};
use crate::yardstick;

const COLUMNS: [&str; 5] = [
    "p50 µs",
    "p99 µs",
    "p99.9 µs",
    "median of the raw script µs",
    "p99/that median",
];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new(
        "Wait with an agent available",
        "create, in flight",
        &COLUMNS,
    );
    for round in 0..bench.options.rounds {
        bench.tell("the wait", round);
        for in_flight in [1, 64] {
            let shape = Shape::wide(in_flight);
            let time = bench.options.time();
            let create = |mut played: Vec<(_, Played)>| played.swap_remove(0).1;
            let raw =
                create(Case::Life.run(&yardstick::fresh(bench)?, shape, time)?).micros(0, 0.5);
            for layer in [Layer::Ops, Layer::Rest] {
                let fresh = layer.fresh(bench, &Store::of(&bench.redis))?;
                let played = create(Case::Life.run(&*fresh, shape, time)?);
                let micros = |part| played.micros(0, part);
                let (p99, name) = (micros(0.99), format!("{}, {in_flight}", layer.name()));
                let answers = [micros(0.5), p99, micros(0.999), raw, p99 / raw];
                table.add(&name, &answers.map(Some));
                table.want(&name, 4, Target::AtMost(3.0));
            }
        }
    }
    Ok(vec![table])
}
