//! The acting keys: what they ask of the ACD, and when they refuse.

use shared::agent::{Agent, AgentState, Presence};
use shared::contact::ContactId;
use shared::skill::Skill;

use crate::effect::{Effect, Request};
use crate::model::{Link, Model, Overlay, Pane};
use crate::text::short_contact;

/// How many requests may be without an answer. A key that is held down must not pile up work.
const MOST_ASKED: usize = 32;

/// Names a request, for the sentence that says that it failed.
pub(super) fn named(request: &Request) -> String {
    match request {
        Request::SetPresence { agent, .. } => format!("{agent} not changed"),
        Request::Inject(_) => "No contact injected".to_owned(),
        Request::Complete(id) => format!("{} not completed", short_contact(*id)),
        Request::Open => "ACD not opened".to_owned(),
        Request::Close => "ACD not closed".to_owned(),
    }
}

/// Asks, unless asking makes no sense now. Nothing is kept for later: a change of state that
/// comes true minutes after the key is worse than none.
fn ask(model: &mut Model, request: Request) -> Vec<Effect> {
    if refused(model) {
        return vec![Effect::Draw];
    }
    model.asked += 1;
    vec![Effect::Ask(request), Effect::Draw]
}

fn refused(model: &mut Model) -> bool {
    match &model.link {
        Link::Live if model.asked < MOST_ASKED => return false,
        Link::Live => model.refuse("Not asked: too many requests have no answer yet."),
        Link::Connecting => model.refuse("Not asked: the store has not answered yet."),
        Link::Away { .. } => {
            model.refuse("Not asked: the store is away. Nothing is kept for later.");
        }
    }
    true
}

fn refuse(model: &mut Model, why: &str) -> Vec<Effect> {
    model.refuse(why);
    vec![Effect::Draw]
}

pub(super) fn selected_agent(model: &Model) -> Option<&Agent> {
    let id = model.agents.selected.as_ref()?;
    let floor = model.floor()?;
    floor.agents.iter().find(|agent| agent.id == *id)
}

/// Makes the selected agent available or not; if he is on a contact, after it.
pub(super) fn toggle_agent(model: &mut Model) -> Vec<Effect> {
    let Some(agent) = selected_agent(model) else {
        return refuse(
            model,
            "No agent is selected: 3 goes to the agents, j and k select one.",
        );
    };
    let presence = match agent.state.chosen() {
        Presence::Available => Presence::Unavailable(None),
        Presence::Unavailable(_) => Presence::Available,
    };
    let request = Request::SetPresence {
        busy: matches!(agent.state, AgentState::Busy { .. }),
        agent: agent.id.clone(),
        presence,
    };
    ask(model, request)
}

/// Completes the selected contact of the queue, or else that of the selected agent.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    match contact_meant(model) {
        Ok(id) => ask(model, Request::Complete(id)),
        Err(why) => refuse(model, &why),
    }
}

fn contact_meant(model: &Model) -> Result<ContactId, String> {
    if model.focus == Pane::Queue {
        return model
            .queue
            .selected
            .ok_or_else(|| "No waiting contact is selected: j and k select one.".to_owned());
    }
    let agent = selected_agent(model)
        .ok_or("No agent is selected: 3 goes to the agents, j and k select one.")?;
    agent
        .state
        .contact()
        .ok_or_else(|| format!("{} is not on a contact.", agent.id))
}

/// Injects a contact that needs one or two skills of an agent chosen by the dice, so that there
/// is somebody who can serve it.
pub(super) fn inject(model: &mut Model) -> Vec<Effect> {
    let mut dice = model.dice;
    let skills = model
        .floor()
        .map(|floor| some_skills(&floor.agents, &mut dice));
    model.dice = dice;
    ask(model, Request::Inject(skills.unwrap_or_default()))
}

fn some_skills(agents: &[Agent], dice: &mut u64) -> Vec<Skill> {
    let skilled: Vec<&Agent> = agents
        .iter()
        .filter(|agent| !agent.skills.is_empty())
        .collect();
    if skilled.is_empty() {
        return vec![];
    }
    let held = &skilled[throw(dice, skilled.len())].skills;
    let first = throw(dice, held.len());
    let mut skills = vec![held[first].clone()];
    if held.len() > 1 && throw(dice, 2) == 1 {
        // Any other than the first.
        let second = (first + 1 + throw(dice, held.len() - 1)) % held.len();
        skills.push(held[second].clone());
    }
    skills
}

/// Throws the dice: a number below `sides`, which must not be 0 (`SplitMix64`).
fn throw(dice: &mut u64, sides: usize) -> usize {
    *dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *dice;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    // The remainder is less than `sides`, so it fits.
    usize::try_from(mixed % sides as u64).unwrap_or(0)
}

/// Asks whether the ACD shall be opened or closed.
pub(super) fn ask_about_acd(model: &mut Model) -> Vec<Effect> {
    if refused(model) {
        return vec![Effect::Draw];
    }
    let open = model
        .newest
        .as_ref()
        .is_some_and(|floor| floor.overview.open);
    model.overlay = Some(if open {
        Overlay::ConfirmClose
    } else {
        Overlay::ConfirmOpen
    });
    vec![Effect::Draw]
}

/// Does what was asked about.
pub(super) fn confirmed(model: &mut Model) -> Vec<Effect> {
    match model.overlay.take() {
        Some(Overlay::ConfirmOpen) => ask(model, Request::Open),
        Some(Overlay::ConfirmClose) => ask(model, Request::Close),
        other => {
            model.overlay = other;
            vec![]
        }
    }
}
