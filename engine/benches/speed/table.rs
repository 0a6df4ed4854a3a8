//! What was measured, round by round, as tables that can stand in a document.

use std::fmt::{self, Write as _};

/// What is wanted of a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(limit) => value >= limit,
            Self::AtMost(limit) => value <= limit,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(limit) => format!("≥ {}", figure(limit)),
            Self::AtMost(limit) => format!("≤ {}", figure(limit)),
        }
    }
}

/// One table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    title: &'static str,
    /// What the rows are.
    head: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    name: String,
    cells: Vec<Cell>,
}

/// The figures of all rounds.
#[derive(Clone, Debug, Default)]
struct Cell {
    rounds: Vec<f64>,
    target: Option<Target>,
}

impl Table {
    /// Begins a table.
    pub(crate) const fn new(
        title: &'static str,
        head: &'static str,
        columns: &'static [&'static str],
    ) -> Self {
        let rows = vec![];
        Self {
            title,
            head,
            columns,
            rows,
        }
    }

    /// Notes the figures of a round in a row, from its first column on. None stays empty.
    pub(crate) fn add(&mut self, name: &str, figures: &[Option<f64>]) {
        let row = self.row(name);
        for (cell, figure) in row.cells.iter_mut().zip(figures) {
            cell.rounds.extend(*figure);
        }
    }

    /// Says what is wanted of a figure.
    pub(crate) fn want(&mut self, name: &str, column: usize, target: Target) {
        self.row(name).cells[column].target = Some(target);
    }

    fn row(&mut self, name: &str) -> &mut Row {
        let known = self.rows.iter().position(|row| row.name == name);
        let place = known.unwrap_or_else(|| {
            let cells = vec![Cell::default(); self.columns.len()];
            self.rows.push(Row {
                name: name.to_owned(),
                cells,
            });
            self.rows.len() - 1
        });
        &mut self.rows[place]
    }

    /// Tells which targets are missed, each in a line.
    pub(crate) fn missed(&self) -> Vec<String> {
        let cells = |row: &Row| {
            let cells = row.cells.iter().zip(self.columns);
            let missed = cells.filter(|(cell, _)| cell.met() == Some(false));
            let say = |(cell, column): (&Cell, &&str)| {
                format!("{}: {}, {column}: {}", self.title, row.name, cell.text())
            };
            missed.map(say).collect::<Vec<_>>()
        };
        self.rows.iter().flat_map(cells).collect()
    }
}

impl Cell {
    fn median(&self) -> Option<f64> {
        let mut sorted = self.rounds.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        let even = sorted.len().is_multiple_of(2);
        Some(if even {
            f64::midpoint(sorted[middle - 1], upper)
        } else {
            upper
        })
    }

    fn met(&self) -> Option<bool> {
        Some(self.target?.met(self.median()?))
    }

    /// The median, and from where to where the rounds went.
    fn text(&self) -> String {
        let Some(median) = self.median() else {
            return String::new();
        };
        let mut text = figure(median);
        if self.rounds.len() > 1 {
            let least = self.rounds.iter().copied().fold(f64::INFINITY, f64::min);
            let most = self
                .rounds
                .iter()
                .copied()
                .fold(f64::NEG_INFINITY, f64::max);
            // Writing to a string cannot fail.
            let _ = write!(text, " ({}–{})", figure(least), figure(most));
        }
        if let (Some(target), Some(met)) = (self.target, self.met()) {
            let _ = write!(text, " {} {}", target.text(), if met { "✓" } else { "✗" });
        }
        text
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "### {}\n\n| {} | {} |",
            self.title,
            self.head,
            self.columns.join(" | ")
        )?;
        writeln!(f, "|---|{}", "---|".repeat(self.columns.len()))?;
        for row in &self.rows {
            let cells: Vec<String> = row.cells.iter().map(Cell::text).collect();
            writeln!(f, "| {} | {} |", row.name, cells.join(" | "))?;
        }
        Ok(())
    }
}

/// Figures are as exact as they are worth.
fn figure(value: f64) -> String {
    if value.abs() < 10.0 && value.fract() != 0.0 {
        return format!("{value:.2}");
    }
    if value.abs() < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    marked(&format!("{value:.0}"))
}

/// Marks the thousands of a whole number.
pub(crate) fn marked(digits: &str) -> String {
    let mut marked = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && !marked.ends_with('-') {
            marked.push(',');
        }
        marked.push(digit);
    }
    marked
}
