//! The service figures: requested once a second while something happens, for the window that the
//! operator chose.

use shared::figures::Figures;
use shared::time::Millis;

use crate::console::Model;
use crate::console::effect::{Effect, Task};
use crate::console::window::Window;
use crate::parts::link::Link;
use crate::sentence;

/// The age in milliseconds at which figures are requested again even if nothing happened: the
/// agents' times still change.
const OLD: u64 = 30_000;

/// Requests the figures, unless that is impossible or a request is in flight.
pub(crate) fn request(model: &mut Model) -> Vec<Effect> {
    let held = model.pause.is_some() && model.service.figures.is_some();
    if model.service.asked || model.link != Link::Live || held {
        return vec![];
    }
    let event = model
        .newest
        .as_ref()
        .map_or(0, |floor| floor.overview.event);
    let (then, at) = model.service.of;
    let old = model.clock.since(at) >= OLD;
    if then == event && !old && model.service.figures.is_some() {
        return vec![];
    }
    model.service.of = (event, model.clock);
    model.service.asked = true;
    let since = model.service.window.since(model.floor_now(), &model.zone);
    vec![Effect::Run(Task::Measure {
        window: model.service.window,
        since,
    })]
}

/// Switches to the next window and shows its service level.
pub(crate) fn next_window(model: &mut Model) -> Vec<Effect> {
    to_window(model, model.service.window.next())
}

/// Switches to that window.
pub(crate) fn to_window(model: &mut Model, window: Window) -> Vec<Effect> {
    let short = model.service.short_abandon();
    model.service.window = window;
    model.service.figures = None;
    model.service.asked = false;
    model.say(sentence::service_level(model.service.level, short));
    let mut effects = request(model);
    effects.push(Effect::Draw);
    effects
}

/// Stores the figures, unless another window was chosen meanwhile.
pub(crate) fn measured(model: &mut Model, window: Window, figures: Option<Figures>) -> Vec<Effect> {
    if window != model.service.window {
        return vec![];
    }
    model.service.asked = false;
    // Polling already reports failures. The current figures stay until the next answer.
    match figures {
        Some(_) => model.service.figures = figures,
        None => model.service.of = (0, Millis(0)),
    }
    vec![Effect::Draw]
}
