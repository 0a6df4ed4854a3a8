//! Whether the store answers.

use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use shared::time::Millis;

use crate::text::{clean, fit, time_of_day};

/// Whether the store answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// No answer yet.
    Connecting,
    /// It answers.
    Live,
    /// It stopped answering.
    Down {
        /// When it last answered, by this machine's clock: how old what is shown is. If it never
        /// answered, when it was first asked.
        since: Millis,
        /// When the screen noticed, by this machine's clock. Shown times stop here, not at the last
        /// answer: they went on until now, and must not go back.
        noticed: Millis,
        /// The reason the store gave.
        why: String,
    },
}

/// The lines that the banner may take on any screen. On a higher one it may take a third, so that
/// no remedy is cut. A text that is still longer is shortened in its middle.
const LINES: u16 = 2;

impl Link {
    /// Returns the lines that say since when and why the store is unavailable, and what helps; none
    /// while it answers. They are for a whole screen of that size, from its second column on.
    pub(crate) fn banner(&self, zone: &TimeZone, remedy: &str, screen: Rect) -> Vec<String> {
        let Self::Down { since, why, .. } = self else {
            return vec![];
        };
        let (since, why) = (time_of_day(*since, zone), clean(why));
        let text = format!("! store unavailable since {since}: {why} ({remedy})");
        let most = LINES.max(screen.height / 3);
        fit(
            &text,
            usize::from(screen.width.saturating_sub(1)),
            most.into(),
        )
    }

    /// Notes that the store did not answer. A later failure of the same outage changes only the
    /// reason.
    pub(crate) fn fail(&mut self, since: Millis, clock: Millis, why: String) {
        let (since, noticed) = match self {
            Self::Down { since, noticed, .. } => (*since, *noticed),
            Self::Connecting | Self::Live => (since, clock),
        };
        *self = Self::Down {
            since,
            noticed,
            why,
        };
    }

    /// Returns this machine's time up to which waits are shown: they stop while the store is
    /// unavailable.
    pub(crate) fn shown_until(&self, clock: Millis) -> Millis {
        match self {
            Self::Down { noticed, .. } => *noticed,
            Self::Connecting | Self::Live => clock,
        }
    }

    /// Returns whether what is shown may be outdated.
    pub(crate) fn is_down(&self) -> bool {
        matches!(self, Self::Down { .. })
    }
}
