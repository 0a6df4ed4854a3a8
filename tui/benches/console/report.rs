//! The measurements, compared with their targets.

use std::fmt::{self, Write as _};
use std::time::Duration;

/// Whether a target is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Met,
    Missed,
    /// There is no target, or it could not be measured.
    Open,
}

/// A line of the report.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    quantity: String,
    measured: String,
    target: String,
    yardstick: &'static str,
    verdict: Verdict,
}

/// The target of a quantity, and what others reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    unit: &'static str,
    limit: Limit,
    yardstick: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Limit {
    AtMost(f64),
    AtLeast(f64),
    None,
}

impl Wanted {
    /// Makes an upper limit.
    pub(crate) const fn at_most(limit: f64, unit: &'static str) -> Self {
        Self {
            unit,
            limit: Limit::AtMost(limit),
            yardstick: "",
        }
    }

    /// Makes a lower limit.
    pub(crate) const fn at_least(limit: f64, unit: &'static str) -> Self {
        Self {
            unit,
            limit: Limit::AtLeast(limit),
            yardstick: "",
        }
    }

    /// Makes a quantity without a target.
    pub(crate) const fn known(unit: &'static str) -> Self {
        Self {
            unit,
            limit: Limit::None,
            yardstick: "",
        }
    }

    /// Adds what others reach.
    pub(crate) const fn beside(self, yardstick: &'static str) -> Self {
        Self { yardstick, ..self }
    }

    fn text(self) -> String {
        match self.limit {
            Limit::AtMost(limit) => format!("≤ {} {}", figure(limit), self.unit),
            Limit::AtLeast(limit) => format!("≥ {} {}", figure(limit), self.unit),
            Limit::None => String::new(),
        }
    }

    fn verdict(self, measured: f64) -> Verdict {
        let met = match self.limit {
            Limit::AtMost(limit) => measured <= limit,
            Limit::AtLeast(limit) => measured >= limit,
            Limit::None => return Verdict::Open,
        };
        if met { Verdict::Met } else { Verdict::Missed }
    }
}

impl Row {
    /// Reports a figure.
    pub(crate) fn of(quantity: impl Into<String>, measured: f64, wanted: Wanted) -> Self {
        Self {
            quantity: quantity.into(),
            measured: format!("{} {}", figure(measured), wanted.unit),
            target: wanted.text(),
            yardstick: wanted.yardstick,
            verdict: wanted.verdict(measured),
        }
    }

    /// Reports that the expected event did not happen, and what did.
    pub(crate) fn never(
        quantity: impl Into<String>,
        instead: impl Into<String>,
        wanted: Wanted,
    ) -> Self {
        Self {
            quantity: quantity.into(),
            measured: instead.into(),
            target: wanted.text(),
            yardstick: wanted.yardstick,
            verdict: Verdict::Missed,
        }
    }

    /// Reports that it could not be measured here.
    pub(crate) fn skipped(quantity: impl Into<String>, why: &str, wanted: Wanted) -> Self {
        Self {
            quantity: quantity.into(),
            measured: format!("skipped: {why}"),
            target: wanted.text(),
            yardstick: wanted.yardstick,
            verdict: Verdict::Open,
        }
    }

    /// Adds a remark to the measured value.
    #[must_use]
    pub(crate) fn with(mut self, remark: &str) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.measured, " ({remark})");
        self
    }

    /// Returns whether a target is missed.
    pub(crate) fn is_missed(&self) -> bool {
        self.verdict == Verdict::Missed
    }

    fn cells(&self) -> [&str; 5] {
        let sign = match self.verdict {
            Verdict::Met => "✓",
            Verdict::Missed => "✗",
            Verdict::Open => "–",
        };
        [
            sign,
            &self.quantity,
            &self.measured,
            &self.target,
            self.yardstick,
        ]
    }
}

/// Rounds a figure to a useful precision.
fn figure(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// Converts to milliseconds.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Many measurements of one quantity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread(Vec<Duration>);

impl Spread {
    /// Adds a measurement.
    pub(crate) fn add(&mut self, took: Duration) {
        let place = self.0.partition_point(|other| *other <= took);
        self.0.insert(place, took);
    }

    /// Returns a percentile in milliseconds; 100 gives the maximum.
    pub(crate) fn of_hundred(&self, share: usize) -> f64 {
        let place = (self.0.len() * share).div_ceil(100).max(1) - 1;
        self.0.get(place).map_or(f64::NAN, |took| millis(*took))
    }
}

/// The whole report.
#[derive(Debug, Default)]
pub(crate) struct Report(pub(crate) Vec<Row>);

impl Report {
    /// Returns whether any target is missed.
    pub(crate) fn misses(&self) -> bool {
        self.0.iter().any(Row::is_missed)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["", "quantity", "measured", "target", "yardstick"];
        let lines = || std::iter::once(heads).chain(self.0.iter().map(Row::cells));
        let width = |column: usize| lines().map(|cells| cells[column].chars().count()).max();
        let widths = [0, 1, 2, 3].map(|column| width(column).unwrap_or(0));
        for cells in lines() {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(widths) {
                write!(line, "{cell:<width$}  ")?;
            }
            writeln!(f, "{}", format!("{line}{}", cells[4]).trim_end())?;
        }
        Ok(())
    }
}
