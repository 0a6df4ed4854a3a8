//! Measures how soon the console shows something.

use std::net::TcpListener;
use std::time::Duration;

use color_eyre::eyre::Result;

use super::Bench;
use super::report::{Row, Spread, Wanted, millis};
use super::server::free_port;
use super::session::{PATIENCE, Session};

/// The timeout for a first frame.
const LONGEST: Duration = Duration::from_secs(5);

/// A Redis that accepts connections and never answers, until it is dropped.
pub(crate) struct Silent(TcpListener);

impl Silent {
    /// Listens.
    pub(crate) fn listen() -> Result<Self> {
        // The kernel accepts the connections; nothing reads from them.
        Ok(Self(TcpListener::bind("127.0.0.1:0")?))
    }

    /// Returns its URL.
    pub(crate) fn url(&self) -> Result<String> {
        Ok(format!("redis://{}/", self.0.local_addr()?))
    }
}

/// Measures from the start of the program to its first frame and to the first contacts.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let url = bench.server.url();
    let silent = Silent::listen()?;
    let refusing = format!("redis://127.0.0.1:{}/", free_port()?);
    let times = bench.options.times(20, Duration::from_millis(500));
    Ok(vec![
        first_paint("first paint, p95", &url, times)?,
        first_paint("first paint, store never answers", &silent.url()?, 5)?,
        first_paint("first paint, store refuses", &refusing, 5)?,
        first_data(&url, times)?,
    ])
}

fn first_paint(quantity: &str, url: &str, times: u32) -> Result<Row> {
    let wanted = Wanted::at_most(30.0, "ms").beside("btop 32 ms");
    let mut spread = Spread::default();
    for _ in 0..times {
        let mut session = Session::start(url)?;
        let Some(at) = session.until(LONGEST, |session| session.output.frames > 0) else {
            let instead = match session.end(Duration::from_millis(50))? {
                Some(ended) => {
                    let (code, after) = (session.code()?, millis(ended - session.begun));
                    format!("never: exit code {} after {after:.0} ms", code.unwrap_or(0))
                }
                None => format!("never in {:.0} ms", millis(LONGEST)),
            };
            return Ok(Row::never(quantity, instead, wanted));
        };
        spread.add(at - session.begun);
    }
    let median = format!("p50 {:.1}", spread.of_hundred(50));
    Ok(Row::of(quantity, spread.of_hundred(95), wanted).with(&median))
}

fn first_data(url: &str, times: u32) -> Result<Row> {
    let mut spread = Spread::default();
    for _ in 0..times {
        let mut session = Session::start(url)?;
        let at = session.until(PATIENCE, Session::is_live);
        spread.add(at.map_or(PATIENCE, |at| at - session.begun));
    }
    let wanted = Wanted::at_most(150.0, "ms").beside("k9s, 1,000 pods: 7 s");
    let median = format!("p50 {:.1}", spread.of_hundred(50));
    Ok(Row::of("first live data, p95", spread.of_hundred(95), wanted).with(&median))
}
