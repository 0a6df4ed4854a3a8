//! Measures how soon the console ends, and what it leaves behind.

use std::fmt;
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;
use rustix::process::Signal;

use super::Bench;
use super::report::{Row, Wanted, millis};
use super::session::Session;
use super::start::Silent;

/// The timeout for an end.
const LONGEST: Duration = Duration::from_secs(5);
/// How long a console has been trying to connect when it is ended.
const CONNECTING: Duration = Duration::from_millis(300);

/// A way to end the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Letter,
    CtrlC,
    Terminate,
    HangUp,
    Closed,
}

impl Way {
    const ALL: [Self; 5] = [
        Self::Letter,
        Self::CtrlC,
        Self::Terminate,
        Self::HangUp,
        Self::Closed,
    ];

    /// Ends the console. Returns when.
    fn take(self, session: &mut Session) -> Result<Instant> {
        match self {
            Self::Letter => session.press("q"),
            Self::CtrlC => session.press("\u{3}"),
            Self::Terminate => session.signal(Signal::TERM),
            Self::HangUp => session.signal(Signal::HUP),
            Self::Closed => session.close(),
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Letter => "q",
            Self::CtrlC => "Ctrl-C",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
            Self::Closed => "closed terminal",
        })
    }
}

/// What the console is doing when it is ended.
#[derive(Clone, Copy, Debug)]
enum State {
    Live,
    Connecting,
    StoreUnavailable,
    Dialog,
    Paused,
}

impl State {
    const ALL: [Self; 5] = [
        Self::Live,
        Self::Connecting,
        Self::StoreUnavailable,
        Self::Dialog,
        Self::Paused,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Connecting => "connecting",
            Self::StoreUnavailable => "store unavailable",
            Self::Dialog => "dialog open",
            Self::Paused => "paused",
        }
    }

    /// Returns the ways to end it; in a dialog a letter is only text. A closed terminal is tried
    /// more often than the others, because the result depends on which thread notices it first.
    fn ways(self) -> impl Iterator<Item = Way> {
        let letter = !matches!(self, Self::Dialog);
        Way::ALL
            .into_iter()
            .filter(move |way| letter || *way != Way::Letter)
            .chain([Way::Closed; 3])
    }
}

/// Measures every way to end in every state.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = vec![];
    let mut left_behind = 0;
    for state in State::ALL {
        let ends = ends(bench, state)?;
        left_behind += ends.iter().filter(|end| !end.clean).count();
        rows.push(row(state, &ends));
    }
    let left_behind = f64::from(u32::try_from(left_behind).unwrap_or(u32::MAX));
    let wanted = Wanted::at_most(0.0, "times").beside("tokio-console: only SIGKILL ends it");
    rows.push(Row::of(
        "quit: terminal not given back",
        left_behind,
        wanted,
    ));
    Ok(rows)
}

/// An end.
#[derive(Clone, Copy, Debug)]
struct End {
    way: Way,
    took: Duration,
    /// Whether the terminal is restored, as far as it still exists.
    clean: bool,
}

fn row(state: State, ends: &[End]) -> Row {
    let wanted = Wanted::at_most(100.0, "ms").beside("tokio-console: never");
    let quantity = format!("quit, {}, slowest", state.name());
    match ends.iter().max_by_key(|end| end.took) {
        Some(end) if end.took >= LONGEST => {
            Row::never(quantity, format!("never ({})", end.way), wanted)
        }
        Some(end) => Row::of(quantity, millis(end.took), wanted).with(&end.way.to_string()),
        None => Row::skipped(quantity, "no way to leave", wanted),
    }
}

fn ends(bench: &Bench, state: State) -> Result<Vec<End>> {
    let silent = Silent::listen()?;
    // All at once, so that the store has to be suspended only once.
    let mut sessions = vec![];
    for way in state.ways() {
        let session = match state {
            State::Connecting => Session::start(&silent.url()?)?,
            _ => Session::live(&bench.server.url())?,
        };
        sessions.push((way, session));
    }
    if matches!(state, State::StoreUnavailable) {
        bench.server.fall_silent()?;
    }
    let ends = sessions
        .into_iter()
        .map(|(way, session)| end(state, way, session))
        .collect();
    if matches!(state, State::StoreUnavailable) {
        bench.server.speak_again()?;
    }
    ends
}

fn end(state: State, way: Way, mut session: Session) -> Result<End> {
    match state {
        State::Live => {}
        State::Connecting => session.watch_until(session.begun + CONNECTING),
        State::StoreUnavailable => session
            .must("word that the store is unavailable", |session| {
                session.shows("STALE")
            })?,
        State::Dialog => {
            session.press("i")?;
            session.must("dialog", |session| session.shows("Inject contacts"))?;
        }
        State::Paused => {
            session.press("p")?;
            session.must("pause", |session| session.shows("PAUSED"))?;
        }
    }
    let at = way.take(&mut session)?;
    let ended = session.end(LONGEST)?;
    session.watch(Duration::from_millis(50));
    Ok(End {
        way,
        took: ended.map_or(LONGEST, |ended| ended - at),
        clean: way == Way::Closed || session.is_given_back(),
    })
}
