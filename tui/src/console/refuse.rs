//! Refusals: a message that says why nothing is done.

use super::effect::Effect;
use super::{Model, Pane, Rights};
use crate::parts::link::Link;

/// The most requests in flight. A key that is held down must not pile up work.
const MOST_ASKED: usize = 32;

/// The message when an agent is needed and none is selected.
pub(crate) const NO_AGENT: &str = "No agent is selected: 3 goes to the agents, j and k select one.";

/// Returns whether no request can be sent to the ACD now, and shows why.
pub(crate) fn refused(model: &mut Model) -> bool {
    if model.rights == Rights::Looking {
        model.refuse("Not sent: --read-only allows no changes.");
        return true;
    }
    cannot_ask(model)
}

/// Returns whether the ACD cannot be asked anything now, and shows why.
pub(crate) fn cannot_ask(model: &mut Model) -> bool {
    match &model.link {
        Link::Live if model.asked < MOST_ASKED => return false,
        Link::Live => model.refuse("Not sent: too many requests have no answer yet."),
        Link::Connecting => model.refuse("Not sent: the store has not answered yet."),
        Link::Down { .. } => {
            model.refuse("Not sent: the store is unavailable. It is not sent later either.");
        }
    }
    true
}

/// Shows why nothing is done.
pub(crate) fn refuse(model: &mut Model, why: &str) -> Vec<Effect> {
    model.refuse(why);
    vec![Effect::Draw]
}

/// The message when a contact is needed and none is selected.
const NO_CONTACT: &str =
    "No contact is selected: select one, or an agent who has one, or open its detail.";

/// Returns why the action applies to no contact.
pub(crate) fn no_contact(model: &Model) -> String {
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
