//! Moving between the panes and through their rows.

use shared::agent::AgentId;
use shared::skill::Skill;

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

/// Returns the name of what is selected in a pane.
pub(crate) fn selected_in(model: &Model, pane: Pane) -> Option<String> {
    match pane {
        Pane::Queue => model.queue.selected.map(|id| id.to_string()),
        Pane::Skills => model.skills.selected.as_ref().map(Skill::to_string),
        Pane::Agents => model.agents.selected.as_ref().map(AgentId::to_string),
        Pane::Events => None,
    }
}

/// Selects the row of that number.
pub(crate) fn select(model: &mut Model, pane: Pane, row: usize) {
    match pane {
        Pane::Queue => {
            if let Some(id) = model.contact_ids().get(row) {
                model.queue.select(*id, row);
                model.remember_rank();
            }
        }
        Pane::Skills => {
            if let Some(skill) = model.skill_names().get(row).cloned() {
                model.skills.select(skill, row);
            }
        }
        Pane::Agents => {
            if let Some(id) = model.agent_ids().get(row).cloned() {
                model.agents.select(id, row);
            }
        }
        Pane::Events => {}
    }
}
