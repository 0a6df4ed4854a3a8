//! Rows to scroll through, of which a part was read.

/// Rows to scroll through, of which a part was read.
#[derive(Clone, Debug)]
pub struct Rows<Row> {
    /// The number of the first row read.
    pub first: usize,
    /// The number of rows, read or not.
    pub length: usize,
    /// The rows that were read.
    pub read: Vec<Row>,
    /// Whether a missing item is known to be gone: every row was read, or all those visible.
    pub(crate) whole: bool,
}

impl<Row> Rows<Row> {
    pub(crate) fn none() -> Self {
        Self::all(vec![])
    }

    pub(crate) fn all(read: Vec<Row>) -> Self {
        Self {
            first: 0,
            length: read.len(),
            read,
            whole: true,
        }
    }

    /// Returns row `number`, if it was read.
    pub fn get(&self, number: usize) -> Option<&Row> {
        self.read.get(number.checked_sub(self.first)?)
    }

    /// Returns the number of `row`, if it was read.
    pub fn place_of(&self, row: &Row) -> Option<usize>
    where
        Row: PartialEq,
    {
        let place = self.read.iter().position(|other| other == row)?;
        Some(self.first + place)
    }

    /// Returns whether every row was read.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Converts the rows.
    pub fn map<Other>(self, change: impl FnMut(Row) -> Other) -> Rows<Other> {
        Rows {
            first: self.first,
            length: self.length,
            read: self.read.into_iter().map(change).collect(),
            whole: self.whole,
        }
    }
}
