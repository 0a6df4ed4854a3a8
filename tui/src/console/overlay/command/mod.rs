//! The command prompt: its history, its completions, and the commands.

mod update;
pub mod verbs;
mod view;

pub(super) use self::update::act;
pub(crate) use self::update::{found, open, replace};
pub(super) use self::view::{draw, target_at};
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
