//! Filtering: typing a filter, keeping it or not, clearing it.

use crate::effect::Effect;
use crate::model::filter::{Filter, FilterPrompt};
use crate::model::line::Line;
use crate::model::{Model, Overlay};

/// Opens the prompt for the pane that has the keys.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let pane = model.focus;
    let before = model.filters.of(pane).clone();
    model.overlay = Some(Overlay::Filter(FilterPrompt {
        pane,
        line: Line::new(before.text.clone()),
        before,
        wrong: None,
    }));
    vec![Effect::Draw]
}

/// Takes what is typed as the filter, if it means something; if not, the last that did stays.
pub(super) fn typed(model: &mut Model) {
    let Some(Overlay::Filter(prompt)) = &mut model.overlay else {
        return;
    };
    let pane = prompt.pane;
    match Filter::parse(prompt.line.text(), pane) {
        Ok(filter) => {
            prompt.wrong = None;
            model.filters.set(pane, filter);
            model.follow_choice(pane);
        }
        Err(wrong) => prompt.wrong = Some(wrong),
    }
}

/// Keeps the filter, unless what stands there is wrong.
pub(super) fn keep(model: &mut Model) {
    if let Some(Overlay::Filter(prompt)) = &model.overlay
        && prompt.wrong.is_none()
    {
        model.overlay = None;
    }
}

/// Goes back to the filter of before.
pub(super) fn restore(model: &mut Model, prompt: FilterPrompt) {
    model.filters.set(prompt.pane, prompt.before);
    model.follow_choice(prompt.pane);
}

/// Takes the filter from the pane that has the keys.
pub(super) fn clear(model: &mut Model) -> Vec<Effect> {
    model.filters.set(model.focus, Filter::default());
    model.follow_choice(model.focus);
    vec![Effect::Draw]
}
