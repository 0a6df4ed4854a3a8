//! Questions about the ACD as a whole, the demo session and the series of injected contacts.

use engine::traffic::{GUEST_AGENTS, GUEST_SKILLS};
use shared::operation::Operation;
use shared::skill::Skill;

use super::Asked;
use super::agents::listed;
use crate::console::Model;
use crate::console::ask::ask;
use crate::console::demo::{self, DemoState};
use crate::console::effect::{Effect, Switch};
use crate::console::injection::{self, Injection};
use crate::console::overlay::Overlay;
use crate::console::refuse::refused;
use crate::request::Request;
use crate::text::{counted, number};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Whether to open the ACD.
    Open,
    /// Whether to close the ACD.
    Close,
    /// Whether to run a demo session on an ACD that others may use.
    Demo,
    /// Whether to stop the series of injected contacts.
    StopInjecting,
}

impl Confirm {
    /// Returns the question for the current floor.
    pub(crate) fn asked(self, model: &Model) -> Asked {
        let (title, text) = match self {
            Self::Open => ("Open the ACD?", opening(model)),
            Self::Close => ("Close the ACD?", closing(model)),
            Self::Demo => ("Start a demo session?", about_demo(model)),
            Self::StopInjecting => ("Stop injecting?", stopping(model)),
        };
        Asked {
            title: title.to_owned(),
            text,
        }
    }

    /// Does what was confirmed.
    pub(super) fn confirmed(self, model: &mut Model) -> Vec<Effect> {
        match self {
            Self::Open => ask(model, Request::Apply(Operation::Open)),
            Self::Close => ask(model, Request::Apply(Operation::Close)),
            Self::Demo => demo::start(model),
            Self::StopInjecting => injection::stop(model),
        }
    }
}

/// Asks whether to open the ACD if it is closed, or to close it if it is open.
pub(crate) fn toggle_acd(model: &mut Model) -> Vec<Effect> {
    if refused(model) {
        return vec![Effect::Draw];
    }
    let open = model
        .newest
        .as_ref()
        .is_some_and(|floor| floor.overview.open);
    ask_about_acd(model, !open)
}

/// Asks whether to open or to close the ACD.
pub(crate) fn ask_about_acd(model: &mut Model, open: bool) -> Vec<Effect> {
    if !refused(model) {
        let confirm = if open { Confirm::Open } else { Confirm::Close };
        model.overlay = Some(Overlay::Confirm(confirm));
    }
    vec![Effect::Draw]
}

/// Starts or stops the demo session.
pub(crate) fn toggle_demo(model: &mut Model) -> Vec<Effect> {
    match model.demo {
        DemoState::Off => switch_demo(model, Switch::Start),
        DemoState::On | DemoState::Stopping | DemoState::Left => switch_demo(model, Switch::Stop),
    }
}

/// Starts or stops the demo session. Asks before starting on a floor that others may use.
pub(crate) fn switch_demo(model: &mut Model, switch: Switch) -> Vec<Effect> {
    if (switch, model.demo) != (Switch::Start, DemoState::Off) || !model.floor_is_in_use() {
        return demo::switch(model, switch);
    }
    if !refused(model) {
        model.overlay = Some(Overlay::Confirm(Confirm::Demo));
    }
    vec![Effect::Draw]
}

/// Asks whether to stop the series of injected contacts.
pub(crate) fn ask_to_stop_injecting(model: &mut Model) -> Vec<Effect> {
    model.overlay = Some(Overlay::Confirm(Confirm::StopInjecting));
    vec![Effect::Draw]
}

/// Closes the question whether to stop the series once it has ended.
pub(crate) fn injection_ended(model: &mut Model) {
    if model.overlay == Some(Overlay::Confirm(Confirm::StopInjecting)) {
        model.overlay = None;
    }
}

/// Closes the question about opening or closing the ACD if the ACD is already in that state.
pub(super) fn follow(model: &mut Model) {
    let open = match &model.overlay {
        Some(Overlay::Confirm(Confirm::Open)) => true,
        Some(Overlay::Confirm(Confirm::Close)) => false,
        _ => return,
    };
    let now = model.newest.as_ref().map(|floor| floor.overview.open);
    if now == Some(open) {
        model.overlay = None;
        let word = if open { "open" } else { "closed" };
        model.say(format!("The ACD is already {word}: somebody else did it."));
    }
}

