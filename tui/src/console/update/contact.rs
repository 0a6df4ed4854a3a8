//! Actions on contacts, each after a question: completing, cancelling, requeueing.

use shared::contact::ContactId;

use super::question::ask_about;
use crate::console::effect::Effect;
use crate::console::refuse::refuse;
use crate::console::{About, Model, Pane};

/// The message when a contact is needed and none is selected.
const NO_CONTACT: &str =
    "No contact is selected: one of the queue, of an agent who is on one, or an open detail.";

/// Asks whether to complete the selected contacts; names those that no agent is on.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    with_meant(model, About::Complete)
}

/// Asks whether to cancel the selected contacts.
pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    with_meant(model, About::Cancel)
}

/// Asks whether to requeue the selected contacts.
pub(super) fn requeue(model: &mut Model) -> Vec<Effect> {
    with_meant(model, About::Requeue)
}

fn with_meant(model: &mut Model, about: impl FnOnce(Vec<ContactId>) -> About) -> Vec<Effect> {
    let contacts = model.contacts_meant();
    if contacts.is_empty() {
        let why = none_meant(model);
        return refuse(model, &why);
    }
    ask_about(model, about(contacts))
}

/// Returns why the action applies to no contact.
pub(super) fn none_meant(model: &Model) -> String {
    let marked = model.marks.count(Pane::Agents);
    match model.focus {
        Pane::Agents if marked > 0 => {
            format!("None of the {marked} marked agents is on a contact.")
        }
        Pane::Agents => match model.agent_meant() {
            Some(agent) => format!("{} is not on a contact.", agent.id),
            None => NO_CONTACT.to_owned(),
        },
        _ => NO_CONTACT.to_owned(),
    }
}
