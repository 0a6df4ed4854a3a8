//! A place in a list that changes under the operator's eyes: held by identity, not by number.

use super::rows::Rows;

/// A place in a list of items with identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<Id> {
    /// The selected item, if any.
    pub selected: Option<Id>,
    /// Where it is in the list, or was last.
    pub index: usize,
    /// Whether something has ever been selected: after that, lists select nothing by themselves.
    begun: bool,
    /// Whether the row at the index is to be selected as soon as it has been read.
    coming: bool,
}

impl<Id> Default for Cursor<Id> {
    fn default() -> Self {
        Self {
            selected: None,
            index: 0,
            begun: false,
            coming: false,
        }
    }
}

/// A step through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// To the next item.
    Down,
    /// To the item before.
    Up,
    /// Ten items on.
    PageDown,
    /// Ten items back.
    PageUp,
    /// To the first item.
    First,
    /// To the last item.
    Last,
}

impl Motion {
    /// How many items a page is. A fixed number, so that a step does not depend on the drawing.
    pub const PAGE: usize = 10;

    /// Gives where the step leads from `index` in a list of `length`.
    pub fn from(self, index: usize, length: usize) -> usize {
        let last = length.saturating_sub(1);
        match self {
            Self::Down => index.saturating_add(1).min(last),
            Self::Up => index.min(last).saturating_sub(1),
            Self::PageDown => index.saturating_add(Self::PAGE).min(last),
            Self::PageUp => index.min(last).saturating_sub(Self::PAGE),
            Self::First => 0,
            Self::Last => last,
        }
    }
}

impl<Id: Clone + PartialEq> Cursor<Id> {
    /// Moves to another row.
    pub fn go(&mut self, motion: Motion, rows: &Rows<Id>) {
        if rows.length == 0 {
            *self = Self {
                begun: self.begun,
                ..Self::default()
            };
            return;
        }
        // After the selected item left, the first step selects whatever took its place.
        let lost =
            self.selected.is_none() && !self.coming && matches!(motion, Motion::Down | Motion::Up);
        self.index = if lost {
            self.index.min(rows.length - 1)
        } else {
            motion.from(self.index, rows.length)
        };
        self.begun = true;
        self.selected = rows.get(self.index).cloned();
        self.coming = self.selected.is_none();
    }

    /// Selects the first row, or has it selected when it comes.
    pub fn begin(&mut self, rows: &Rows<Id>) {
        self.go(Motion::First, rows);
        self.coming = self.selected.is_none();
    }

    /// Selects an item that is known to be at that place.
    pub fn select(&mut self, id: Id, index: usize) {
        self.begun = true;
        self.coming = false;
        self.selected = Some(id);
        self.index = index;
    }

    /// Finds the selected item in new rows, which were read around that other item, if around
    /// any. If it is gone, nothing is selected: an action must never fall on another item than the
    /// one that was chosen.
    ///
    /// A list that nothing was ever selected in selects its first item if the operator is at it.
    pub fn follow(&mut self, rows: &Rows<Id>, around: Option<&Id>, here: bool) {
        let first = !self.begun && here && self.selected.is_none() && rows.length > 0;
        if first || self.coming {
            let index = self.index.min(rows.length.saturating_sub(1));
            if let Some(id) = rows.get(index) {
                self.select(id.clone(), index);
            }
        }
        let Some(selected) = &self.selected else {
            self.index = self.index.min(rows.length.saturating_sub(1));
            return;
        };
        match rows.place_of(selected) {
            Some(place) => self.index = place,
            None if rows.is_whole() || around == Some(selected) => self.selected = None,
            // Read before it was selected: the next rows will tell.
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(ids: &[u32]) -> Rows<u32> {
        Rows::all(ids.to_vec())
    }

    /// The rows from that number on of a list of a thousand, each with its number as its id.
    fn some_of_a_thousand(first: usize) -> Rows<usize> {
        Rows {
            first,
            length: 1_000,
            read: (first..first + 30).collect(),
            whole: false,
        }
    }

    #[test]
    fn a_row_that_was_not_read_yet_is_selected_when_it_comes() {
        let mut cursor = Cursor::default();
        cursor.follow(&some_of_a_thousand(0), None, true);
        cursor.go(Motion::Last, &some_of_a_thousand(0));
        assert_eq!((cursor.selected, cursor.index), (None, 999));
        cursor.go(Motion::Up, &some_of_a_thousand(0));
        cursor.follow(&some_of_a_thousand(970), None, true);
        assert_eq!((cursor.selected, cursor.index), (Some(998), 998));
    }

    #[test]
    fn only_rows_that_were_read_around_the_selected_show_that_it_is_gone() {
        let mut cursor = Cursor::default();
        cursor.select(500, 500);
        cursor.follow(&some_of_a_thousand(0), Some(&3), true);
        assert_eq!(
            (cursor.selected, cursor.index),
            (Some(500), 500),
            "read before"
        );
        cursor.follow(&some_of_a_thousand(501), Some(&500), true);
        assert_eq!(cursor.selected, None);
    }

    #[test]
    fn the_selection_moves_with_its_item() {
        let mut cursor = Cursor::default();
        cursor.follow(&all(&[1, 2, 3]), None, true);
        assert_eq!(cursor.selected, Some(1), "the first list selects its first");
        cursor.go(Motion::Down, &all(&[1, 2, 3]));
        cursor.follow(&all(&[0, 1, 2, 3]), None, true);
        assert_eq!((cursor.selected, cursor.index), (Some(2), 2));
    }

    #[test]
    fn when_the_item_leaves_nothing_is_selected_until_the_operator_moves() {
        let mut cursor = Cursor::default();
        cursor.follow(&all(&[1, 2, 3]), None, true);
        cursor.follow(&all(&[2, 3]), None, true);
        assert_eq!(cursor.selected, None);
        cursor.go(Motion::Down, &all(&[2, 3]));
        assert_eq!(cursor.selected, Some(2), "what took its place");
    }

    #[test]
    fn no_step_leaves_the_list() {
        for motion in [
            Motion::Down,
            Motion::Up,
            Motion::PageDown,
            Motion::PageUp,
            Motion::First,
            Motion::Last,
        ] {
            assert_eq!(motion.from(99, 0), 0, "{motion:?} in an empty list");
            assert!(motion.from(99, 3) < 3, "{motion:?} from behind the end");
        }
    }
}
