//! A place in a list that changes under the operator's eyes: held by identity, not by number.

/// A place in a list of items with identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<Id> {
    /// The selected item, if any.
    pub selected: Option<Id>,
    /// Where it is in the list, or was last.
    pub index: usize,
    /// Whether something has ever been selected: the first list selects its first item, later
    /// lists select nothing by themselves.
    begun: bool,
}

impl<Id> Default for Cursor<Id> {
    fn default() -> Self {
        Self {
            selected: None,
            index: 0,
            begun: false,
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
    /// Moves to another item of the list.
    pub fn go(&mut self, motion: Motion, ids: &(impl ExactSizeIterator<Item = Id> + Clone)) {
        if ids.len() == 0 {
            self.selected = None;
            return;
        }
        // After the selected item left, the first step selects whatever took its place.
        let lost = self.selected.is_none() && matches!(motion, Motion::Down | Motion::Up);
        self.index = if lost {
            self.index.min(ids.len() - 1)
        } else {
            motion.from(self.index, ids.len())
        };
        self.begun = true;
        self.selected = ids.clone().nth(self.index);
    }

    /// Selects an item that is known to be at that place.
    pub fn select(&mut self, id: Id, index: usize) {
        self.begun = true;
        self.selected = Some(id);
        self.index = index;
    }

    /// Finds the selected item in a new list. If it is gone, nothing is selected: an action must
    /// never fall on another item than the one that was chosen.
    pub fn follow(&mut self, ids: &(impl ExactSizeIterator<Item = Id> + Clone)) {
        if !self.begun && ids.len() > 0 {
            self.begun = true;
            self.selected = ids.clone().next();
        }
        let Some(selected) = &self.selected else {
            self.index = self.index.min(ids.len().saturating_sub(1));
            return;
        };
        match ids.clone().position(|id| id == *selected) {
            Some(index) => self.index = index,
            None => self.selected = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_moves_with_its_item() {
        let mut cursor = Cursor::default();
        cursor.follow(&[1, 2, 3].into_iter());
        assert_eq!(cursor.selected, Some(1), "the first list selects its first");
        cursor.go(Motion::Down, &[1, 2, 3].into_iter());
        cursor.follow(&[0, 1, 2, 3].into_iter());
        assert_eq!((cursor.selected, cursor.index), (Some(2), 2));
    }

    #[test]
    fn when_the_item_leaves_nothing_is_selected_until_the_operator_moves() {
        let mut cursor = Cursor::default();
        cursor.follow(&[1, 2, 3].into_iter());
        cursor.follow(&[2, 3].into_iter());
        assert_eq!(cursor.selected, None);
        cursor.go(Motion::Down, &[2, 3].into_iter());
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
