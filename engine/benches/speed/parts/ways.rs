//! The same with what an installation may add: a log on the disk, a longer way to Redis; and
//! without Redis.

use std::time::Duration;

use color_eyre::eyre::Result;

use crate::Bench;
use crate::case::{Case, Measure};
use crate::layer::{Layer, Store};
use crate::parts::throughput::{COLUMNS, figures};
use crate::play::Shape;
use crate::server::Redis;
use crate::table::Table;
use crate::tap::Tap;
use crate::yardstick;

const LONGER: Duration = Duration::from_micros(500);
const CASES: [Case; 2] = [Case::Queueing, Case::Life];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let logging = Redis::start_with_aof()?;
    let tap = Tap::slower(bench.redis.address(), LONGER)?;
    let ways = [
        ("Redis", Store::of(&bench.redis)),
        ("AOF everysec", Store::of(&logging)),
        ("0.5 ms farther", Store::Redis(&bench.redis, tap.url())),
        ("embedded", Store::Embedded),
    ];
    let mut table = Table::new("Other stores, 64 in flight", "operation, store", &COLUMNS);
    for round in 0..bench.options.rounds {
        bench.tell("other stores", round);
        let best = yardstick::measure(bench, &CASES)?;
        for layer in [Layer::Ops, Layer::Rest] {
            for (way, store) in &ways {
                for case in CASES {
                    let player = layer.fresh(bench, store)?;
                    for (measure, played) in
                        case.run(&*player, Shape::wide(64), bench.options.time())?
                    {
                        if measure == Measure::CompleteGivesNext {
                            continue;
                        }
                        let name = format!("{}, {}, {way}", layer.name(), measure.name());
                        let best = best.get(&measure).map(|best| played.rate() / best);
                        table.add(&name, &figures(&played, best));
                    }
                }
            }
        }
    }
    Ok(vec![table])
}
