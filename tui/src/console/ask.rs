//! Sends requests to the ACD, and names what a failed one did not do.

use super::effect::{Effect, Task};
use super::refuse::refused;
use super::{Model, injection};
use crate::request::Request;
use crate::text::short_contact;

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
        Request::SetPresence { agent, .. } => format!("{agent} not changed"),
        Request::Inject { .. } | Request::InjectSlowly(_) => "No contact injected".to_owned(),
        Request::RenameAgent { agent, .. } => format!("{agent} not renamed"),
        Request::AddAgent(agent) => format!("{} not added", agent.id),
        Request::ChangeSkills { agent, .. } => format!("Skills of {agent} not changed"),
        Request::DeleteAgent { agent, .. } => format!("{agent} not deleted"),
        Request::DeleteSkill(skill) => format!("{skill} not deleted"),
        Request::Cancel { contact, .. } => format!("{} not cancelled", short_contact(*contact)),
        Request::Requeue { contact, .. } => format!("{} not requeued", short_contact(*contact)),
        Request::SetPriority { contact, .. } => {
            format!("Priority of {} not changed", short_contact(*contact))
        }
        Request::All(_) => "Nothing done".to_owned(),
        Request::Complete { contact, .. } => {
            format!("{} not completed", short_contact(*contact))
        }
        Request::Open => "ACD not opened".to_owned(),
        Request::Close => "ACD not closed".to_owned(),
    }
}
