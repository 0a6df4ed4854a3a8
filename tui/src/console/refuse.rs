//! Refusals: a message that says why nothing is done.

use super::effect::Effect;
use super::{Model, Rights};
use crate::parts::link::Link;

/// The most requests in flight. A key that is held down must not pile up work.
const MOST_ASKED: usize = 32;

/// The message when an agent is needed and none is selected.
pub(crate) const NO_AGENT: &str = "No agent is selected: 3 goes to the agents, j and k select one.";

/// Returns whether no request can be sent to the ACD now, and shows why.
pub(crate) fn refused(model: &mut Model) -> bool {
    match &model.link {
        _ if model.rights == Rights::Looking => {
            model.refuse("Not asked: --read-only lets you look and no more.");
        }
        Link::Live if model.asked < MOST_ASKED => return false,
        Link::Live => model.refuse("Not asked: too many requests have no answer yet."),
        Link::Connecting => model.refuse("Not asked: the store has not answered yet."),
        Link::Away { .. } => {
            model.refuse("Not asked: the store is away. Nothing is kept for later.");
        }
    }
    true
}

/// Shows why nothing is done.
pub(crate) fn refuse(model: &mut Model, why: &str) -> Vec<Effect> {
    model.refuse(why);
    vec![Effect::Draw]
}
