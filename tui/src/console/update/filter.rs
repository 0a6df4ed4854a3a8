//! Filtering: typing a filter, keeping or discarding it, clearing it.

use crate::console::effect::Effect;
use crate::console::pane::filter::{Filter, FilterPrompt};
use crate::console::{Model, Overlay};
use crate::parts::input::InputLine;

/// Opens the filter prompt for the focused pane.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let pane = model.focus;
    let before = model.filters.of(pane).clone();
    model.overlay = Some(Overlay::Filter(FilterPrompt {
        pane,
        line: InputLine::new(before.text.clone()),
        before,
        wrong: None,
    }));
    vec![Effect::Draw]
}

/// Applies the typed text as the filter. If it does not parse, the last valid one stays.
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

/// Closes the prompt and keeps the filter, unless it does not parse.
pub(super) fn keep(model: &mut Model) {
    if let Some(Overlay::Filter(prompt)) = &model.overlay
        && prompt.wrong.is_none()
    {
        model.overlay = None;
    }
}

/// Restores the previous filter.
pub(super) fn restore(model: &mut Model, prompt: FilterPrompt) {
    model.filters.set(prompt.pane, prompt.before);
    model.follow_choice(prompt.pane);
}

/// Clears the filter of the focused pane.
pub(super) fn clear(model: &mut Model) -> Vec<Effect> {
    model.filters.set(model.focus, Filter::default());
    model.follow_choice(model.focus);
    vec![Effect::Draw]
}
