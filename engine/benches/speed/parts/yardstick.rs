//! How far the raw client can be believed: what redis-benchmark can play too, by both.

use color_eyre::eyre::Result;

use crate::Bench;
use crate::case::{Case, Measure};
use crate::play::Shape;
use crate::table::Table;
use crate::yardstick::{SHAPES, create_that_queues, fresh, raw_command, redis_benchmark};

const COLUMNS: [&str; 3] = [
    "redis-benchmark, a second",
    "raw client, a second",
    "raw/redis-benchmark",
];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("The yardstick, 64 in flight", "command", &COLUMNS);
    let ping = ["PING".to_owned()];
    let hash: String = redis::cmd("SCRIPT")
        .arg("LOAD")
        .arg("#!lua\nreturn 1")
        .query(&mut bench.redis.connect()?)?;
    let empty = ["EVALSHA", &hash, "0"].map(str::to_owned);
    for round in 0..bench.options.rounds {
        bench.tell("the yardstick", round);
        for (name, words) in [("PING", &ping[..]), ("an empty script", &empty)] {
            let by = |play: &dyn Fn(Shape) -> Result<f64>| best(play);
            let theirs = by(&|shape| Ok(redis_benchmark(bench, shape, words)?.0))?;
            let ours = by(&|shape| raw_command(bench, shape, words))?;
            table.add(name, &[Some(theirs), Some(ours), Some(ours / theirs)]);
        }
        let theirs = best(&|shape| create_that_queues(bench, shape))?;
        let ours = best(&|shape| {
            let played = Case::Queueing.run(&fresh(bench)?, shape, bench.options.time() / 2)?;
            Ok(played[0].1.rate())
        })?;
        let name = Measure::CreateQueues.name();
        table.add(name, &[Some(theirs), Some(ours), Some(ours / theirs)]);
    }
    Ok(vec![table])
}

fn best(play: &dyn Fn(Shape) -> Result<f64>) -> Result<f64> {
    SHAPES
        .iter()
        .try_fold(0.0_f64, |best, shape| Ok(best.max(play(*shape)?)))
}
