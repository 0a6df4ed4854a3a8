//! A cursor in a list that changes while the operator looks at it. It holds the item's identity,
//! not its row number.

use shared::time::Millis;

use super::rows::Rows;

/// A cursor in a list of items with identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<Id> {
    /// The selected item, if any.
    pub selected: Option<Id>,
    /// Its current or last row number.
    pub index: usize,
    /// Whether anything was ever selected. From then on, lists select nothing by themselves.
    begun: bool,
    /// Whether to select the row at `index` as soon as it has been read.
    coming: bool,
    /// The selected item, if it has left the list and its row is still shown.
    gone: Option<Gone<Id>>,
}

/// A selected item that has left the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Gone<Id> {
    id: Id,
    /// When it was noticed; none until then.
    since: Option<Millis>,
}

impl<Id> Default for Cursor<Id> {
    fn default() -> Self {
        Self {
            selected: None,
            index: 0,
            begun: false,
            coming: false,
            gone: None,
        }
    }
}

/// A step through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// To the next item.
    Down,
    /// To the previous item.
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
    /// The number of items in a page. It is fixed, so that a step does not depend on the drawing.
    pub const PAGE: usize = 10;

    /// Returns the index that the step leads to from `index` in a list of `length`.
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

impl<Id> Cursor<Id> {
    /// Returns the selected item that has left the list, while its row is still shown.
    pub fn gone(&self) -> Option<&Id> {
        self.gone.as_ref().map(|gone| &gone.id)
    }

    /// Returns when the selected item was noticed to have left.
    pub(crate) fn gone_since(&self) -> Option<Millis> {
        self.gone.as_ref()?.since
    }

    /// Records when the selected item was noticed to have left.
    pub(crate) fn note_gone(&mut self, now: Millis) {
        if let Some(gone) = &mut self.gone {
            gone.since.get_or_insert(now);
        }
    }

    /// Returns how many rows are shown for `rows` items: one more if the row of an item that left
    /// is still shown.
    pub fn rows_shown(&self, rows: usize) -> usize {
        rows + usize::from(self.gone.is_some())
    }

    /// Returns the item number shown at `place`; none for the row of an item that left.
    pub fn row_at(&self, place: usize) -> Option<usize> {
        match &self.gone {
            Some(_) if place == self.index => None,
            Some(_) if place > self.index => Some(place - 1),
            _ => Some(place),
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
        let gone = self.gone.take().is_some();
        let nothing = self.selected.is_none() && !self.coming;
        let last = rows.length - 1;
        self.index = match motion {
            // The item below a row that has gone now has its index.
            Motion::Up if gone => self.index.saturating_sub(1).min(last),
            Motion::Down | Motion::Up if nothing => self.index.min(last),
            _ => motion.from(self.index, rows.length),
        };
        self.begun = true;
        self.selected = rows.get(self.index).cloned();
        self.coming = self.selected.is_none();
    }

    /// Selects the first row, now or as soon as it has been read.
    pub fn begin(&mut self, rows: &Rows<Id>) {
        self.go(Motion::First, rows);
        self.coming = self.selected.is_none();
    }

    /// Selects the neighbour of an item that has left. Returns whether there is one.
    pub(crate) fn select_neighbour(&mut self, rows: &Rows<Id>) -> bool {
        self.gone = None;
        if rows.length == 0 {
            // The next item that arrives is selected, as in a list seen for the first time.
            self.begun = false;
            return false;
        }
        self.index = self.index.min(rows.length - 1);
        self.selected = rows.get(self.index).cloned();
        self.coming = self.selected.is_none();
        true
    }

    /// Selects an item that is known to be at `index`.
    pub fn select(&mut self, id: Id, index: usize) {
        self.begun = true;
        self.gone = None;
        self.coming = false;
        self.selected = Some(id);
        self.index = index;
    }

    /// Finds the selected item in new rows. `around` is the item that they were read around, if
    /// any. If the selected item has left, nothing is selected: an action must never fall on
    /// another item than the one chosen.
    ///
    /// A list in which nothing was ever selected selects its first item if it has the focus
    /// (`here`).
    pub fn follow(&mut self, rows: &Rows<Id>, around: Option<&Id>, here: bool) {
        let first = !self.begun && here && self.selected.is_none() && rows.length > 0;
        if first || self.coming {
            let index = self.index.min(rows.length.saturating_sub(1));
            if let Some(id) = rows.get(index) {
                self.select(id.clone(), index);
            }
        }
        // An item can come back: a contact by a requeue, an agent by a change that matches the
        // filter.
        if let Some(place) = self.gone().and_then(|gone| rows.place_of(gone)) {
            self.selected = self.gone.take().map(|gone| gone.id);
            self.index = place;
        }
        let Some(selected) = &self.selected else {
            let last = self.rows_shown(rows.length).saturating_sub(1);
            self.index = self.index.min(last);
            return;
        };
        match rows.place_of(selected) {
            Some(place) => self.index = place,
            None if rows.is_whole() || around == Some(selected) => {
                self.index = self.index.min(rows.length);
                self.gone = self.selected.take().map(|id| Gone { id, since: None });
            }
            // These rows were read before it was selected. The next ones will show it.
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

    /// Makes the rows of a list of a thousand from `first` on. The id of each is its number.
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

    /// Makes a cursor on the middle one of three items, which then leaves.
    fn left_alone() -> Cursor<u32> {
        let mut cursor = Cursor::default();
        cursor.follow(&all(&[1, 2, 3]), None, true);
        cursor.go(Motion::Down, &all(&[1, 2, 3]));
        cursor.follow(&all(&[1, 3]), None, true);
        assert_eq!((cursor.selected, cursor.gone()), (None, Some(&2)));
        cursor
    }

    #[test]
    fn the_row_of_an_item_that_left_stays_between_its_neighbours() {
        let cursor = left_alone();
        assert_eq!(cursor.rows_shown(2), 3);
        let shown: Vec<Option<usize>> = (0..3).map(|place| cursor.row_at(place)).collect();
        assert_eq!(shown, [Some(0), None, Some(1)]);
    }

    #[test]
    fn from_the_row_of_an_item_that_left_a_step_goes_to_its_neighbours() {
        for (motion, selected) in [
            (Motion::Down, 3),
            (Motion::Up, 1),
            (Motion::First, 1),
            (Motion::Last, 3),
        ] {
            let mut cursor = left_alone();
            cursor.go(motion, &all(&[1, 3]));
            let now = (cursor.selected, cursor.gone());
            assert_eq!(now, (Some(selected), None), "{motion:?}");
        }
        let mut cursor = left_alone();
        assert!(cursor.select_neighbour(&all(&[1, 3])));
        assert_eq!((cursor.selected, cursor.index), (Some(3), 1));
    }

    #[test]
    fn an_item_that_comes_back_is_selected_again() {
        let mut cursor = left_alone();
        cursor.follow(&all(&[0, 1, 2, 3]), None, true);
        let now = (cursor.selected, cursor.index, cursor.gone());
        assert_eq!(now, (Some(2), 2, None));
    }

    #[test]
    fn after_the_last_item_left_the_next_that_comes_is_selected() {
        let mut cursor = Cursor::default();
        cursor.follow(&all(&[1]), None, true);
        cursor.follow(&all(&[]), None, true);
        assert_eq!((cursor.gone(), cursor.rows_shown(0)), (Some(&1), 1));
        assert!(!cursor.select_neighbour(&all(&[])));
        cursor.follow(&all(&[9]), None, true);
        assert_eq!(cursor.selected, Some(9));
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
