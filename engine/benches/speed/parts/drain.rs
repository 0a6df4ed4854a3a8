//! A full queue, and agents who come all at once and end each contact at once.

use std::time::Duration;

use color_eyre::eyre::Result;

use crate::Bench;
use crate::layer::{Layer, Store};
use crate::play::{Operation, Play, Player, Shape};
use crate::table::{Table, Target};

const WAITING: u64 = 10_000;
const AGENTS: u64 = 200;
/// What the program did that this one takes over from, a second.
const REFERENCE: f64 = 243.0;
const COLUMNS: [&str; 2] = ["contacts a second", "times the reference's 243"];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("Drain: 10,000 waiting, 200 agents", "by", &COLUMNS);
    for round in 0..bench.options.rounds {
        bench.tell("the drain", round);
        for (layer, times) in [(Layer::Ops, 40.0), (Layer::Rest, 20.0)] {
            let player = layer.fresh(bench, &Store::of(&bench.redis))?;
            let rate = drain(&*player)?;
            table.add(layer.name(), &[Some(rate), Some(rate / REFERENCE)]);
            table.want(layer.name(), 1, Target::AtLeast(times));
        }
    }
    Ok(vec![table])
}

/// Gives how many contacts a second are assigned and completed, from the first agent on.
fn drain(player: &dyn Player) -> Result<f64> {
    let play = |operation: Operation, many| {
        let (steps, shape) = ([operation.into()], Shape::wide(64));
        let at_most = Duration::from_mins(10);
        let play = Play {
            steps: &steps,
            numbers: 0..many,
            shape,
            at_most,
        };
        player.play(&play)
    };
    play(Operation::CreateAgent, AGENTS)?;
    play(Operation::CreateQueued, WAITING)?;
    let mut whole = play(Operation::Available, AGENTS)?;
    // In the order of service: whatever is in flight, the agents are on those that come next.
    whole.add(&play(Operation::Complete, WAITING)?)?;
    #[expect(clippy::cast_precision_loss, reason = "they are few")]
    let contacts = WAITING as f64;
    Ok(contacts / whole.took.as_secs_f64())
}
