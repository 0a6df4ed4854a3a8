//! The command line within the console, with the words of the one outside: `agent agent:7
//! available`, `inject English,Billing x5 p2 @60`, `skills agent:7 +French`, `acd close`, `quit`.

mod complete;
mod known;
mod parser;
mod words;

use shared::agent::AgentId;
use shared::contact::{ContactId, Priority};
use shared::skill::Skill;

pub use self::complete::{Candidate, candidates, completion};
pub use self::parser::parse;
use crate::effect::Switch;
use crate::find::ContactName;
use crate::model::sort::Column;
use crate::model::window::Window;
use crate::request::Request;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Something of the ACD.
    Ask(Request),
    /// To ask the ACD first which contact is meant by a name.
    Find {
        /// The name.
        name: ContactName,
        /// Where it stands in the line.
        at: usize,
    },
    /// To look at a contact.
    Look(ContactId),
    /// To end these contacts, which is asked about first.
    Cancel(Vec<ContactId>),
    /// To complete these contacts, which is asked about first.
    Complete(Vec<ContactId>),
    /// To take these contacts from their agents, which is asked about first.
    Requeue(Vec<ContactId>),
    /// To change the priority of these contacts; of several it is asked about first.
    Priority(Vec<ContactId>, Priority),
    /// To delete an agent, which is asked about first.
    DeleteAgent(AgentId),
    /// To take a skill from everybody, which is asked about first.
    DeleteSkill(Skill),
    /// To filter the pane with the keys.
    Filter(String),
    /// To sort the pane with the keys: by which column, and whether the greatest comes first;
    /// none for the floor's own order.
    Sort(Option<(Column, Option<bool>)>),
    /// Other service figures.
    Window(Window),
    /// To open or close the ACD, which is asked about first.
    Acd {
        /// Whether it shall be open.
        open: bool,
    },
    /// To start or stop the demo session.
    Demo(Switch),
    /// To stop the series of injections.
    StopInjecting,
    /// To hold the display, or let it go on.
    Pause,
    /// The keys.
    Help,
    /// To leave.
    Quit,
}

/// The verbs with what follows them.
pub const VERBS: [(&str, &str); 19] = [
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
    ("contact", "contact c-1a2b3c4d: look at it"),
    ("delete", "delete agent agent:7 | delete skill \"Tier 2\""),
    ("demo", "demo start | demo stop"),
    ("filter", "filter wait>30s; filter alone clears it"),
    ("help", "help"),
    (
        "inject",
        "inject English,Billing x20 p2 @60; inject any; inject stop",
    ),
    ("pause", "pause"),
    (
        "priority",
        "priority 2 [c-1a2b3c4d]; alone: the selected or marked",
    ),
    ("quit", "quit"),
    ("rename", "rename agent:7 Ada \"King Noel\""),
    (
        "requeue",
        "requeue [c-1a2b3c4d]; alone: the selected or marked",
    ),
    ("skills", "skills agent:7 +French -\"Tier 2\""),
    (
        "sort",
        "sort wait [up | down]; sort alone: the floor's own order",
    ),
    ("window", "window 15m | 30m | 60m | today"),
];

fn verbs() -> String {
    let names: Vec<&str> = VERBS.iter().map(|(verb, _)| *verb).collect();
    format!("use {}", names.join(", "))
}

/// Gives how a verb is used, if the line begins with one.
pub fn usage(text: &str) -> String {
    let verb = text.split_whitespace().next().unwrap_or_default();
    let known = VERBS.iter().find(|(name, _)| *name == verb);
    known.map_or_else(verbs, |(_, usage)| (*usage).to_owned())
}
