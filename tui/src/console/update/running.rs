//! What runs in this process besides polling: the demo session and a series of injected contacts.

use engine::traffic::Taken;

use super::refuse::{refuse, refused};
use crate::console::effect::{Effect, Switch};
use crate::console::message::DemoEnd;
use crate::console::running::{DemoState, Injection};
use crate::console::{Model, Overlay, Rights};
use crate::sentence;
use crate::series::Series;

/// Starts a series of injected contacts, unless one is running.
pub(super) fn inject(model: &mut Model, series: Series) -> Vec<Effect> {
    if let Some(injection) = &model.injection {
        let progress = injection.progress();
        let text = format!("Not asked: {progress} are injected just now; inject stop ends that.");
        return refuse(model, &text);
    }
    if refused(model) {
        return vec![Effect::Draw];
    }
    model.injection = Some(Injection {
        series: series.clone(),
        made: 0,
        stopped: false,
    });
    vec![Effect::Inject(series), Effect::Draw]
}

/// Updates the number of contacts created by the series.
pub(super) fn injected(model: &mut Model, made: u32) -> Vec<Effect> {
    if let Some(injection) = &mut model.injection {
        injection.made = made;
    }
    vec![Effect::Draw]
}

/// Handles the end of the series.
pub(super) fn injection_ended(model: &mut Model, made: u32, why: Option<&String>) -> Vec<Effect> {
    if let Some(injection) = model.injection.take() {
        let text = sentence::series(&injection.series, made, why);
        if why.is_some() {
            model.refuse(text);
        } else {
            model.say(text);
        }
    }
    // The question whether to stop it is now pointless.
    if model.overlay == Some(Overlay::ConfirmStopInjecting) {
        model.overlay = None;
    }
    vec![Effect::Draw, Effect::LookNow]
}

/// Asks whether to stop the series.
pub(super) fn ask_to_stop_injecting(model: &mut Model) -> Vec<Effect> {
    model.overlay = Some(Overlay::ConfirmStopInjecting);
    vec![Effect::Draw]
}

/// Stops the series. The contacts created so far stay.
pub(super) fn stop_injecting(model: &mut Model) -> Vec<Effect> {
    let Some(injection) = &mut model.injection else {
        return refuse(model, "Nothing is being injected at a rate.");
    };
    injection.stopped = true;
    vec![Effect::StopInjecting, Effect::Draw]
}

/// Starts or stops the demo session.
pub(super) fn toggle_demo(model: &mut Model) -> Vec<Effect> {
    match model.demo {
        DemoState::Off => switch_demo(model, Switch::Start),
        DemoState::On | DemoState::Stopping | DemoState::Left => switch_demo(model, Switch::Stop),
    }
}

/// Starts or stops the demo session. Asks before starting on a floor that others may use.
pub(super) fn switch_demo(model: &mut Model, switch: Switch) -> Vec<Effect> {
    match (switch, model.demo) {
        (Switch::Start, DemoState::On) => refuse(model, "The demo session is running already."),
        (_, DemoState::Stopping) => refuse(
            model,
            "The demo session is just taking back its contacts: a moment.",
        ),
        (Switch::Stop, DemoState::Off) => refuse(model, "No demo session of this console runs."),
        (Switch::Start, DemoState::Left) => refuse(
            model,
            "Agents of the last demo session are still here: D takes them away.",
        ),
        (Switch::Start, DemoState::Off) if refused(model) => vec![Effect::Draw],
        (Switch::Start, DemoState::Off) if model.floor_is_in_use() => {
            model.overlay = Some(Overlay::ConfirmDemo);
            vec![Effect::Draw]
        }
        (Switch::Start, DemoState::Off) => start_demo(model),
        (Switch::Stop, DemoState::On | DemoState::Left) if model.rights == Rights::Looking => {
            refused(model);
            vec![Effect::Draw]
        }
        // Also allowed while the store is away.
        (Switch::Stop, DemoState::On) => {
            model.demo = DemoState::Stopping;
            model.say("The demo session stops: its contacts end, and its agents leave.");
            vec![Effect::Demo(Switch::Stop), Effect::Draw]
        }
        (Switch::Stop, DemoState::Left) => {
            model.demo = DemoState::Stopping;
            model.say("The agents of the demo session are taken away.");
            vec![Effect::Demo(Switch::Stop), Effect::Draw]
        }
    }
}

/// Starts the demo session, unless that is pointless now.
pub(super) fn start_demo(model: &mut Model) -> Vec<Effect> {
    if refused(model) || model.demo != DemoState::Off {
        return vec![Effect::Draw];
    }
    model.demo = DemoState::On;
    model.say("The demo session starts: 40 agents, two contacts a second. D stops it.");
    vec![Effect::Demo(Switch::Start), Effect::Draw]
}

/// Handles the end of the demo session.
pub(super) fn demo_ended(model: &mut Model, end: Result<DemoEnd, String>) -> Vec<Effect> {
    let DemoEnd { left, taken } = match end {
        Ok(end) => end,
        Err(why) => {
            model.demo = DemoState::Off;
            model.refuse(format!("No demo session: {why}"));
            return vec![Effect::Draw, Effect::LookNow];
        }
    };
    let contacts = said_of(taken);
    match left {
        Some(0) => {
            model.demo = DemoState::Off;
            model.say(format!(
                "The demo session has ended, and its agents have left. {contacts}D starts it again."
            ));
        }
        left => {
            model.demo = DemoState::Left;
            let agents = left.map_or("agents may still be here".to_owned(), |left| {
                format!("agents of it still here: {left}")
            });
            model.refuse(format!(
                "The demo session has ended; {agents}. {contacts}D takes them away."
            ));
        }
    }
    vec![Effect::Draw, Effect::LookNow]
}

/// Describes what a session did to contacts when it ended, followed by a space.
fn said_of(taken: Taken) -> String {
    let mut parts = vec![];
    if taken.cancelled > 0 {
        parts.push(format!("{} of its contacts cancelled", taken.cancelled));
    }
    if taken.handed_back > 0 {
        parts.push(format!("{} of others back in the queue", taken.handed_back));
    }
    if parts.is_empty() {
        return String::new();
    }
    let mut said = parts.join(", ");
    said.push_str(". ");
    said
}