/// What the demo session does to a floor that others may use, where nobody else holds its skills.
const DEMO: &str = "Other agents are not touched. The session adds the agents demo:0 to demo:39, \
    with skills like demo-English that nobody else holds, and two contacts a second that only they \
    can serve. Figures of other skills do not change; the totals of the floor include the demo's \
    contacts. A contact that needs no skill can go to a demo agent, and stays with them until the \
    demo ends. D stops the session and removes all of it.";

/// The rest where somebody else holds its skills, or may.
const DEMO_WITH_OTHERS: &str = "The session adds the agents demo:0 to demo:39, with skills like \
    demo-English, and two contacts a second. The totals of the floor include the demo's contacts. \
    A contact that needs no skill can go to a demo agent, and stays with them until the demo ends. \
    D stops the session and removes all of it.";

fn about_demo(model: &Model) -> String {
    let Some(floor) = model.newest.as_ref() else {
        return DEMO.to_owned();
    };
    let is_of_demo = |skill: &Skill| skill.as_str().starts_with(GUEST_SKILLS);
    let others = floor.agents.iter().filter(|agent| {
        !agent.id.as_str().starts_with(GUEST_AGENTS) && agent.skills.iter().any(is_of_demo)
    });
    let others: Vec<&str> = others.map(|agent| agent.id.as_str()).collect();
    // A demo that was killed leaves agents, so skills that are held do not prove that others hold
    // them.
    let may_be_more = !floor.knows_all_agents()
        && floor
            .skills
            .iter()
            .any(|view| view.staffed > 0 && is_of_demo(&view.skill));
    let served_by = match (others.as_slice(), may_be_more) {
        ([], false) => return DEMO.to_owned(),
        ([], true) => "Other agents who hold skills of the demo".to_owned(),
        (others, false) => listed(others),
        (others, true) => format!("{} and others who hold skills of the demo", listed(others)),
    };
    format!(
        "{served_by} can get contacts of the demo too: some of its skills are held already. {DEMO_WITH_OTHERS}"
    )
}

fn opening(model: &Model) -> String {
    let Some(floor) = &model.newest else {
        return String::new();
    };
    let figures = &floor.overview;
    format!(
        "{} available again, except those who chose a break; {} can be served by them. New \
         contacts are accepted again.",
        if figures.unavailable() == 1 {
            "1 unavailable agent becomes".to_owned()
        } else {
            format!(
                "{} unavailable agents become",
                number(figures.unavailable())
            )
        },
        counted(figures.waiting, "waiting contact"),
    )
}

fn closing(model: &Model) -> String {
    let Some(floor) = &model.newest else {
        return String::new();
    };
    let figures = &floor.overview;
    let available = figures.available + figures.penalty;
    let offered = match figures.offered {
        0 => String::new(),
        1 => " 1 agent with an offer becomes unavailable: the offer is withdrawn, and its contact \
              waits."
            .to_owned(),
        count => format!(
            " {} agents with an offer become unavailable: the offers are withdrawn, and their \
             contacts wait.",
            number(count)
        ),
    };
    let in_wrap_up = match figures.wrap_up {
        0 => String::new(),
        count => format!(", {} in wrap-up when that ends", number(count)),
    };
    format!(
        "{} become{} unavailable at once, {} when the contact ends{}.{} {} stay{} queued. \
         New contacts are refused until it is opened again.",
        counted(available, "available agent"),
        if available == 1 { "s" } else { "" },
        counted(figures.busy, "busy agent"),
        in_wrap_up,
        offered,
        counted(figures.waiting, "waiting contact"),
        if figures.waiting == 1 { "s" } else { "" },
    )
}

fn stopping(model: &Model) -> String {
    let progress = model
        .injection
        .as_ref()
        .map_or_else(String::new, Injection::progress);
    format!("{progress} have been injected. They stay; no more are created.")
}
