//! Sends requests to the ACD, and says why one is not reported as done.

use shared::operation::Operation;

use super::effect::{Effect, Task};
use super::refuse::{cannot_ask, refused};
use super::{Model, injection};
use crate::offer_answer::OfferAnswer;
use crate::operation_words;
use crate::request::{NotDone, Request, Shown};
use crate::text::short_contact;

/// Sends a request, unless that is pointless now. Nothing is queued for later: a change that takes
/// effect minutes after the key press is worse than none.
pub(crate) fn ask(model: &mut Model, request: Request) -> Vec<Effect> {
    let request = match request {
        Request::InjectSlowly(series) => return injection::start(model, series),
        request => request,
    };
    let refused = match request {
        // It changes nothing.
        Request::Show(_) => cannot_ask(model),
        _ => refused(model),
    };
    if refused {
        return vec![Effect::Draw];
    }
    model.asked += 1;
    vec![Effect::Run(Task::Ask(request)), Effect::Draw]
}

/// Says why a request is not reported as done, and whether it may have been done all the same.
pub(crate) fn not_done(request: &Request, why: &NotDone) -> String {
    match why {
        NotDone::Refused(why) => format!("{}: {why}", refused_to(request)),
        NotDone::Unknown(why) => format!("{}: {why}", unknown_whether(request)),
        // It says that the change was made.
        NotDone::Unconfirmed(why) => format!("Not confirmed: {why}"),
    }
}

fn refused_to(request: &Request) -> String {
    match change(request) {
        Some((what, done)) => match what.strip_prefix("the ") {
            Some(what) => format!("{} not {done}", capitalised(what)),
            None => format!("{what} not {done}"),
        },
        None if matches!(request, Request::All(_)) => "Nothing done".to_owned(),
        None => "No contact injected".to_owned(),
    }
}

fn unknown_whether(request: &Request) -> String {
    match change(request) {
        Some((what, done)) => format!("Unknown whether {what} was {done}"),
        None if matches!(request, Request::All(_)) => "Unknown what was done".to_owned(),
        None => "Unknown whether contacts were injected".to_owned(),
    }
}

/// Returns what a request changes, in the singular, and what it does to it; none if that is several
/// things.
fn change(request: &Request) -> Option<(String, &'static str)> {
    Some(match request {
        Request::Apply(Operation::CreateContact(_))
        | Request::Inject { .. }
        | Request::InjectSlowly(_)
        | Request::All(_) => return None,
        Request::Apply(operation) => operation_words::change(operation),
        Request::SetPresence { agent, .. } => (agent.to_string(), "changed"),
        Request::RenameAgent { agent, .. } => (agent.to_string(), "renamed"),
        Request::ChangeSkills { agent, .. } => (format!("the skill set of {agent}"), "changed"),
        Request::DeleteAgent { agent, .. } => (agent.to_string(), "deleted"),
        Request::AnswerOffer {
            contact, answer, ..
        } => (
            short_contact(*contact),
            match answer {
                OfferAnswer::Accept => "accepted",
                OfferAnswer::Reject(_) => "rejected",
            },
        ),
        Request::ChangeType { name, .. } => (format!("the contact type {name}"), "changed"),
        Request::Show(Shown::Settings) => ("the configuration".to_owned(), "read"),
        Request::Show(Shown::Types) => ("the list of contact types".to_owned(), "read"),
        Request::Show(Shown::Type(name)) => (format!("the contact type {name}"), "read"),
    })
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
