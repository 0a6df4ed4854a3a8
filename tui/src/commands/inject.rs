//! `inject`: prints a line for each contact, and a progress bar on a terminal.

use std::io::{IsTerminal as _, stderr};

use engine::json_output;
use indicatif::{ProgressBar, ProgressStyle};
use shared::contact::{ContactId, ContactState};
use shared::{Acd, Error};
use tokio_util::sync::CancellationToken;

use super::act::perhaps;
use super::failure::Failure;
use super::print;
use crate::pace;
use crate::series::Series;
use crate::terminal::Characters;
use crate::text::counted;

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self(perhaps(error))
    }
}

/// Why no more are injected: injecting a contact or printing its line failed.
struct Stopped(Failure);

/// Injects contacts one after another, and prints each once it is created. A printed contact
/// exists, whatever happens later.
pub(super) async fn inject(acd: &dyn Acd, series: &Series, json: bool) -> Result<(), Failure> {
    let bar = bar(series);
    let made = |id, state: &ContactState| {
        let line = if json {
            format!("{}\n", json_output::contact_state(id, state))
        } else {
            injected(id, state)
        };
        let printed = match &bar {
            // The line and the bar may be on the same terminal.
            Some(bar) => {
                bar.inc(1);
                bar.suspend(|| print(&line))
            }
            None => print(&line),
        };
        printed.map_err(Stopped)
    };
    // Never cancelled: the command is stopped by ending the process.
    let token = CancellationToken::new();
    let (made, end) = pace::run(acd, series, &token, made).await;
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    end.map_err(|stopped| with_count(stopped.0, made, series.count))
}

/// Returns a progress bar for a series at a rate, if there is a terminal to draw it on.
fn bar(series: &Series) -> Option<ProgressBar> {
    series.per_minute?;
    if !stderr().is_terminal() {
        return None;
    }
    // A terminal that cannot position its cursor would get a new line for each step.
    let term = std::env::var("TERM").unwrap_or_default();
    if term.is_empty() || term == "dumb" {
        return None;
    }
    let style = ProgressStyle::with_template("{elapsed:>4} {wide_bar} {pos} of {len}, {eta} left");
    let mut style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    if Characters::of_locale() == Characters::Ascii {
        style = style.progress_chars("#>-");
    }
    Some(ProgressBar::new(series.count.into()).with_style(style))
}

/// Adds the number of contacts created before the failure.
fn with_count(failure: Failure, made: u32, count: u32) -> Failure {
    if made == 0 {
        return failure;
    }
    let counted_up = |why| {
        format!(
            "{why}; {} of {count} injected",
            counted(made.into(), "contact")
        )
    };
    match failure {
        Failure::Refused(why) => Failure::Refused(counted_up(why)),
        Failure::Unavailable(why) => Failure::Unavailable(counted_up(why)),
        other => other,
    }
}

fn injected(id: ContactId, state: &ContactState) -> String {
    match state {
        ContactState::Queued => format!("{id}\tqueued\t-\n"),
        ContactState::Offered(offer) => format!("{id}\toffered\t{}\n", offer.agent),
        ContactState::Assigned { agent, .. } => format!("{id}\tassigned\t{agent}\n"),
        // A contact can only be over already if somebody guessed its id.
        ContactState::Complete { .. } => format!("{id}\tcomplete\t-\n"),
    }
}

#[cfg(test)]
mod tests {
    use shared::agent::AgentId;

    use super::*;

    #[test]
    fn an_injected_contact_is_a_line_of_three_fields() {
        let id = ContactId::for_key("test", "1");
        let agent: AgentId = "agent:7".parse().unwrap();
        let at = shared::time::Millis(1);
        for (state, end) in [
            (ContactState::Queued, "\tqueued\t-\n"),
            (
                ContactState::Assigned { agent, at },
                "\tassigned\tagent:7\n",
            ),
        ] {
            assert_eq!(injected(id, &state), format!("{id}{end}"));
        }
    }

    #[test]
    fn a_failure_tells_how_many_were_made() {
        let unavailable = with_count(Failure::Unavailable("gone".to_owned()), 7, 20);
        assert_eq!(
            unavailable,
            Failure::Unavailable("gone; 7 contacts of 20 injected".to_owned())
        );
        let refused = Failure::Refused("closed".to_owned());
        assert_eq!(with_count(refused.clone(), 0, 20), refused);
    }
}
