//! The keys that change something: the requests they send, and when they refuse.

use shared::agent::{Agent, AgentState, Presence};
use shared::skill::Skill;

use super::question::{self, ask_about as ask_question};
use crate::console::ask::ask;
use crate::console::effect::Effect;
use crate::console::refuse::{NO_AGENT, refuse, refused};
use crate::console::subject::Subject;
use crate::console::{About, Model, Overlay, Pane, demo, injection};
use crate::request::Request;

/// Makes the selected agent available or unavailable; one on a contact only after it ends. For
/// marked agents, asks first.
pub(super) fn toggle_agent(model: &mut Model) -> Vec<Effect> {
    let each: Vec<(&Agent, Presence)> = model
        .agents_meant()
        .into_iter()
        .map(|agent| (agent, other_than(&agent.state.chosen())))
        .collect();
    match each.as_slice() {
        [] => refuse(model, NO_AGENT),
        [(agent, presence)] => {
            let request = Request::SetPresence {
                busy: matches!(agent.state, AgentState::Busy { .. }),
                agent: agent.id.clone(),
                presence: presence.clone(),
                seen: Some(agent.state.chosen()),
            };
            ask(model, request)
        }
        several => {
            let several = several.iter();
            let agents = several
                .map(|(agent, to)| (agent.id.clone(), agent.state.chosen(), to.clone()))
                .collect();
            ask_question(model, About::Presence(agents))
        }
    }
}

fn other_than(chosen: &Presence) -> Presence {
    match chosen {
        Presence::Available => Presence::Unavailable(None),
        Presence::Unavailable(_) => Presence::Available,
    }
}

/// Removes what the key applies to, after a question: cancels contacts, deletes agents or a skill.
pub(super) fn remove(model: &mut Model) -> Vec<Effect> {
    let contact = matches!(
        model.detail.as_ref().map(|detail| &detail.subject),
        Some(Subject::Contact(_))
    );
    if contact || model.focus == Pane::Queue {
        return super::contact::cancel(model);
    }
    let about = match model.focus {
        Pane::Agents => {
            let agents = model.agents_meant().into_iter();
            let seen = agents.map(|agent| (agent.id.clone(), Some(agent.into())));
            let seen: Vec<_> = seen.collect();
            if seen.is_empty() {
                Err(NO_AGENT)
            } else {
                Ok(About::DeleteAgents(seen))
            }
        }
        Pane::Skills => {
            let skill = model.skills.selected.clone();
            let skill =
                skill.ok_or("No skill is selected: 2 goes to the skills, j and k select one.");
            skill.map(About::DeleteSkill)
        }
        Pane::Queue | Pane::Events => {
            Err("x cancels a contact, or deletes an agent or a skill: go to it first.")
        }
    };
    match about {
        Ok(about) => ask_question(model, about),
        Err(why) => refuse(model, why),
    }
}

/// Quits. Asks first if this program holds an ACD with something to lose.
pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    if !model.ends_a_floor() {
        return vec![Effect::Quit];
    }
    ask_question(model, About::Quit)
}

/// Returns one or two skills of a random agent, so that somebody can serve a contact that needs
/// them.
pub(super) fn some_skills_of_the_floor(model: &mut Model) -> Vec<Skill> {
    let mut dice = model.dice;
    let skills = model
        .floor()
        .map(|floor| some_skills(&floor.agents, &mut dice));
    model.dice = dice;
    skills.unwrap_or_default()
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
        // Any skill but the first.
        let second = (first + 1 + throw(dice, held.len() - 1)) % held.len();
        skills.push(held[second].clone());
    }
    skills
}

/// Returns a random number below `sides`, which must not be 0 (`SplitMix64`).
fn throw(dice: &mut u64, sides: usize) -> usize {
    *dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *dice;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    // The remainder is less than `sides`, so it fits.
    usize::try_from(mixed % sides as u64).unwrap_or(0)
}

/// Asks whether to open the ACD if it is closed, or to close it if it is open.
pub(super) fn ask_about_acd(model: &mut Model) -> Vec<Effect> {
    if refused(model) {
        return vec![Effect::Draw];
    }
    let open = model
        .newest
        .as_ref()
        .is_some_and(|floor| floor.overview.open);
    ask_about(model, !open)
}

/// Asks whether to open or to close the ACD.
pub(super) fn ask_about(model: &mut Model, open: bool) -> Vec<Effect> {
    if !refused(model) {
        model.overlay = Some(if open {
            Overlay::ConfirmOpen
        } else {
            Overlay::ConfirmClose
        });
    }
    vec![Effect::Draw]
}

/// Performs what was confirmed.
pub(super) fn confirmed(model: &mut Model) -> Vec<Effect> {
    if !question::takes_yes(model) {
        return vec![Effect::Draw];
    }
    match model.overlay.take() {
        Some(Overlay::ConfirmOpen) => ask(model, Request::Open),
        Some(Overlay::ConfirmClose) => ask(model, Request::Close),
        Some(Overlay::ConfirmDemo) => demo::start(model),
        Some(Overlay::ConfirmStopInjecting) => injection::stop(model),
        Some(Overlay::Question(question)) if question.about == About::Quit => vec![Effect::Quit],
        Some(Overlay::Question(question)) => {
            model.marks.clear();
            ask(model, question.request)
        }
        other => {
            model.overlay = other;
            vec![]
        }
    }
}
