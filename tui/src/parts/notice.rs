//! A message to whoever is at the screen.

use shared::time::Millis;

use crate::text::{clean, fit};
use crate::theme::Role;

/// The most lines of a notice. A longer one is shortened in its middle.
const MOST_LINES: usize = 2;

/// A message to the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// Whether something was refused or failed.
    pub bad: bool,
    /// When it disappears, by this machine's clock.
    pub until: Millis,
}

impl Notice {
    /// Returns its lines on a screen of that width, and how they are drawn.
    pub(crate) fn lines(&self, width: u16) -> (Vec<String>, Role) {
        let (mark, role) = if self.bad {
            ("!", Role::Bad)
        } else {
            ("▸", Role::Focus)
        };
        let room = usize::from(width.saturating_sub(3));
        let lines = fit(&clean(&self.text), room, MOST_LINES);
        let marks = std::iter::once(mark).chain(std::iter::repeat(" "));
        let lines = marks
            .zip(lines)
            .map(|(mark, line)| format!(" {mark} {line}"));
        (lines.collect(), role)
    }
}
