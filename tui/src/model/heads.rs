//! The column that is pointed at, for each pane: by which the next sorting sorts.

use super::Pane;
use super::sort::Column;

/// The column that is pointed at in each pane, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads([Option<Column>; 4]);

/// A step over the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// To the column at the left.
    Left,
    /// To the column at the right.
    Right,
}

impl Heads {
    /// Gives the column that is pointed at in a pane.
    pub fn of(&self, pane: Pane) -> Option<Column> {
        self.0[pane as usize]
    }

    /// Points at the next of the columns, which does not lead beyond the last. The first step
    /// begins beside the column that the pane is sorted by, or else at the first.
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

    /// Points at no column of a pane any more. Tells whether it did.
    pub fn leave(&mut self, pane: Pane) -> bool {
        self.0[pane as usize].take().is_some()
    }
}
