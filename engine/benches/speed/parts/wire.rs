//! What each operation sends, gets back, and causes.

use color_eyre::eyre::Result;

use crate::Bench;
use crate::table::{Table, Target};

const COLUMNS: [&str; 5] = [
    "commands sent",
    "bytes sent",
    "bytes received",
    "events",
    "calls in its script",
];

pub(crate) fn measure(bench: &Bench) -> Result<Vec<Table>> {
    let mut table = Table::new("On the wire", "operation", &COLUMNS);
    for seen in &bench.recording.seen {
        let mut figures = vec![];
        for figure in [
            seen.commands,
            seen.sent,
            seen.received,
            seen.events,
            seen.calls,
        ] {
            figures.push(Some(f64::from(u32::try_from(figure)?)));
        }
        table.add(seen.name, &figures);
        table.want(seen.name, 0, Target::AtMost(1.0));
    }
    Ok(vec![table])
}
