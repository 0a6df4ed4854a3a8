//! Messages to the model: keys, snapshots of the floor, answers, the clock.

use crossterm::event::{KeyEvent, MouseEvent};
use engine::traffic::Taken;
use shared::contact::Contact;
use shared::time::Millis;

use super::detail::Study;
use super::floor::Poll;
use super::window::Window;
use crate::request::{NotDone, Request};
use shared::figures::Figures;
use shared::text::AcdName;

/// How a demo session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoEnd {
    /// How many of its agents remain; none if unknown.
    pub left: Option<usize>,
    /// What it did to contacts when it ended.
    pub taken: Taken,
}

impl DemoEnd {
    /// Makes the end of a session that had no contacts to clean up.
    pub fn with(left: Option<usize>) -> Self {
        Self {
            left,
            taken: Taken::default(),
        }
    }
}

/// A message to the console.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted. It is inserted where text is being typed, and never acts as keys.
    Pasted(String),
    /// A mouse event, at that time by this machine's clock.
    Mouse(MouseEvent, Millis),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// A second of this machine's clock began.
    Second(Millis),
    /// The ACD was reached, and has this name.
    Opened(AcdName),
    /// A snapshot of the floor.
    Polled(Box<Poll>),
    /// The floor could not be read.
    StoreUnavailable {
        /// When the store last answered, by this machine's clock; if it never did, when it was first
        /// asked.
        since: Millis,
        /// The reason the store gave.
        why: String,
    },
    /// The console cannot start, and retrying would not help: why, and the remedy.
    CannotBegin(String),
    /// The ACD's answer about one contact or agent.
    Studied(Box<Study>),
    /// The ACD's answer about the contact that a typed command names, or a sentence that says why
    /// it is not known.
    Found {
        /// The line.
        line: String,
        /// The contact.
        found: Result<Box<Contact>, String>,
    },
    /// The service figures of a window; none if the request failed.
    Measured(Window, Option<Box<Figures>>),
    /// The series has injected this many contacts so far.
    Injected(u32),
    /// The series ended.
    InjectionEnded {
        /// The number of contacts created.
        made: u32,
        /// The failure, if there was one.
        why: Option<String>,
    },
    /// The demo session ended, or could not start for this reason.
    DemoEnded(Result<DemoEnd, String>),
    /// A request was answered.
    Answered {
        /// The request.
        request: Request,
        /// A sentence that says what was done, or why it is not reported as done.
        answer: Result<String, NotDone>,
    },
}
