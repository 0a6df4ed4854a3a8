//! The result of a run, as figures and as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::guest::Taken;

/// The progress of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many contacts are to arrive; `None` for no end.
    pub planned: Option<u64>,
    /// Contacts that have arrived, whether or not the server accepted them.
    pub arrived: u64,
    /// Contacts that the server accepted.
    pub created: u64,
    /// Contacts that agents are on.
    pub assigned: u64,
    /// Contacts that an agent served to the end.
    pub handled: u64,
    /// Contacts that abandoned.
    pub abandoned: u64,
    /// Offers that agents accepted.
    pub accepted: u64,
    /// Offers that agents rejected.
    pub rejected: u64,
    /// Offers that agents did not answer in time.
    pub missed: u64,
    /// Calls that were retried after a transient failure.
    pub retries: u64,
    /// Permanent errors.
    pub errors: u64,
}

impl Progress {
    /// Returns how many accepted contacts have not ended.
    pub fn open(&self) -> u64 {
        self.created.saturating_sub(self.handled + self.abandoned)
    }

    /// Returns how many of them wait for an agent.
    pub fn waiting(&self) -> u64 {
        self.open().saturating_sub(self.assigned)
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (waiting, assigned) = (self.waiting(), self.assigned);
        let (handled, abandoned) = (self.handled, self.abandoned);
        write!(
            f,
            "waiting {waiting}, with agents {assigned}, handled {handled}, abandoned {abandoned}"
        )?;
        if self.errors > 0 {
            write!(f, ", errors {}", self.errors)?;
        }
        Ok(())
    }
}

/// The errors of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors {
    /// How many.
    pub count: u64,
    /// The message of the first one.
    pub first: String,
}

/// The distribution of a set of durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// How many there are.
    pub count: u64,
    /// Half of them are no longer.
    pub p50: Duration,
    /// 95 of 100 are no longer.
    pub p95: Duration,
    /// 99 of 100 are no longer.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The counts at its end.
    pub progress: Progress,
    /// Waits of the contacts that got an agent, by the server's clock.
    pub waited: Spread,
    /// Waits of the contacts that abandoned, by the server's clock.
    pub gave_up: Spread,
    /// From a contact's due time to the answer that accepted it, including retries and local
    /// queueing: the delay a caller sees.
    pub answered: Spread,
    /// The errors by kind.
    pub errors: BTreeMap<String, Errors>,
    /// How many of the agents to remove are left; `None` if unknown.
    pub left: Option<usize>,
    /// What a guest did with contacts when it left.
    pub taken: Taken,
    /// How long the run took.
    pub took: Duration,
    /// The seed that repeats the run.
    pub seed: u64,
}

impl Report {
    /// Returns the exit code: 0, or 1 if there were errors.
    pub fn exit_code(&self) -> u8 {
        u8::from(!self.errors.is_empty())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = &self.progress;
        writeln!(f, "{:<11}{:>9}", "created", counts.created)?;
        writeln!(f, "{:<11}{:>9}", "handled", counts.handled)?;
        writeln!(f, "{:<11}{:>9}", "abandoned", counts.abandoned)?;
        writeln!(f, "{:<11}{:>9}", "still open", counts.open())?;
        let Progress {
            accepted,
            rejected,
            missed,
            ..
        } = *counts;
        if accepted + rejected + missed > 0 {
            writeln!(
                f,
                "{:<11}{accepted:>9} accepted, {rejected} rejected, {missed} missed",
                "offers"
            )?;
        }
        let head = ["p50", "p95", "p99", "max"];
        let [p50, p95, p99, max] = head;
        writeln!(f, "\n{:<11}{p50:>9}{p95:>9}{p99:>9}{max:>9}", "")?;
        row(f, "waited", self.waited)?;
        row(f, "gave up", self.gave_up)?;
        row(f, "answered", self.answered)?;
        writeln!(f)?;
        if self.errors.is_empty() {
            writeln!(f, "no errors{}", repeats(counts.retries))?;
        } else {
            writeln!(
                f,
                "errors     {:>9}{}",
                counts.errors,
                repeats(counts.retries)
            )?;
        }
        for (kind, errors) in &self.errors {
            writeln!(f, "  {:>7} {kind}: {}", errors.count, errors.first)?;
        }
        let Taken {
            cancelled,
            handed_back,
        } = self.taken;
        if self.taken != Taken::default() {
            writeln!(
                f,
                "on leaving: {cancelled} of its contacts cancelled, {handed_back} of others put \
                 back in the queue"
            )?;
        }
        if self.left.is_none() {
            writeln!(
                f,
                "left behind: its agents, and the contacts that are still open, as far as the engine \
                 still has them; the next run with --guest removes them"
            )?;
        }
        writeln!(f, "took {}, seed {}", short(self.took), self.seed)
    }
}

