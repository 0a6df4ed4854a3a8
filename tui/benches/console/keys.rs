//! Measures how soon a key has an effect, whatever else happens.

use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, eyre};
use rand::random_range;

use super::Bench;
use super::report::{Row, Spread, Wanted, millis};
use super::session::{PATIENCE, Session};

/// A key without an effect within this time counts as this.
const LONGEST: Duration = Duration::from_secs(2);
/// The repeat rate of a held key.
const REPEATS: u32 = 30;
/// The longest time that a key is held.
const HELD: u32 = 5;

/// What counts as the effect of a key.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// Any byte, when nothing else happens.
    FirstByte,
    /// A moved selection, when other things are drawn too.
    Selection,
}

/// Measures from a key to its effect: quiet, under load, while the store is unavailable; and a held key.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut session = Session::live(&bench.server.url())?;
    session.must("selected row", |session| session.selected_place().is_some())?;
    let times = bench.options.times(200, Duration::from_millis(100));
    let quiet = pressed(&mut session, times, Answer::FirstByte)?;
    let mut rows = rows("quiet", &quiet);
    rows.extend(held(bench, &mut session)?);

    let load = bench.load()?;
    let loaded = pressed(&mut session, times, Answer::Selection)?;
    load.stop()?;
    rows.extend(self::rows("load", &loaded));
    rows.extend(unavailable(bench, &mut session, times)?);
    Ok(rows)
}

fn rows(when: &str, spread: &Spread) -> Vec<Row> {
    let limits = [(50, 1.0), (95, 4.0), (99, 12.0)];
    let row = |(share, limit)| {
        let wanted = Wanted::at_most(limit, "ms").beside(match share {
            50 => "trippy 0.7, bottom 0.8",
            95 => "trippy 5, bottom 11",
            _ => "",
        });
        let quantity = format!("key to screen, {when}, p{share}");
        Row::of(quantity, spread.of_hundred(share), wanted)
    };
    limits.map(row).into()
}

/// Moves down and up again, each time after a pause that is not in step with the console's timers.
fn pressed(session: &mut Session, times: u32, answer: Answer) -> Result<Spread> {
    let mut spread = Spread::default();
    for number in 0..times {
        session.watch(Duration::from_millis(random_range(60..=100)));
        let before = session.selected_place();
        let at = session.press(if number % 2 == 0 { "j" } else { "k" })?;
        let answered = match answer {
            Answer::FirstByte => session.first_byte(LONGEST),
            Answer::Selection => {
                session.until(LONGEST, |session| session.selected_place() != before)
            }
        };
        spread.add(answered.map_or(LONGEST, |answered| answered - at));
    }
    Ok(spread)
}

/// Suspends and resumes the store.
fn unavailable(bench: &Bench, session: &mut Session, times: u32) -> Result<Vec<Row>> {
    let silent = Instant::now();
    bench.server.fall_silent()?;
    let noticed = session.until(PATIENCE, |session| session.shows("STALE"));
    let noticed =
        noticed.ok_or_else(|| eyre!("the console never says that the store is unavailable"))?;
    let spread = pressed(session, times, Answer::Selection)?;
    let back = Instant::now();
    bench.server.speak_again()?;
    let live = session.until(PATIENCE, |session| session.shows("● live"));
    let live =
        live.ok_or_else(|| eyre!("the console never says that the store is available again"))?;
    let mut rows = rows("store unavailable", &spread);
    rows.extend([
        Row::of(
            "silence of the store noticed",
            millis(noticed - silent),
            Wanted::at_most(3_500.0, "ms").beside("tokio-console: never"),
        ),
        Row::of(
            "live again after the store returns",
            millis(live - back),
            Wanted::at_most(10_500.0, "ms").beside("k9s: quits"),
        ),
    ]);
    Ok(rows)
}

/// Holds a key, and measures how far behind the screen is when it is released.
fn held(bench: &Bench, session: &mut Session) -> Result<Vec<Row>> {
    session.press("g")?;
    session.must("first row", |session| session.selected_place() == Some(1))?;
    let presses = REPEATS * HELD.min(bench.options.seconds);
    let presses = u64::from(presses).min(bench.options.waiting - 1);
    let (begun, frames) = (Instant::now(), session.output.frames);
    let mut last = begun;
    let mut next = begun;
    for number in 1..=presses {
        last = session.press("j")?;
        next += Duration::from_secs(1) / REPEATS;
        if number < presses {
            session.watch_until(next);
        }
    }
    let there = session.until(LONGEST, |session| {
        session.selected_place() == Some(1 + presses)
    });
    let frames = u32::try_from(session.output.frames - frames).unwrap_or(u32::MAX);
    let behind = millis(there.map_or(LONGEST, |there| there - last));
    session.press("g")?;
    session.must("first row", |session| session.selected_place() == Some(1))?;
    let rate = f64::from(frames) / (last - begun).as_secs_f64().max(0.001);
    Ok(vec![
        Row::of(
            "held key, 30/s: frames",
            rate,
            Wanted::at_least(25.0, "/s").beside("bottom: one a key, no bound"),
        ),
        Row::of(
            "held key, last key to its frame",
            behind,
            Wanted::at_most(40.0, "ms"),
        ),
    ])
}
