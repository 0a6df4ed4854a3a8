//! The effects of the console, as values: `update` returns them, the runtime performs them.

use super::subject::Subject;
use super::window::Window;
use crate::find::ContactName;
use crate::request::Request;
use crate::series::Series;
use shared::time::Millis;

/// One effect of the console.
pub type Effect = crate::parts::effect::Effect<Task>;

/// What the console has to start outside the terminal.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Sends a request to the ACD.
    Ask(Request),
    /// Requests one contact or agent from the ACD, for the detail.
    Study {
        /// The contact or agent.
        subject: Subject,
        /// Whether to request its past events too.
        past: bool,
    },
    /// Asks the ACD which contact a typed command names.
    Find {
        /// The contact's name, as typed.
        name: ContactName,
        /// The whole command line.
        line: String,
    },
    /// Polls the floor now, even during a backoff.
    PollNow,
    /// Requests the service figures.
    Measure {
        /// The window.
        window: Window,
        /// The start of the window.
        since: Millis,
    },
    /// Injects contacts one after another and reports the progress.
    Inject(Series),
    /// Stops injecting them.
    StopInjecting,
    /// Starts or stops the demo session.
    Demo(Switch),
    /// Adds a command to the stored history.
    Remember(String),
}

/// Whether to start or stop something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Starts it.
    Start,
    /// Stops it.
    Stop,
}