fn repeats(retries: u64) -> String {
    match retries {
        0 => String::new(),
        1 => ", 1 call repeated".to_owned(),
        _ => format!(", {retries} calls repeated"),
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, spread: Spread) -> fmt::Result {
    write!(f, "{name:<11}")?;
    for figure in [spread.p50, spread.p95, spread.p99, spread.max] {
        let shown = if spread.count == 0 {
            "-".to_owned()
        } else {
            short(figure)
        };
        write!(f, "{shown:>9}")?;
    }
    writeln!(f)
}

/// Formats a duration in a readable unit and precision.
fn short(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1e3;
    match millis {
        ..0.0005 => "0 ms".to_owned(),
        ..9.95 => format!("{millis:.1} ms"),
        ..999.5 => format!("{millis:.0} ms"),
        ..9_995.0 => format!("{:.2} s", millis / 1e3),
        ..59_950.0 => format!("{:.1} s", millis / 1e3),
        _ => {
            let seconds = (duration + Duration::from_millis(500)).as_secs();
            format!("{} min {:02}", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(millis: [u64; 4]) -> Spread {
        let [p50, p95, p99, max] = millis.map(Duration::from_millis);
        Spread {
            count: 100,
            p50,
            p95,
            p99,
            max,
        }
    }

    fn report() -> Report {
        Report {
            progress: Progress {
                planned: Some(100),
                arrived: 100,
                created: 100,
                handled: 92,
                abandoned: 8,
                ..Progress::default()
            },
            waited: spread([0, 120, 3_210, 12_400]),
            gave_up: Spread::default(),
            answered: spread([2, 5, 48, 1_020]),
            errors: BTreeMap::new(),
            left: Some(0),
            taken: Taken::default(),
            took: Duration::from_secs(75),
            seed: 42,
        }
    }

    #[test]
    fn a_report_is_a_table() {
        insta::assert_snapshot!(report().to_string(), @r"
        created          100
        handled           92
        abandoned          8
        still open         0

                         p50      p95      p99      max
        waited          0 ms   120 ms   3.21 s   12.4 s
        gave up            -        -        -        -
        answered      2.0 ms   5.0 ms    48 ms   1.02 s

        no errors
        took 1 min 15, seed 42
        ");
        assert_eq!(report().exit_code(), 0);
    }

    #[test]
    fn a_report_tells_what_became_of_offers_if_there_were_any() {
        let mut with_offers = report();
        with_offers.progress.accepted = 92;
        with_offers.progress.missed = 3;
        let text = with_offers.to_string();
        let told = text.lines().find(|line| line.starts_with("offers"));
        let expected = "offers            92 accepted, 0 rejected, 3 missed";
        assert_eq!(told, Some(expected), "{text}");
    }

    #[test]
    fn a_report_tells_the_errors_by_kind() {
        let mut failed = report();
        failed.progress.handled = 90;
        failed.progress.errors = 3;
        failed.progress.retries = 1;
        let errors = |count, first: &str| Errors {
            count,
            first: first.to_owned(),
        };
        failed.errors = BTreeMap::from([
            (
                "timeout".into(),
                errors(1, "GET /contact/{key}: no answer in time"),
            ),
            (
                "acd_closed".into(),
                errors(2, "POST /contact answered 409: the ACD is closed"),
            ),
        ]);
        insta::assert_snapshot!(failed.to_string(), @r"
        created          100
        handled           90
        abandoned          8
        still open         2

                         p50      p95      p99      max
        waited          0 ms   120 ms   3.21 s   12.4 s
        gave up            -        -        -        -
        answered      2.0 ms   5.0 ms    48 ms   1.02 s

        errors             3, 1 call repeated
                2 acd_closed: POST /contact answered 409: the ACD is closed
                1 timeout: GET /contact/{key}: no answer in time
        took 1 min 15, seed 42
        ");
        assert_eq!(failed.exit_code(), 1);
    }

    #[test]
    fn progress_is_a_sentence() {
        let progress = Progress {
            assigned: 1,
            handled: 90,
            errors: 2,
            ..report().progress
        };
        insta::assert_snapshot!(progress.to_string(), @"waiting 1, with agents 1, handled 90, abandoned 8, errors 2");
    }

    #[test]
    fn durations_are_short() {
        for (micros, shown) in [
            (0, "0 ms"),
            (450, "0.5 ms"),
            (9_940, "9.9 ms"),
            (9_960, "10 ms"),
            (999_400, "999 ms"),
            (999_600, "1.00 s"),
            (12_340_000, "12.3 s"),
            (59_960_000, "1 min 00"),
            (125_000_000, "2 min 05"),
        ] {
            assert_eq!(short(Duration::from_micros(micros)), shown);
        }
    }
}
