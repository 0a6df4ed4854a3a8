//! What the model wants done, as values: `update` names effects, the runtime performs them.

use crate::find::ContactName;
use crate::model::detail::Subject;
use crate::model::window::Window;
use crate::request::Request;
use crate::series::Series;
use shared::time::Millis;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Draw the model: something in it changed.
    Draw,
    /// Draw every cell anew, whatever the terminal shows.
    Repaint,
    /// Ask the ACD for something.
    Ask(Request),
    /// Ask the ACD about one contact or agent, to show it closely.
    Study {
        /// Which.
        subject: Subject,
        /// Whether its events of the past are wanted too.
        past: bool,
    },
    /// Ask the ACD which contact is meant, for the command that was typed.
    Find {
        /// As it was named.
        name: ContactName,
        /// The whole line of the command.
        line: String,
    },
    /// Look at the floor now, even if a retry is some time off.
    LookNow,
    /// Ask for the service figures.
    Measure {
        /// Of which window.
        window: Window,
        /// Since when that is.
        since: Millis,
    },
    /// Inject contacts one after the other, and tell how far it is.
    Inject(Series),
    /// Inject no more of them.
    StopInjecting,
    /// Start the demo session, or stop it.
    Demo(Switch),
    /// Keep a command for later sessions.
    Remember(String),
    /// Take the mouse from the terminal, or leave it to it.
    Mouse(bool),
    /// Give the terminal back and stop until somebody continues the program.
    Suspend,
    /// Leave.
    Quit,
}

/// What becomes of something that can run or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It starts.
    Start,
    /// It stops.
    Stop,
}
