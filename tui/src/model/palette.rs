//! The prompt in which commands are typed, the commands of before, and the help with its search.

use super::line::Line;
use crate::query::Wrong;

/// A command that is being typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommandPrompt {
    /// What has been typed.
    pub line: Line,
    /// How many commands back it was taken from; 0 if it is new.
    pub back: usize,
    /// What is wrong with it.
    pub wrong: Option<Wrong>,
    /// The line for which the ACD is asked which contact is meant, and where its name stands.
    pub asking: Option<(String, usize)>,
}

/// The keys, shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Help {
    /// How many lines it is scrolled down.
    pub scroll: usize,
    /// Only keys with this text are shown.
    pub search: Line,
    /// Whether that text is being typed.
    pub searching: bool,
}
