//! `status`: the figures of the floor and its skills, for eyes or for programs, once or at each
//! change.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;
use shared::view::{LONGEST_PAGE, Overview, Page, SkillView};
use shared::{Acd, Error};
use tokio::time::{sleep, timeout};
use unicode_width::UnicodeWidthStr as _;

use super::failure::Failure;
use super::print;
use crate::text::{span, waited};

/// How far apart two reports are at least.
const APART: Duration = Duration::from_secs(1);
/// How long a hint that something happened is waited for until one looks without: it may be lost.
const AT_LEAST_EVERY: Duration = Duration::from_secs(2);

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Lines for people, of which programs can take the first word and the second.
    Plain,
    /// A line of JSON.
    Json,
}

/// The floor at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Status {
    acd: String,
    overview: Overview,
    skills: Vec<SkillView>,
}

impl Status {
    /// Looks at the floor.
    pub(super) async fn of(acd: &dyn Acd) -> Result<Self, Error> {
        let overview = acd.overview().await?;
        let mut skills = vec![];
        let mut page = Page::first(LONGEST_PAGE);
        loop {
            let listing = acd.skills(page).await?;
            skills.extend(listing.items);
            let Some(next) = listing.next else { break };
            page = Page::after(next, LONGEST_PAGE);
        }
        Ok(Self {
            acd: acd.name().to_string(),
            overview,
            skills,
        })
    }

    /// Writes the report, with the end of its last line.
    pub(super) fn written(&self, form: Form) -> String {
        match form {
            Form::Plain => self.plain(),
            Form::Json => {
                let report = json!({
                    "acd": self.acd,
                    "overview": self.overview,
                    "skills": self.skills,
                });
                format!("{report}\n")
            }
        }
    }

    fn plain(&self) -> String {
        let (now, totals) = (&self.overview, &self.overview.totals);
        let oldest = now.oldest.map(|since| span(now.now.since(since)));
        let average = totals.assigned_wait.checked_div(totals.assigned);
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let state = if now.open { "open" } else { "closed" };
        let mut text = format!("ACD {} is {state}\n", self.acd);
        for (name, value) in [
            ("waiting", now.waiting.to_string()),
            ("longest-wait", or_none(oldest)),
            ("agents", now.agents.to_string()),
            ("available", now.available.to_string()),
            ("busy", now.busy.to_string()),
            ("unavailable", now.unavailable().to_string()),
            ("offered", totals.offered.to_string()),
            ("handled", totals.handled.to_string()),
            ("abandoned", totals.abandoned.to_string()),
            ("average-wait", or_none(average.map(waited))),
        ] {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<13} {value}");
        }
        self.table(&mut text);
        text
    }

    fn table(&self, text: &mut String) {
        if self.skills.is_empty() {
            return;
        }
        let widths = self.skills.iter().map(|view| view.skill.as_str().width());
        let widest = widths.max().unwrap_or_default().max("SKILL".width());
        let mut line = |skill: &str, waiting: &str, available: &str, staffed: &str| {
            // Padded by hand: a wide character is two cells, which `format!` counts as one.
            let space = " ".repeat(widest - skill.width());
            let _ = writeln!(
                text,
                "{skill}{space}  {waiting:>7}  {available:>9}  {staffed:>7}"
            );
        };
        line("SKILL", "WAITING", "AVAILABLE", "STAFFED");
        for view in &self.skills {
            line(
                view.skill.as_str(),
                &view.waiting.to_string(),
                &view.available.to_string(),
                &view.staffed.to_string(),
            );
        }
    }
}

/// Prints a report, and another whenever something happened. Ends with the store, with whoever
/// reads, or with Ctrl-C, which is left to do what it does to any command.
pub(super) async fn watch(acd: &dyn Acd, form: Form) -> Result<(), Failure> {
    let mut latest = acd.latest_event();
    let mut printed = None;
    loop {
        // Marked before the look, so that what happens during it brings another.
        latest.mark_unchanged();
        let status = Status::of(acd).await?;
        if printed != Some(status.overview.event) {
            printed = Some(status.overview.event);
            let between = if form == Form::Plain { "\n" } else { "" };
            print(&format!("{}{between}", status.written(form)))?;
        }
        sleep(APART).await;
        let _ = timeout(AT_LEAST_EVERY, latest.changed()).await;
    }
}

#[cfg(test)]
mod tests {
    use shared::time::Millis;

    use super::*;

    fn busy_floor() -> Status {
        let skill = |name: &str, waiting| SkillView {
            skill: name.parse().unwrap(),
            waiting,
            available: 1,
            staffed: 4,
            next: vec![],
        };
        Status {
            acd: "acd".to_owned(),
            overview: Overview {
                open: true,
                now: Millis(100_000),
                waiting: 3,
                oldest: Some(Millis(28_000)),
                agents: 12,
                available: 1,
                busy: 9,
                ..Overview::default()
            },
            skills: vec![skill("Billing", 3), skill("日本語", 0)],
        }
    }

    #[test]
    fn the_plain_report_has_a_word_and_a_value_a_line() {
        let text = busy_floor().written(Form::Plain);
        assert!(text.starts_with("ACD acd is open\n"), "{text}");
        for line in [
            "waiting       3\n",
            "longest-wait  1:12\n",
            "unavailable   2\n",
            "average-wait  -\n",
            "SKILL    WAITING  AVAILABLE  STAFFED\n",
            "Billing        3          1        4\n",
            "日本語         0          1        4\n",
        ] {
            assert!(text.contains(line), "{line:?} in\n{text}");
        }
    }

    #[test]
    fn the_json_report_is_one_line_with_the_names_of_the_figures() {
        let text = busy_floor().written(Form::Json);
        assert_eq!(text.matches('\n').count(), 1);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["overview"]["waiting"], 3);
        assert_eq!(read["overview"]["open"], true);
        assert_eq!(read["skills"][0]["skill"], "Billing");
    }
}
