//! Measures what the console costs, quiet and under load.

use std::time::{Duration, Instant};

use color_eyre::eyre::Result;

use super::Bench;
use super::process::{self, resident, usage};
use super::report::{Row, Wanted};
use super::session::Session;

/// How long the console is left alone before it counts as quiet.
const SETTLE: Duration = Duration::from_secs(2);

/// The cost of a second of the console.
#[derive(Clone, Copy, Debug)]
struct Second {
    /// In hundredths of a core.
    processor: f64,
    wakeups: f64,
    bytes: f64,
    frames: f64,
}

/// Measures processor time, wake-ups, bytes and frames, and the memory after the load.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut session = Session::live(&bench.server.url())?;
    session.watch(SETTLE);
    let begin = resident(session.pid()?)?;
    let quiet = sample(&mut session, bench.options.sample())?;
    let tick = process::TICK.as_secs_f64() / bench.options.sample().as_secs_f64();
    let exact = format!("± {:.2}", 100.0 * tick);
    let mut rows = vec![
        Row::of(
            "processor, quiet",
            quiet.processor,
            Wanted::at_most(0.1, "% of a core").beside("tokio-console 0.10, trippy 0.85"),
        )
        .with(&exact),
        Row::of(
            "wake-ups, quiet",
            quiet.wakeups,
            Wanted::at_most(2.0, "/s").beside("tokio-console 2, trippy 94-107"),
        ),
        Row::of(
            "bytes, quiet",
            quiet.bytes,
            Wanted::at_most(300.0, "/s").beside("tokio-console 306, btop 7,100"),
        ),
    ];
    let load = bench.load()?;
    session.watch(SETTLE);
    let until = Instant::now() + bench.options.load();
    let busy = sample(&mut session, bench.options.sample())?;
    session.watch_until(until);
    let end = resident(session.pid()?)?;
    let changes = load.stop()?;
    let minutes = bench.options.load().as_secs_f64() / 60.0;
    rows.extend([
        Row::of("load: changes in the store", changes, Wanted::known("/s")),
        Row::of(
            "processor, load",
            busy.processor,
            Wanted::at_most(2.5, "% of a core").beside("btop 2-2.5 with a held key"),
        ),
        Row::of("wake-ups, load", busy.wakeups, Wanted::known("/s")),
        Row::of("frames, load", busy.frames, Wanted::known("/s")),
        Row::of("bytes, load", busy.bytes, Wanted::known("/s")),
        Row::of(
            format!("memory after {minutes:.1} min of load"),
            end,
            Wanted::at_most(25.0, "MiB").beside("tokio-console 9, gitui 18"),
        ),
        Row::of(
            "memory, growth in that time",
            end - begin,
            Wanted::known("MiB"),
        ),
    ]);
    Ok(rows)
}

fn sample(session: &mut Session, long: Duration) -> Result<Second> {
    let pid = session.pid()?;
    let (output, begun, before) = (session.output, Instant::now(), usage(pid)?);
    session.watch(long);
    let (after, seconds) = (usage(pid)?, begun.elapsed().as_secs_f64());
    let a_second = |before: u64, after: u64| {
        f64::from(u32::try_from(after - before).unwrap_or(u32::MAX)) / seconds
    };
    let processor = after.processor.saturating_sub(before.processor);
    Ok(Second {
        processor: 100.0 * processor.as_secs_f64() / seconds,
        wakeups: a_second(before.wakeups, after.wakeups),
        bytes: a_second(output.bytes, session.output.bytes),
        frames: a_second(output.frames, session.output.frames),
    })
}
