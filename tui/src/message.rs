//! What the model is told: keys, looks at the floor, answers, the passing of time.

use crossterm::event::{KeyEvent, MouseEvent};
use engine::traffic::Taken;
use shared::contact::Contact;
use shared::time::Millis;

use crate::model::detail::Study;
use crate::model::floor::Look;
use crate::model::window::Window;
use crate::request::Request;
use shared::figures::Figures;
use shared::text::AcdName;

/// How a demo session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoEnd {
    /// How many of its agents are there still; none if that cannot be told.
    pub left: Option<usize>,
    /// What it did to contacts when it left.
    pub taken: Taken,
}

impl DemoEnd {
    /// One that had no contacts to do anything to.
    pub fn with(left: Option<usize>) -> Self {
        Self {
            left,
            taken: Taken::default(),
        }
    }
}

/// One thing that happened to the console.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted. It is typed where something is typed, and is never a key.
    Pasted(String),
    /// The mouse did something, at that time by this machine's clock.
    Mouse(MouseEvent, Millis),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// A second of this machine's clock began.
    Second(Millis),
    /// The ACD was reached, and is called that.
    Opened(AcdName),
    /// The floor was looked at.
    Looked(Box<Look>),
    /// The floor could not be looked at.
    StoreAway {
        /// When, by this machine's clock.
        at: Millis,
        /// Why, in the words of the store.
        why: String,
    },
    /// The console cannot begin, and waiting would not help: why, with the remedy.
    CannotBegin(String),
    /// The ACD said what it knows of one contact or agent.
    Studied(Box<Study>),
    /// The ACD said which contact is meant by the command of that line, or the sentence that says
    /// why that cannot be told.
    Found {
        /// The line.
        line: String,
        /// The contact.
        found: Result<Box<Contact>, String>,
    },
    /// The service figures of a window came, unless the store did not give them.
    Measured(Window, Option<Box<Figures>>),
    /// So many contacts of the series were injected by now.
    Injected(u32),
    /// The series came to its end.
    InjectionEnded {
        /// How many contacts were made.
        made: u32,
        /// What failed, if something did.
        why: Option<String>,
    },
    /// The demo session came to its end; or there was none, with the reason.
    DemoEnded(Result<DemoEnd, String>),
    /// A request came to an end.
    Answered {
        /// What was asked.
        request: Request,
        /// What became of it: a sentence, or the sentence that refused it.
        answer: Result<String, String>,
    },
}
