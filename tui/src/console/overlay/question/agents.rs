//! Questions before actions on agents and skills.

use std::fmt::Write as _;

use shared::agent::{Agent, AgentId, Presence};
use shared::event::What;
use shared::operation::Operation;
use shared::skill::Skill;
use shared::view::SkillView;

use super::{About, Draft, MOST_NAMED};
use crate::console::Model;
use crate::console::log::Entry;
use crate::console::overlay::Overlay;
use crate::request::{AgentWas, Request, When};
use crate::text::{counted, number};

pub(super) fn presence(
    model: &Model,
    agents: &[(AgentId, Presence, Presence)],
) -> Result<Draft, String> {
    let (mut each, mut left, mut to_available) = (vec![], vec![], 0);
    let (mut later, mut after_wrap_up) = (0, 0);
    for (id, seen, presence) in agents {
        let now = known_agent(model, id);
        let moved = now.is_some_and(|agent| agent.state.chosen() != *seen);
        if moved {
            left.push(id.to_string());
            continue;
        }
        let when = now.map_or(When::Now, |agent| When::of(&agent.state, presence));
        to_available += usize::from(*presence == Presence::Available);
        later += usize::from(when == When::AfterContact);
        after_wrap_up += usize::from(when == When::AfterWrapUp);
        each.push(Request::SetPresence {
            agent: id.clone(),
            presence: presence.clone(),
            when,
            seen: Some(seen.clone()),
        });
    }
    if each.is_empty() {
        return Err("Nothing to change: all of them have changed their state since.".to_owned());
    }
    let title = format!("Change {}?", counted(each.len() as u64, "agent"));
    let mut text = format!(
        "{to_available} become available and {} unavailable.",
        each.len() - to_available
    );
    // Writing to a string cannot fail.
    if later > 0 {
        let _ = write!(text, " Those on a contact ({later}) change when it ends.");
    }
    if after_wrap_up > 0 {
        let _ = write!(
            text,
            " Those in wrap-up ({after_wrap_up}) change when it ends."
        );
    }
    if !left.is_empty() {
        left.truncate(MOST_NAMED);
        let _ = write!(
            text,
            " Unchanged (their state has changed since): {}.",
            left.join(", ")
        );
    }
    Ok((title, text, Request::all(each)))
}

fn known_agent<'a>(model: &'a Model, id: &AgentId) -> Option<&'a Agent> {
    let listed = model.floor().and_then(|floor| floor.agent(id));
    listed.or_else(|| model.marks.agents.get(id))
}

/// The current state of an agent who is to be deleted, as far as it is known.
enum Now<'a> {
    Here(&'a Agent),
    /// Another agent has the id: the one asked about was deleted since.
    CreatedAgain,
    Gone,
    Unread,
}

impl<'a> Now<'a> {
    /// Compares with the floor that was shown when `event` was its newest event.
    fn of(model: &'a Model, id: &AgentId, event: u64) -> Self {
        if let Some(agent) = known_agent(model, id) {
            return if deleted_since(model, id, event) {
                Self::CreatedAgain
            } else {
                Self::Here(agent)
            };
        }
        match model.floor() {
            Some(floor) if floor.knows_all_agents() => Self::Gone,
            _ => Self::Unread,
        }
    }
}

/// Returns whether an agent was deleted after an event, as far as the log goes.
fn deleted_since(model: &Model, id: &AgentId, event: u64) -> bool {
    let newer = model.log.newest_first(u64::MAX);
    let mut newer = newer.take_while(|entry| entry.number() > event);
    newer.any(|entry| match entry {
        Entry::Happened(event) => {
            matches!(&event.what, What::AgentDeleted { agent } if agent == id)
        }
        Entry::Missed { .. } => false,
    })
}

fn already_deleted(id: &AgentId) -> String {
    format!("No agent to delete: {id} is already deleted.")
}

fn created_again(id: &AgentId) -> String {
    format!("Nothing was deleted: {id} was deleted and created again meanwhile.")
}

