//! The command prompt with its history, and the help with its search.

use crate::parts::input::InputLine;
use crate::query::Wrong;

/// A command being typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommandPrompt {
    /// The text typed so far.
    pub line: InputLine,
    /// How many steps back in the history it is from; 0 if it is new.
    pub back: usize,
    /// What is wrong with it.
    pub wrong: Option<Wrong>,
    /// The line for which the ACD is being asked for a contact, and the offset of the contact's
    /// name in it.
    pub asking: Option<(String, usize)>,
}

/// The help overlay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Help {
    /// How many lines it is scrolled down.
    pub scroll: usize,
    /// Only keys that contain this text are shown.
    pub search: InputLine,
    /// Whether the search text is being typed.
    pub searching: bool,
}
