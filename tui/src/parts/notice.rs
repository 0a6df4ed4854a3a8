//! A message to whoever is at the screen.

use shared::time::Millis;

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
