//! Whether the store answers.

use shared::time::Millis;

/// Whether the store answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// No answer yet.
    Connecting,
    /// It answers.
    Live,
    /// It stopped answering; what is shown dates from then.
    Down {
        /// Since when, by this machine's clock.
        since: Millis,
        /// The reason the store gave.
        why: String,
    },
}

impl Link {
    /// Returns whether what is shown may be outdated.
    pub(crate) fn is_down(&self) -> bool {
        matches!(self, Self::Down { .. })
    }
}
