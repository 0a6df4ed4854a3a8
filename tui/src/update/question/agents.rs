//! What is asked before something is done to agents and skills.

use std::fmt::Write as _;

use shared::agent::{Agent, AgentId, AgentState, Presence};
use shared::skill::Skill;
use shared::view::SkillView;

use super::{Asked, MOST_NAMED};
use crate::effect::Request;
use crate::model::Model;
use crate::model::dialog::each_or_one;
use crate::text::{counted, number};

pub(super) fn presence(
    model: &Model,
    agents: &[(AgentId, Presence, Presence)],
) -> Result<Asked, String> {
    let (mut each, mut left, mut to_available, mut later) = (vec![], vec![], 0, 0);
    for (id, seen, presence) in agents {
        let now = known_agent(model, id);
        let moved = now.is_some_and(|agent| agent.state.chosen() != *seen);
        if moved {
            left.push(id.to_string());
            continue;
        }
        let busy = now.is_some_and(|agent| matches!(agent.state, AgentState::Busy { .. }));
        to_available += usize::from(*presence == Presence::Available);
        later += usize::from(busy);
        each.push(Request::SetPresence {
            agent: id.clone(),
            presence: presence.clone(),
            busy,
            seen: Some(seen.clone()),
        });
    }
    if each.is_empty() {
        return Err("Nothing to change: all of them have chosen anew meanwhile.".to_owned());
    }
    let title = format!("Change {}?", counted(each.len() as u64, "agent"));
    let mut text = format!(
        "{to_available} become available and {} unavailable.",
        each.len() - to_available
    );
    // Writing to a string cannot fail.
    if later > 0 {
        let _ = write!(text, " For {later} who are on a contact, when it ends.");
    }
    if !left.is_empty() {
        left.truncate(MOST_NAMED);
        let _ = write!(
            text,
            " Left as they are, for they have chosen anew meanwhile: {}.",
            left.join(", ")
        );
    }
    Ok((title, text, each_or_one(each)))
}

fn known_agent<'a>(model: &'a Model, id: &AgentId) -> Option<&'a Agent> {
    let listed = model.floor().and_then(|floor| floor.agent(id));
    listed.or_else(|| model.marks.agents.get(id))
}

pub(super) fn delete_agents(model: &Model, agents: &[AgentId]) -> Asked {
    if let [id] = agents {
        let request = Request::DeleteAgent(id.clone());
        let title = format!("Delete {id}?");
        let text = match known_agent(model, id) {
            Some(agent) => about_agent(model, agent),
            None => "They are not among the agents that were looked at. If they are on the floor, \
                     they leave it, unless they are on a contact."
                .to_owned(),
        };
        return (title, text, request);
    }
    let busy = agents.iter().filter(|id| {
        let agent = known_agent(model, id);
        agent.is_some_and(|agent| agent.state.contact().is_some())
    });
    let busy = busy.count();
    let mut text = "They leave the floor; what they handled remains counted.".to_owned();
    if busy > 0 {
        let _ = write!(
            text,
            " For {busy} who are on a contact it will be refused until that ends."
        );
    }
    let each = agents.iter().cloned().map(Request::DeleteAgent).collect();
    let title = format!("Delete {} agents?", agents.len());
    (title, text, each_or_one(each))
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
    if agent.state.contact().is_some() {
        text.push_str(" They are on a contact, so it will be refused until that ends.");
    }
    text
}

pub(super) fn delete_skill(model: &Model, skill: &Skill) -> Asked {
    let known = model.floor().and_then(|floor| floor.skill(skill));
    let text = known.map_or_else(
        || "It is not among the skills that were looked at. Whoever holds it loses it.".to_owned(),
        about_skill,
    );
    let title = format!("Take {skill} from every agent?");
    (title, text, Request::DeleteSkill(skill.clone()))
}

fn about_skill(view: &SkillView) -> String {
    let mut text = format!(
        "{} it, of whom {} available; all lose it.",
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
            " {} for it and will wait until somebody holds it again.",
            if view.waiting == 1 {
                "1 contact waits".to_owned()
            } else {
                format!("{} contacts wait", number(view.waiting))
            }
        );
    }
    text
}
