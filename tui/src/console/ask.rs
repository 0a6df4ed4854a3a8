//! Sends requests to the ACD, and names what a failed one did not do.

use super::effect::{Effect, Task};
use super::refuse::refused;
use super::{Model, injection};
use crate::operation_words;
use crate::request::Request;

/// Sends a request, unless that is pointless now. Nothing is queued for later: a change that takes
/// effect minutes after the key press is worse than none.
pub(crate) fn ask(model: &mut Model, request: Request) -> Vec<Effect> {
    let request = match request {
        Request::InjectSlowly(series) => return injection::start(model, series),
        request => request,
    };
    if refused(model) {
        return vec![Effect::Draw];
    }
    model.asked += 1;
    vec![Effect::Run(Task::Ask(request)), Effect::Draw]
}

/// Returns what a failed request did not do, to start the error message with.
pub(crate) fn not_done(request: &Request) -> String {
    match request {
        Request::Apply(operation) => operation_words::not_done(operation),
        Request::SetPresence { agent, .. } => format!("{agent} not changed"),
        Request::Inject { .. } | Request::InjectSlowly(_) => "No contact injected".to_owned(),
        Request::RenameAgent { agent, .. } => format!("{agent} not renamed"),
        Request::ChangeSkills { agent, .. } => format!("Skills of {agent} not changed"),
        Request::DeleteAgent { agent, .. } => format!("{agent} not deleted"),
        Request::All(_) => "Nothing done".to_owned(),
    }
}
