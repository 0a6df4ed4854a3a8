//! The demo session of this process: its state, starting it and stopping it.

use super::effect::{Effect, Switch, Task};
use super::message::DemoEnd;
use super::refuse::{refuse, refused};
use super::{Model, Place, Rights};
use engine::traffic::Taken;

/// The demo session of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoState {
    /// Not running.
    Off,
    /// Running.
    On,
    /// Stopping: it is removing its contacts.
    Stopping,
    /// Ended, but some of its agents are or may be still there.
    Left,
}

impl DemoState {
    /// Returns the state when the console starts.
    pub(crate) fn at_first(place: &Place) -> Self {
        if place.demo { Self::On } else { Self::Off }
    }
}

/// The number of agents that a demo session adds.
pub const DEMO_AGENTS: u64 = 40;

impl Model {
    /// Returns whether quitting ends an ACD with something to lose: one in this process with live
    /// contacts, or with agents that the demo session did not add.
    pub fn ends_a_floor(&self) -> bool {
        let Some(floor) = self.newest.as_ref().filter(|_| !self.place.is_shared()) else {
            return false;
        };
        let figures = &floor.overview;
        let brought = match self.demo {
            DemoState::Off => 0,
            DemoState::On | DemoState::Stopping | DemoState::Left => DEMO_AGENTS,
        };
        figures.waiting > 0 || figures.offered > 0 || figures.busy > 0 || figures.agents > brought
    }

    /// Returns whether others may use the floor: it is shared, or has agents already.
    pub fn floor_is_in_use(&self) -> bool {
        let agents = self
            .newest
            .as_ref()
            .map_or(0, |floor| floor.overview.agents);
        self.place.is_shared() || agents > 0
    }
}

impl Place {
    /// Returns whether others can use the floor: it is not in this process.
    pub fn is_shared(&self) -> bool {
        self.rest.is_none()
    }
}

/// Starts or stops the demo session.
pub(crate) fn switch(model: &mut Model, switch: Switch) -> Vec<Effect> {
    match (switch, model.demo) {
        (Switch::Start, DemoState::On) => refuse(model, "The demo session is running already."),
        (_, DemoState::Stopping) => {
            refuse(model, "The demo session is still stopping: wait a moment.")
        }
        (Switch::Stop, DemoState::Off) => refuse(model, "This console runs no demo session."),
        (Switch::Start, DemoState::Left) => refuse(
            model,
            "Agents of the last demo session are still on the floor. Press D to remove them.",
        ),
        (Switch::Start, DemoState::Off) => start(model),
        (Switch::Stop, DemoState::On | DemoState::Left) if model.rights == Rights::Looking => {
            refused(model);
            vec![Effect::Draw]
        }
        // Also allowed while the store is unavailable.
        (Switch::Stop, DemoState::On) => {
            model.demo = DemoState::Stopping;
            model.say("The demo session stops: its contacts end, and its agents are removed.");
            vec![Effect::Run(Task::Demo(Switch::Stop)), Effect::Draw]
        }
        (Switch::Stop, DemoState::Left) => {
            model.demo = DemoState::Stopping;
            model.say("The agents of the demo session are being removed.");
            vec![Effect::Run(Task::Demo(Switch::Stop)), Effect::Draw]
        }
    }
}

/// Starts the demo session, unless that is pointless now.
pub(crate) fn start(model: &mut Model) -> Vec<Effect> {
    if refused(model) || model.demo != DemoState::Off {
        return vec![Effect::Draw];
    }
    model.demo = DemoState::On;
    model.say("The demo session starts: 40 agents, two contacts a second. Press D to stop it.");
    vec![Effect::Run(Task::Demo(Switch::Start)), Effect::Draw]
}

/// Handles the end of the demo session.
pub(crate) fn ended(model: &mut Model, end: Result<DemoEnd, String>) -> Vec<Effect> {
    let DemoEnd { left, taken } = match end {
        Ok(end) => end,
        Err(why) => {
            model.demo = DemoState::Off;
            model.refuse(format!("No demo session: {why}"));
            return vec![Effect::Draw, Effect::Run(Task::PollNow)];
        }
    };
    let contacts = said_of(taken);
    match left {
        Some(0) => {
            model.demo = DemoState::Off;
            model.say(format!(
                "The demo session has ended, and its agents were removed. {contacts}Press D to start it again."
            ));
        }
        left => {
            model.demo = DemoState::Left;
            let agents = left.map_or(
                "some of its agents may still be on the floor".to_owned(),
                |left| format!("{left} of its agents are still on the floor"),
            );
            model.refuse(format!(
                "The demo session has ended; {agents}. {contacts}Press D to remove them."
            ));
        }
    }
    vec![Effect::Draw, Effect::Run(Task::PollNow)]
}

/// Describes what a session did to contacts when it ended, followed by a space.
fn said_of(taken: Taken) -> String {
    let mut parts = vec![];
    if taken.cancelled > 0 {
        parts.push(format!(
            "{} of its contacts were cancelled",
            taken.cancelled
        ));
    }
    if taken.handed_back > 0 {
        parts.push(format!(
            "{} contacts of others went back to the queue",
            taken.handed_back
        ));
    }
    if parts.is_empty() {
        return String::new();
    }
    let mut said = parts.join(", ");
    said.push_str(". ");
    said
}
