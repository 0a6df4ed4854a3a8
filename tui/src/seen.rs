//! Changes of an agent that are only made if what was seen still holds: their name, their skills,
//! whether they are on a contact.
//!
//! A version covers the whole agent, also parts that change every few seconds on a busy floor and
//! do not matter here. So the agent is read, the relevant parts are compared, and the change
//! carries the version that was read. The store refuses it if anything changed in between. Then the
//! agent is read again.

use std::collections::BTreeSet;

use shared::agent::{Agent, AgentId};
use shared::seen::AgentSeen;
use shared::skill::Skill;
use shared::text::PersonName;
use shared::{Acd, Error};

use crate::request::AgentWas;
use crate::sentence::{joined, skills_changed};

/// How often the agent is read again if their version keeps changing before the change arrives.
const TRIES: usize = 5;

/// Renames an agent, if they still have the name that was seen.
pub(crate) async fn rename(
    acd: &dyn Acd,
    id: &AgentId,
    (fname, lname): (&PersonName, &PersonName),
    seen: Option<&(PersonName, PersonName)>,
) -> Result<(), Error> {
    let rename = |saw: AgentSeen| async move {
        let before = acd.rename_agent(id, fname.clone(), lname.clone(), &saw);
        before.await.map(|_| ())
    };
    let Some(seen) = seen else {
        return rename(AgentSeen::ANYTHING).await;
    };
    while_still(acd, id, |agent| named(agent, seen), rename).await
}

/// Deletes an agent, if they are still as seen.
pub(crate) async fn delete(
    acd: &dyn Acd,
    id: &AgentId,
    seen: Option<&AgentWas>,
) -> Result<(), Error> {
    let delete = |saw: AgentSeen| async move { acd.delete_agent(id, &saw).await.map(|_| ()) };
    let Some(seen) = seen else {
        return delete(AgentSeen::ANYTHING).await;
    };
    let still = |agent: &Agent| {
        named(agent, &seen.name)?;
        holds(agent, &seen.skills)?;
        // The store refuses to delete an agent who is on a contact, whatever was seen.
        if seen.busy && !agent.state.is_busy() {
            return Err(format!("{id} is no longer on a contact"));
        }
        Ok(())
    };
    while_still(acd, id, still, delete).await
}

/// Adds skills to an agent and removes others, one after another, as long as the agent holds the
/// skills seen, as changed by the earlier steps. Returns a sentence that says how far it came.
pub(crate) async fn change_skills(
    acd: &dyn Acd,
    id: &AgentId,
    (add, remove): (&[Skill], &[Skill]),
    held: Option<&[Skill]>,
) -> Result<String, Error> {
    let mut held = held.map(<[Skill]>::to_vec);
    // A typed command is sent whatever the agent holds; this is for the sentence about it.
    let before = match &held {
        Some(held) => held.clone(),
        None => acd.agent(id).await?.skills,
    };
    let mut done = (vec![], vec![]);
    let added = add.iter().map(|skill| (skill, true));
    let removed = remove.iter().map(|skill| (skill, false));
    for (skill, gets) in added.chain(removed) {
        if let Err(error) = change_skill(acd, id, (skill, gets), held.as_deref()).await {
            if done.0.is_empty() && done.1.is_empty() {
                return Err(error);
            }
            // Reports the steps that succeeded: they are not undone.
            let so_far = changed_from(&before, id, (&done.0, &done.1));
            return Ok(format!("{so_far} The rest was not done: {error}."));
        }
        let (list, held) = if gets {
            (&mut done.0, held.as_mut())
        } else {
            (&mut done.1, held.as_mut())
        };
        list.push(skill.clone());
        if let Some(held) = held {
            held.retain(|other| other != skill);
            held.extend(gets.then(|| skill.clone()));
        }
    }
    Ok(changed_from(&before, id, (add, remove)))
}

/// Says how the skills changed of an agent who held `before`.
fn changed_from(before: &[Skill], id: &AgentId, (added, removed): (&[Skill], &[Skill])) -> String {
    let held = |skill: &Skill| before.contains(skill);
    let (already, got): (Vec<Skill>, Vec<Skill>) = added.iter().cloned().partition(held);
    if already.is_empty() {
        return skills_changed(id, added, removed);
    }
    let already = format!("already held {}.", joined(&already));
    if got.is_empty() && removed.is_empty() {
        return format!("Nothing was changed: {id} {already}");
    }
    let changed = skills_changed(id, &got, removed);
    format!("{}; they {already}", changed.trim_end_matches('.'))
}

async fn change_skill(
    acd: &dyn Acd,
    id: &AgentId,
    (skill, gets): (&Skill, bool),
    held: Option<&[Skill]>,
) -> Result<(), Error> {
    let change = |saw: AgentSeen| async move {
        if gets {
            acd.add_skill(id, skill, &saw).await.map(|_| ())
        } else {
            acd.remove_skill(id, skill, &saw).await
        }
    };
    match held {
        None => change(AgentSeen::ANYTHING).await,
        Some(held) => while_still(acd, id, |agent| holds(agent, held), change).await,
    }
}

/// Changes an agent if `still` holds for them.
async fn while_still<Change: Future<Output = Result<(), Error>>>(
    acd: &dyn Acd,
    id: &AgentId,
    still: impl Fn(&Agent) -> Result<(), String>,
    change: impl Fn(AgentSeen) -> Change,
) -> Result<(), Error> {
    for _ in 0..TRIES {
        let agent = acd.agent(id).await?;
        still(&agent)
            .map_err(|now| Error::Stale(format!("{now}; nothing was done: check and try again")))?;
        let saw = AgentSeen::ANYTHING.in_version(vec![agent.version()]);
        match change(saw).await {
            Err(Error::Changed(_)) => {}
            done => return done,
        }
    }
    Err(Error::Stale(format!(
        "{id} keeps changing; nothing was done: try again"
    )))
}

/// Returns an error with the agent's name if it differs.
pub(crate) fn named(
    agent: &Agent,
    (fname, lname): &(PersonName, PersonName),
) -> Result<(), String> {
    if (&agent.fname, &agent.lname) == (fname, lname) {
        return Ok(());
    }
    Err(format!(
        "{} is called {} {}, not {fname} {lname}",
        agent.id, agent.fname, agent.lname
    ))
}

/// Returns an error with the agent's skills if they differ.
pub(crate) fn holds(agent: &Agent, skills: &[Skill]) -> Result<(), String> {
    let set = |skills: &[Skill]| skills.iter().cloned().collect::<BTreeSet<_>>();
    if set(&agent.skills) == set(skills) {
        return Ok(());
    }
    let or_none = |skills: &[Skill]| match skills {
        [] => "no skill".to_owned(),
        skills => joined(skills),
    };
    Err(format!(
        "{} now holds {}, but was shown with {}",
        agent.id,
        or_none(&agent.skills),
        or_none(skills)
    ))
}
