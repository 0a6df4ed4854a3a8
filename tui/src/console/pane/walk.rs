//! Moving between the panes and through their rows.

use crate::console::effect::Effect;
use crate::console::layout::shows_lists;
use crate::console::{Model, Pane};
use crate::parts::cursor::Motion;

/// Focuses a pane. Closes a detail that hides the panes, or the change would not be visible.
pub(crate) fn to_pane(model: &mut Model, pane: Pane) -> Vec<Effect> {
    model.focus = pane;
    model.follow();
    if !shows_lists(model) {
        model.detail = None;
    }
    vec![Effect::Draw]
}

/// Returns the pane that many steps further on, wrapping around.
pub(crate) fn neighbour(model: &Model, step: isize) -> Pane {
    let count = Pane::ALL.len();
    let place = Pane::ALL.iter().position(|pane| *pane == model.focus);
    let next = place
        .unwrap_or(0)
        .wrapping_add_signed(step)
        .wrapping_add(count)
        % count;
    Pane::ALL[next]
}

/// Moves through the rows of the focused pane.
pub(crate) fn go(model: &mut Model, motion: Motion) -> Vec<Effect> {
    if model.focus == Pane::Events {
        // The newest entry is on top, so moving down goes back in time.
        model.events_back = motion.from(model.events_back, model.row_count(Pane::Events));
        return vec![Effect::Draw];
    }
    if model.floor().is_none() {
        return vec![];
    }
    match model.focus {
        Pane::Queue => {
            let ids = model.contact_ids();
            model.queue.go(motion, &ids);
            model.remember_rank();
        }
        Pane::Skills => {
            let ids = model.skill_names();
            model.skills.go(motion, &ids);
        }
        Pane::Agents => {
            let ids = model.agent_ids();
            model.agents.go(motion, &ids);
        }
        Pane::Events => {}
    }
    vec![Effect::Draw]
}
