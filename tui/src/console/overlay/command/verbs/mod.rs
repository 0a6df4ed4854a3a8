//! The console's command line, with the words of the shell commands: `agent agent:7 available`,
//! `inject English,Billing x5 p2 @60`, `skills agent:7 +French`, `acd close`, `quit`.

mod complete;
mod known;
mod offers;
mod parser;
mod settings;
mod words;

use shared::agent::AgentId;
use shared::contact::{ContactId, Priority};
use shared::skill::Skill;

pub use self::complete::{Candidate, candidates, completion};
pub use self::parser::parse;
use crate::console::effect::Switch;
use crate::console::sort::Column;
use crate::console::window::Window;
use crate::find::ContactName;
use crate::request::Request;

/// A parsed command.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A request to the ACD.
    Ask(Request),
    /// Asks the ACD first which contact is named.
    Find {
        /// The name.
        name: ContactName,
        /// Its position in the line.
        at: usize,
    },
    /// Opens the detail of a contact.
    ShowContact(ContactId),
    /// Cancels contacts, after a question.
    Cancel(Vec<ContactId>),
    /// Completes contacts, after a question.
    Complete(Vec<ContactId>),
    /// Requeues contacts, after a question.
    Requeue(Vec<ContactId>),
    /// Changes the priority of contacts; after a question if there are several.
    Priority(Vec<ContactId>, Priority),
    /// Deletes an agent, after a question.
    DeleteAgent(AgentId),
    /// Removes a skill from every agent, after a question.
    DeleteSkill(Skill),
    /// Filters the focused pane.
    Filter(String),
    /// Sorts the focused pane: by which column, and whether in descending order; none restores the
    /// floor's own order.
    Sort(Option<(Column, Option<bool>)>),
    /// Switches the window of the service figures.
    Window(Window),
    /// Opens or closes the ACD, after a question.
    Acd {
        /// Whether to open it.
        open: bool,
    },
    /// Starts or stops the demo session.
    Demo(Switch),
    /// Stops the series of injections.
    StopInjecting,
    /// Pauses or resumes the display.
    Pause,
    /// Shows the help.
    Help,
    /// Quits.
    Quit,
}

/// The verbs with their arguments.
pub const VERBS: &[(&str, &str)] = &[
    ("accept", "accept c-1a2b3c4d agent:7"),
    ("acd", "acd open | acd close"),
    ("add", "add agent:9 Ada Lovelace English,\"Tier 2\""),
    ("agent", "agent agent:7 available | unavailable [reason]"),
    (
        "cancel",
        "cancel [c-1a2b3c4d]; alone: the selected or marked",
    ),
    (
        "complete",
        "complete [c-1a2b3c4d]; alone: the selected or marked",
    ),
    ("contact", "contact c-1a2b3c4d: open its detail"),
    (
        "delete",
        "delete agent agent:7 | skill \"Tier 2\" | type billing",
    ),
    ("demo", "demo start | demo stop"),
    ("disposition", "disposition c-1a2b3c4d sold note=pays later"),
    ("filter", "filter wait>30s; filter alone clears it"),
    ("help", "help"),
    (
        "inject",
        "inject English,Billing x20 p2 @60; type=billing; any; stop",
    ),
    ("pause", "pause"),
    (
        "priority",
        "priority 2 [c-1a2b3c4d]; alone: the selected or marked",
    ),
    ("quit", "quit"),
    ("reject", "reject c-1a2b3c4d agent:7 [reason]"),
    ("rename", "rename agent:7 Ada \"King Noel\""),
    (
        "requeue",
        "requeue [c-1a2b3c4d]; alone: the selected or marked",
    ),
    (
        "set",
        "set short_abandon_s=10 reasons=lunch,break priority=",
    ),
    ("skills", "skills agent:7 +French -\"Tier 2\""),
    (
        "sort",
        "sort wait [up | down]; sort alone: the default order",
    ),
    (
        "type",
        "type billing skills=English,\"Tier 2\"; type billing: show it",
    ),
    ("types", "types"),
    ("window", "window 15m | 30m | 60m | today"),
    (
        "wrap-up",
        "wrap-up agent:7: it is done; wrap-up agent:7 60: longer",
    ),
];

fn verbs() -> String {
    let names: Vec<&str> = VERBS.iter().map(|(verb, _)| *verb).collect();
    format!("use {}", names.join(", "))
}

/// Returns the usage of a verb, if the line begins with one.
pub fn usage(text: &str) -> String {
    let verb = text.split_whitespace().next().unwrap_or_default();
    let known = VERBS.iter().find(|(name, _)| *name == verb);
    known.map_or_else(verbs, |(_, usage)| (*usage).to_owned())
}
