//! `status`: the figures of the floor and its skills, for people or for programs, once or at each
//! change.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;
use shared::figures::Totals;
use shared::service_level::ServiceLevel;
use shared::time::Millis;
use shared::view::{LONGEST_PAGE, Overview, Page, SkillView};
use shared::{Acd, Error};
use tokio::time::{sleep, timeout};
use unicode_width::UnicodeWidthStr as _;

use super::failure::Failure;
use super::print;
use crate::sentence;
use crate::text::{span, waited};

/// The least time between two reports.
const APART: Duration = Duration::from_secs(1);
/// How long to wait for a notification before polling anyway: notifications can be lost.
const AT_LEAST_EVERY: Duration = Duration::from_secs(2);

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Lines for people; programs can parse the first and the second word.
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
    level: ServiceLevel,
    /// The totals of the last 15 minutes.
    served: Totals,
    /// The longest wait of an abandonment that is counted as short, in milliseconds.
    short_abandon: u64,
}

impl Status {
    /// Reads the floor.
    pub(super) async fn of(acd: &dyn Acd, level: ServiceLevel) -> Result<Self, Error> {
        let overview = acd.overview().await?;
        let since = Millis(overview.now.0.saturating_sub(15 * 60_000));
        let figures = acd.figures(since).await?;
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
            level,
            served: figures.all,
            short_abandon: figures.short_abandon,
        })
    }

    /// Returns the report, with its final newline.
    pub(super) fn written(&self, form: Form) -> String {
        match form {
            Form::Plain => self.plain(),
            Form::Json => {
                let report = json!({
                    "acd": self.acd,
                    "overview": self.overview,
                    "service_level": {
                        "within": self.level.within().millis(),
                        "target": f64::from(self.level.target()) / 100.0,
                        "last_15m": self.reached(),
                    },
                    "skills": self.skills,
                });
                format!("{report}\n")
            }
        }
    }

    fn reached(&self) -> Option<f64> {
        self.served.service_level(self.level.within())
    }

    /// Returns the service level and its definition; a sign marks a missed target.
    fn service_level(&self) -> String {
        let meaning = format!(
            "{}, last 15m",
            sentence::service_level(self.level, self.short_abandon)
        );
        match self.reached() {
            None => format!("-  ({meaning})"),
            Some(share) => {
                let percent = share * 100.0;
                let sign = if self.level.is_met(share) { "" } else { "! " };
                format!("{percent:.1}%  {sign}({meaning})")
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
        let agents = [
            ("offered", now.offered),
            ("wrap-up", now.wrap_up),
            ("penalty", now.penalty),
        ];
        // Floors without offers and wrap-up have none of these.
        let agents = agents.iter().filter(|(_, count)| *count > 0);
        let agents = agents.map(|(name, count)| (*name, count.to_string()));
        let first = [
            ("waiting", now.waiting.to_string()),
            ("longest-wait", or_none(oldest)),
            ("agents", now.agents.to_string()),
            ("available", now.available.to_string()),
            ("busy", now.busy.to_string()),
        ];
        let rest = [
            ("unavailable", now.unavailable().to_string()),
            ("created", totals.created.to_string()),
            ("handled", totals.handled.to_string()),
            ("abandoned", totals.abandoned.to_string()),
            ("average-wait", or_none(average.map(waited))),
            ("service-level", self.service_level()),
        ];
        for (name, value) in first.into_iter().chain(agents).chain(rest) {
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
            // Padded here because `format!` counts a wide character, which has two cells, as one.
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

/// Prints a report, and another after each change. Ends if the store fails, the output is closed,
/// or on Ctrl-C, whose default action is kept.
pub(super) async fn watch(acd: &dyn Acd, form: Form, level: ServiceLevel) -> Result<(), Failure> {
    let mut latest = acd.latest_event();
    let mut printed = None;
    loop {
        // Marked before the poll, so that a change during it triggers another.
        latest.mark_unchanged();
        let status = Status::of(acd, level).await?;
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
            level: ServiceLevel::default(),
            short_abandon: 5_000,
            served: Totals::default(),
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
            "service-level -  (SL 80/20: answered within 20 s,",
            "SKILL    WAITING  AVAILABLE  STAFFED\n",
            "Billing        3          1        4\n",
            "日本語         0          1        4\n",
        ] {
            assert!(text.contains(line), "{line:?} in\n{text}");
        }
    }

    #[test]
    fn a_service_level_below_its_target_has_a_sign() {
        let mut floor = busy_floor();
        floor.served.assigned = 5;
        for wait in [0, 0, 20_000, 20_001, 700_000] {
            floor.served.waits.count(wait);
        }
        for (level, line) in [
            (
                "60/20",
                "service-level 60.0%  (SL 60/20: answered within 20 s, ",
            ),
            ("61/20", "service-level 60.0%  ! (SL 61/20: "),
            (
                "80/30",
                "service-level 80.0%  (SL 80/30: answered within 30 s, ",
            ),
        ] {
            floor.level = level.parse().unwrap();
            let text = floor.written(Form::Plain);
            assert!(text.contains(line), "{line:?} in\n{text}");
        }
        let read: serde_json::Value = serde_json::from_str(&floor.written(Form::Json)).unwrap();
        let expected = json!({ "within": 30_000, "target": 0.8, "last_15m": 0.8 });
        assert_eq!(read["service_level"], expected);
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
