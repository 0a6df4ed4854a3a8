//! Counts the events of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::{CreationError, Histogram};
use shared::contact::Outcome;

use super::call_error::CallError;
use super::guest::Taken;
use super::report::{Errors, Progress, Report, Spread};
use super::visit::Happening;

/// The most kinds of errors that are counted separately; the codes come from the server.
const MOST_KINDS: usize = 20;

/// The counts of a run so far.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) progress: Progress,
    waited: Times,
    gave_up: Times,
    answered: Times,
    errors: BTreeMap<String, Errors>,
}

impl Tally {
    pub(super) fn new(planned: Option<u64>) -> Result<Self, CreationError> {
        Ok(Self {
            progress: Progress {
                planned,
                ..Progress::default()
            },
            waited: Times::new()?,
            gave_up: Times::new()?,
            answered: Times::new()?,
            errors: BTreeMap::new(),
        })
    }

    /// Counts an event.
    pub(super) fn note(&mut self, happening: Happening) {
        let counts = &mut self.progress;
        match happening {
            Happening::Created { answered_after } => {
                counts.created += 1;
                self.answered.add(answered_after);
            }
            Happening::Accepted => counts.accepted += 1,
            Happening::Rejected => counts.rejected += 1,
            Happening::Missed => counts.missed += 1,
            Happening::Assigned => counts.assigned += 1,
            Happening::Ended {
                outcome,
                waited,
                seen_assigned,
            } => {
                counts.assigned -= u64::from(seen_assigned);
                match outcome {
                    Outcome::Handled => {
                        counts.handled += 1;
                        self.waited.add(waited);
                    }
                    // The generator cancels nothing: a supervisor did, and the customer is gone as
                    // well.
                    Outcome::Abandoned | Outcome::Cancelled => {
                        counts.abandoned += 1;
                        self.gave_up.add(waited);
                    }
                }
            }
            Happening::Refused(trouble) | Happening::Failed(trouble) => self.fail(trouble),
        }
    }

    /// Counts an error.
    pub(super) fn fail(&mut self, trouble: CallError) {
        self.progress.errors += 1;
        let known = self.errors.contains_key(&trouble.kind);
        let kind = if known || self.errors.len() < MOST_KINDS {
            trouble.kind
        } else {
            "others".to_owned()
        };
        let errors = self.errors.entry(kind).or_insert(Errors {
            count: 0,
            first: trouble.message,
        });
        errors.count += 1;
    }

    /// Returns the report.
    pub(super) fn report(self, took: Duration, seed: u64) -> Report {
        Report {
            progress: self.progress,
            waited: self.waited.spread(),
            gave_up: self.gave_up.spread(),
            answered: self.answered.spread(),
            errors: self.errors,
            left: Some(0),
            taken: Taken::default(),
            took,
            seed,
        }
    }
}

/// Durations in microseconds, to three digits.
#[derive(Debug)]
struct Times(Histogram<u64>);

impl Times {
    const LONGEST_MICROS: u64 = 7 * 24 * 3_600 * 1_000_000;

    fn new() -> Result<Self, CreationError> {
        Histogram::new_with_max(Self::LONGEST_MICROS, 3).map(Self)
    }

    fn add(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.0.saturating_record(micros);
    }

    fn spread(&self) -> Spread {
        // The upper end of a histogram step may exceed the longest recorded value.
        let longest = self.0.max();
        let at = |share| Duration::from_micros(self.0.value_at_quantile(share).min(longest));
        Spread {
            count: self.0.len(),
            p50: at(0.50),
            p95: at(0.95),
            p99: at(0.99),
            max: Duration::from_micros(longest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(outcome: Outcome, millis: u64, seen_assigned: bool) -> Happening {
        Happening::Ended {
            outcome,
            waited: Duration::from_millis(millis),
            seen_assigned,
        }
    }

    fn tally(happenings: impl IntoIterator<Item = Happening>) -> Tally {
        let mut tally = Tally::new(None).unwrap();
        happenings.into_iter().for_each(|each| tally.note(each));
        tally
    }

    #[test]
    fn contacts_are_counted_by_where_they_stand() {
        let created = || Happening::Created {
            answered_after: Duration::from_millis(1),
        };
        let progress = tally([
            created(),
            created(),
            created(),
            created(),
            Happening::Assigned,
            Happening::Assigned,
            ended(Outcome::Handled, 0, true),
            ended(Outcome::Abandoned, 5_000, false),
        ])
        .progress;
        let (open, waiting) = (progress.open(), progress.waiting());
        assert_eq!(
            (progress.created, open, waiting, progress.assigned),
            (4, 2, 1, 1)
        );
        assert_eq!((progress.handled, progress.abandoned), (1, 1));
    }

    #[test]
    fn a_contact_assigned_as_it_hung_up_counts_as_handled() {
        let report = tally([ended(Outcome::Handled, 5_000, false)]).report(Duration::ZERO, 1);
        assert_eq!((report.progress.handled, report.waited.count), (1, 1));
        assert_eq!(report.gave_up.count, 0);
    }

    #[test]
    fn waits_are_spread_over_the_percentiles() {
        let waits = (1..=1_000).map(|millis| ended(Outcome::Handled, millis, false));
        let waited = tally(waits).report(Duration::ZERO, 1).waited;
        let near = |figure: Duration, millis: u64| {
            figure.abs_diff(Duration::from_millis(millis)) <= Duration::from_millis(1)
        };
        assert!(near(waited.p50, 500) && near(waited.p95, 950), "{waited:?}");
        assert!(
            near(waited.p99, 990) && near(waited.max, 1_000),
            "{waited:?}"
        );
        assert!(waited.p99 <= waited.max);
    }

    #[test]
    fn errors_are_counted_by_kind_with_the_first_message_of_each() {
        let refused =
            |kind: &str, message: &str| Happening::Refused(CallError::other(kind, message));
        let mut tally = tally([refused("a", "first"), refused("a", "second")]);
        for number in 0..100 {
            tally.note(refused(&format!("kind {number}"), "x"));
        }
        assert_eq!(tally.progress.errors, 102);
        assert_eq!(tally.errors["a"].count, 2);
        assert_eq!(tally.errors["a"].first, "first");
        assert_eq!(tally.errors.len(), MOST_KINDS + 1, "the kinds are bounded");
    }
}
