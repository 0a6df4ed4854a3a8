//! Keys that change the selected agents, contacts or skill, mostly after a question.

use shared::agent::{Agent, Presence};
use shared::contact::ContactId;

use crate::console::ask::ask;
use crate::console::effect::Effect;
use crate::console::overlay::question::{About, ask_about, ask_to_delete};
use crate::console::refuse::{NO_AGENT, no_contact, refuse};
use crate::console::subject::Subject;
use crate::console::{Model, Pane};
use crate::request::{Request, When};

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
                when: When::of(&agent.state, presence),
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
            ask_about(model, About::Presence(agents))
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
        return cancel(model);
    }
    let about = match model.focus {
        Pane::Agents => {
            let agents = model.agents_meant().into_iter();
            let seen = agents.map(|agent| (agent.id.clone(), Some(agent.into())));
            let seen: Vec<_> = seen.collect();
            if !seen.is_empty() {
                return ask_to_delete(model, seen);
            }
            Err(NO_AGENT)
        }
        Pane::Skills => {
            let skill = model.skills.selected.clone();
            let skill =
                skill.ok_or("No skill is selected: 2 goes to the skills, j and k select one.");
            skill.map(About::DeleteSkill)
        }
        Pane::Queue | Pane::Events => {
            Err("x cancels a contact, or deletes an agent or a skill: select one first.")
        }
    };
    match about {
        Ok(about) => ask_about(model, about),
        Err(why) => refuse(model, why),
    }
}

/// Asks whether to complete the selected contacts; names those that no agent is on.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    with_meant(model, About::Complete)
}

/// Asks whether to cancel the selected contacts.
fn cancel(model: &mut Model) -> Vec<Effect> {
    with_meant(model, About::Cancel)
}

/// Asks whether to requeue the selected contacts.
pub(super) fn requeue(model: &mut Model) -> Vec<Effect> {
    with_meant(model, About::Requeue)
}

fn with_meant(model: &mut Model, about: impl FnOnce(Vec<ContactId>) -> About) -> Vec<Effect> {
    let contacts = model.contacts_meant();
    if contacts.is_empty() {
        let why = no_contact(model);
        return refuse(model, &why);
    }
    ask_about(model, about(contacts))
}
