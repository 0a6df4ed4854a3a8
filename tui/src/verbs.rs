//! The command line within the console, with the words of the one outside: `agent agent:7
//! available`, `inject English,Billing x5 p2`, `acd close`, `filter wait>30s`, `quit`.

use shared::agent::{AgentId, AgentState, Presence};
use shared::contact::Priority;

use crate::effect::Request;
use crate::model::Model;
use crate::model::dialog::{Dialog, complete, skills_of};
use crate::query::Wrong;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Something of the ACD.
    Ask(Request),
    /// To filter the pane with the keys.
    Filter(String),
    /// To open or close the ACD, which is asked about first.
    Acd {
        /// Whether it shall be open.
        open: bool,
    },
    /// To hold the display, or let it go on.
    Pause,
    /// The keys.
    Help,
    /// To leave.
    Quit,
}

/// The verbs with what follows them.
pub const VERBS: [(&str, &str); 7] = [
    ("acd", "acd open | acd close"),
    ("agent", "agent agent:7 available | unavailable [reason]"),
    ("filter", "filter wait>30s; filter alone clears it"),
    ("help", "help"),
    ("inject", "inject English,Billing x5 p2; inject any"),
    ("pause", "pause"),
    ("quit", "quit"),
];

/// Reads a line.
pub fn parse(text: &str, model: &Model) -> Result<Command, Wrong> {
    let words = words(text);
    let Some((at, verb)) = words.first().copied() else {
        return wrong(0, &verbs());
    };
    let rest = &words[1..];
    match verb {
        "acd" => acd(text, rest),
        "agent" => agent(text, rest, model),
        "filter" => {
            let typed = text.trim_start().strip_prefix("filter").unwrap_or_default();
            Ok(Command::Filter(typed.trim().to_owned()))
        }
        "help" => Ok(Command::Help),
        "inject" => inject(rest),
        "pause" => Ok(Command::Pause),
        "quit" | "q" => Ok(Command::Quit),
        _ => wrong(at, &format!("no such command; {}", verbs())),
    }
}

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

/// Gives the words with their places in characters.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = vec![];
    let mut start: Option<(usize, usize)> = None;
    for (at, (byte, c)) in text.char_indices().enumerate() {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some((at, byte)),
            (true, Some((from, first))) => {
                words.push((from, &text[first..byte]));
                start = None;
            }
            _ => {}
        }
    }
    if let Some((from, first)) = start {
        words.push((from, &text[first..]));
    }
    words
}

fn wrong<T>(at: usize, says: &str) -> Result<T, Wrong> {
    Err(Wrong {
        at,
        says: says.to_owned(),
    })
}

fn end(text: &str) -> usize {
    text.trim_end().chars().count()
}

fn acd(text: &str, rest: &[(usize, &str)]) -> Result<Command, Wrong> {
    match rest {
        [(_, "open")] => Ok(Command::Acd { open: true }),
        [(_, "close")] => Ok(Command::Acd { open: false }),
        _ => wrong(
            rest.first().map_or(end(text), |(at, _)| *at),
            "use acd open or acd close",
        ),
    }
}

fn agent(text: &str, rest: &[(usize, &str)], model: &Model) -> Result<Command, Wrong> {
    let rule = "use agent agent:7 available, agent agent:7 unavailable lunch";
    let [(at, id), (said_at, said), reason @ ..] = rest else {
        return wrong(end(text), rule);
    };
    let agent = agent_id(id, *at)?;
    let presence = match (*said, reason) {
        ("available", []) => Presence::Available,
        ("unavailable", []) => Presence::Unavailable(None),
        ("unavailable", [(at, _), ..]) => {
            let names: Vec<&str> = reason.iter().map(|(_, word)| *word).collect();
            let reason = names.join(" ").parse();
            Presence::Unavailable(Some(reason.map_err(|why| refused(*at, &why))?))
        }
        _ => return wrong(*said_at, rule),
    };
    let agents = model.floor().map_or(&[][..], |floor| &floor.agents);
    let busy = agents
        .iter()
        .any(|row| row.id == agent && matches!(row.state, AgentState::Busy { .. }));
    Ok(Command::Ask(Request::SetPresence {
        agent,
        presence,
        busy,
    }))
}

/// Reads an agent's id; of `agent:7` the number will do.
fn agent_id(text: &str, at: usize) -> Result<AgentId, Wrong> {
    let whole = if text.chars().all(|c| c.is_ascii_digit()) {
        format!("agent:{text}")
    } else {
        text.to_owned()
    };
    whole.parse().map_err(|why| refused(at, &why))
}

fn refused(at: usize, why: &shared::text::Invalid) -> Wrong {
    Wrong {
        at,
        says: why.to_string(),
    }
}

fn inject(rest: &[(usize, &str)]) -> Result<Command, Wrong> {
    let (mut skills, mut count, mut priority) = (vec![], 1, Priority::default());
    for (at, word) in rest {
        let number = |mark: char| word.strip_prefix(mark).filter(|rest| is_number(rest));
        if let Some(times) = number('x') {
            let allowed = 1..=Dialog::MOST_AT_ONCE;
            count = match times.parse() {
                Ok(times) if allowed.contains(&times) => times,
                _ => return wrong(*at, "use x1 to x1000"),
            };
        } else if let Some(urgency) = number('p') {
            let Ok(urgency) = urgency.parse() else {
                return wrong(*at, "use p0 to p255");
            };
            priority = Priority(urgency);
        } else if *word != "any" {
            let named = skills_of(word).map_err(|says| Wrong { at: *at, says })?;
            skills.extend(named);
        }
    }
    Ok(Command::Ask(Request::Inject {
        skills,
        priority,
        count,
    }))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

/// Gives what the word that is being typed can be completed to: how many characters of it there
/// are, and the whole word.
pub fn completion(before_cursor: &str, model: &Model) -> Option<(usize, String)> {
    let earlier = before_cursor.trim_start();
    let mut words: Vec<&str> = earlier.split_whitespace().collect();
    let typed = if earlier.ends_with(char::is_whitespace) {
        ""
    } else {
        words.pop().unwrap_or_default()
    };
    let (typed, known) = match words.as_slice() {
        [] => (
            typed,
            VERBS.iter().map(|(verb, _)| (*verb).to_owned()).collect(),
        ),
        ["acd"] => (typed, listed(&["open", "close"])),
        ["agent"] => (typed, agent_ids(model)),
        ["agent", _] => (typed, listed(&["available", "unavailable"])),
        ["agent", _, "unavailable"] => (typed, listed(&["break", "lunch", "training"])),
        ["inject", ..] => (
            typed.rsplit(',').next().unwrap_or_default(),
            skill_names(model),
        ),
        _ => return None,
    };
    let known: Vec<String> = known;
    let whole = complete(typed, &known)?;
    Some((typed.chars().count(), whole.to_owned()))
}

fn listed(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn agent_ids(model: &Model) -> Vec<String> {
    let agents = model.floor().map_or(&[][..], |floor| &floor.agents);
    agents.iter().map(|agent| agent.id.to_string()).collect()
}

fn skill_names(model: &Model) -> Vec<String> {
    let skills = model.floor().map_or(&[][..], |floor| &floor.skills);
    let names = skills.iter().map(|view| view.skill.as_str().to_owned());
    // A name of several words cannot be told from several names here; the dialog takes it.
    names.filter(|name| !name.contains(' ')).collect()
}
