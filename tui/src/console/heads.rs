//! The column selected in each pane, which the next sort uses.

use super::Pane;
use super::sort::Column;

/// The column selected in each pane, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads([Option<Column>; 4]);

/// A step to another column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// To the column on the left.
    Left,
    /// To the column on the right.
    Right,
}

impl Heads {
    /// Returns the column selected in a pane.
    pub fn of(&self, pane: Pane) -> Option<Column> {
        self.0[pane as usize]
    }

    /// Selects the next column; stops at the last. The first step starts from the column that the
    /// pane is sorted by, or else selects the first.
    pub fn go(&mut self, pane: Pane, aside: Aside, columns: &[Column], sorted: Option<Column>) {
        let from = self.of(pane).or(sorted);
        let place = from.and_then(|from| columns.iter().position(|column| *column == from));
        let next = match (place, aside) {
            (None, _) => 0,
            (Some(place), Aside::Left) => place.saturating_sub(1),
            (Some(place), Aside::Right) => (place + 1).min(columns.len().saturating_sub(1)),
        };
        self.0[pane as usize] = columns.get(next).copied();
    }

    /// Clears the selected column of a pane. Returns whether there was one.
    pub fn leave(&mut self, pane: Pane) -> bool {
        self.0[pane as usize].take().is_some()
    }
}
