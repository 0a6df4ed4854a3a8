//! The traffic as a command: progress goes to stderr, the report to stdout.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::{Cast, Error, Options, Progress, Report, TrafficArgs, guest, run};
use crate::log::Log;

/// How often progress is logged without a terminal.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// Runs the traffic that the arguments ask for, and logs its progress.
///
/// The exit code comes from the report or the error; printing either is left to the caller.
pub async fn command(
    args: TrafficArgs,
    token: CancellationToken,
    log: &Log,
) -> Result<Report, Error> {
    let options = args.options()?;
    if options.cast == Cast::Stays && !args.reuse {
        let client = Client::new(&options.url, options.token.as_ref(), token.clone())?;
        let agents = guest::agents(&client, &options.url).await?;
        if agents > 0 {
            let plural = if agents == 1 { "" } else { "s" };
            let agents = format!("{agents} agent{plural}");
            return Err(Error::InUse { agents });
        }
    }
    // Also logged at the start, so that a killed run can be repeated; but not before the engine was
    // reached, as until then there is nothing to repeat.
    let mut opening = Some(describe(&options));
    let mut display = Display::new(options.contacts);
    let show = |progress: &Progress| {
        if let Some(opening) = opening.take() {
            log.put(format!("{opening}\n").as_bytes());
        }
        display.show(progress, log);
    };
    let result = run(options, token, show).await;
    display.end();
    result
}

fn describe(options: &Options) -> String {
    let contacts = match options.contacts {
        Some(1) => "1 contact".to_owned(),
        Some(number) => format!("{number} contacts"),
        None => "contacts without end".to_owned(),
    };
    let (agents, rate, url, seed) = (options.agents, options.rate, &options.url, options.seed);
    format!("{contacts} at {rate} per second for {agents} agents on {url}, seed {seed}")
}

/// Where progress is shown.
enum Display {
    Bar(ProgressBar),
    Lines { next: Instant },
}

impl Display {
    fn new(planned: Option<u64>) -> Self {
        if !std::io::stderr().is_terminal() {
            let next = Instant::now() + TELL_EVERY;
            return Self::Lines { next };
        }
        let (bar, template) = match planned {
            Some(planned) => (
                ProgressBar::new(planned),
                "{elapsed:>4} {bar:12} {pos}/{len} {wide_msg}",
            ),
            None => (ProgressBar::no_length(), "{elapsed:>4} {pos} {wide_msg}"),
        };
        let style = ProgressStyle::with_template(template);
        Self::Bar(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    fn show(&mut self, progress: &Progress, log: &Log) {
        match self {
            Self::Bar(bar) => {
                // Ended contacts: the rest of the bar is what remains to wait for.
                bar.set_position(progress.handled + progress.abandoned);
                bar.set_message(progress.to_string());
            }
            Self::Lines { next } if Instant::now() >= *next => {
                *next = Instant::now() + TELL_EVERY;
                let line = format!("arrived {}, {progress}\n", progress.arrived);
                log.put(line.as_bytes());
            }
            Self::Lines { .. } => {}
        }
    }

    fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_described_with_what_repeats_it() {
        let options = Options {
            seed: 7,
            ..Options::demo("http://127.0.0.1:8000".parse().unwrap(), Cast::Guest)
        };
        assert_eq!(
            describe(&options),
            "contacts without end at 2 per second for 40 agents on http://127.0.0.1:8000/, seed 7"
        );
    }
}