/// Stores whose deletion closes the open question.
pub(super) fn note_deleted(model: &mut Model) {
    model.deleted_meanwhile = match &model.overlay {
        Some(Overlay::Question(question)) => match &question.about {
            About::DeleteAgents { agents, .. } => match agents.as_slice() {
                [(id, _)] => Some(id.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
}

/// Corrects the message that an agent is already deleted if they were created again while it is
/// shown.
pub(super) fn follow_deleted(model: &mut Model) {
    let Some(id) = model.deleted_meanwhile.clone() else {
        return;
    };
    let gone = already_deleted(&id);
    if model
        .notice
        .as_ref()
        .is_none_or(|notice| notice.text != gone)
    {
        model.deleted_meanwhile = None;
    } else if known_agent(model, &id).is_some() {
        model.deleted_meanwhile = None;
        model.refuse(created_again(&id));
    }
}

pub(super) fn delete(
    model: &Model,
    agents: &[(AgentId, Option<AgentWas>)],
    event: u64,
) -> Result<Draft, String> {
    if let [(id, seen)] = agents {
        return delete_one(model, id, seen.as_ref(), event);
    }
    let (mut each, mut busy, mut gone, mut again) = (vec![], vec![], vec![], vec![]);
    for (id, seen) in agents {
        let seen = match Now::of(model, id, event) {
            Now::CreatedAgain => {
                again.push(id.as_str());
                continue;
            }
            Now::Gone => {
                gone.push(id.as_str());
                continue;
            }
            Now::Here(agent) if agent.state.is_busy() => {
                busy.push(id.as_str());
                continue;
            }
            Now::Here(agent) => Some(agent.into()),
            Now::Unread => seen.clone(),
        };
        let agent = id.clone();
        each.push(Request::DeleteAgent { agent, seen });
    }
    if each.is_empty() {
        return Err(if busy.is_empty() {
            "No agent to delete: all of them were deleted meanwhile.".to_owned()
        } else {
            format!(
                "No agent to delete now: {} on a contact. They can be deleted when it ends.",
                is_or_are(&busy)
            )
        });
    }
    let title = format!("Delete {}?", counted(each.len() as u64, "agent"));
    let mut text = "They leave the floor; the contacts they handled are still counted.".to_owned();
    // Writing to a string cannot fail.
    if !busy.is_empty() {
        let _ = write!(text, " Unchanged (on a contact): {}.", listed(&busy));
    }
    if !gone.is_empty() {
        let _ = write!(text, " Already deleted: {}.", listed(&gone));
    }
    if !again.is_empty() {
        let again = listed(&again);
        let _ = write!(text, " Unchanged (deleted and created again): {again}.");
    }
    Ok((title, text, Request::all(each)))
}

/// Lists agents by name, as many as fit into a sentence.
pub(super) fn listed(agents: &[&str]) -> String {
    let named = agents.len().min(MOST_NAMED);
    let mut text = agents[..named].join(", ");
    if agents.len() > named {
        // Writing to a string cannot fail.
        let _ = write!(text, ", {} more", agents.len() - named);
    }
    text
}

fn is_or_are(agents: &[&str]) -> String {
    let verb = if agents.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", listed(agents))
}

fn delete_one(
    model: &Model,
    id: &AgentId,
    seen: Option<&AgentWas>,
    event: u64,
) -> Result<Draft, String> {
    let (text, seen) = match Now::of(model, id, event) {
        Now::CreatedAgain => return Err(created_again(id)),
        Now::Here(agent) => (about_agent(model, agent), Some(agent.into())),
        Now::Gone if seen.is_some() => {
            return Err(already_deleted(id));
        }
        Now::Gone | Now::Unread => {
            let text = "The console has not read this agent. If they are on the floor, they leave \
                        it, unless they are on a contact.";
            (text.to_owned(), seen.cloned())
        }
    };
    let agent = id.clone();
    let request = Request::DeleteAgent { agent, seen };
    Ok((format!("Delete {id}?"), text, request))
}

fn about_agent(model: &Model, agent: &Agent) -> String {
    let skills = model.floor().map_or(&[][..], |floor| &floor.skills);
    let alone: Vec<&str> = skills
        .iter()
        .filter(|view| view.staffed == 1 && agent.skills.contains(&view.skill))
        .map(|view| view.skill.as_str())
        .collect();
    let mut text = format!(
        "{} {} leaves the floor; {} handled remain counted.",
        agent.fname,
        agent.lname,
        counted(agent.handled, "contact")
    );
    if !alone.is_empty() {
        let _ = write!(text, " Nobody else holds {}.", alone.join(", "));
    }
    if agent.state.is_busy() {
        text.push_str(" They are on a contact: they cannot be deleted until it ends.");
    }
    text
}

pub(super) fn delete_skill(model: &Model, skill: &Skill) -> Result<Draft, String> {
    let known = model.floor().and_then(|floor| floor.skill(skill));
    if known.is_some_and(|view| view.staffed == 0) {
        return Err(format!("Nothing to take: no agent holds {skill}."));
    }
    let text = known.map_or_else(
        || "The console has not read this skill. Every agent who holds it loses it.".to_owned(),
        about_skill,
    );
    let title = format!("Take {skill} from every agent?");
    Ok((
        title,
        text,
        Request::Apply(Operation::DeleteSkill(skill.clone())),
    ))
}

fn about_skill(view: &SkillView) -> String {
    let mut text = format!(
        "{} it, {} of them available; all lose it.",
        if view.staffed == 1 {
            "1 agent holds".to_owned()
        } else {
            format!("{} agents hold", number(view.staffed))
        },
        number(view.available)
    );
    if view.waiting > 0 {
        let _ = write!(
            text,
            " {} for it and must wait until an agent holds it again.",
            if view.waiting == 1 {
                "1 contact waits".to_owned()
            } else {
                format!("{} contacts wait", number(view.waiting))
            }
        );
    }
    text
}
