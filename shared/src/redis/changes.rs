//! The changes, each by its script.

use super::arguments::{NewAgentDocument, opened, with_id};
use super::failure::Failure;
use super::reply;
use super::seen::{no_agent, no_contact, stale_requeue, with_agent_seen, with_contact_seen};
use super::unfinished::{finish_floor, finish_search};
use super::{RedisAcd, endings, offers, scripts};
use crate::agent::{Agent, AgentId, NewAgent, Presence};
use crate::contact::{ContactId, Done, NewContact, Priority, Remarks};
use crate::error::{Error, Result};
use crate::operation::{Answer, Operation};
use crate::seen::{AgentSeen, ContactSeen};
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Profile, Skill, too_many};
use crate::text::{Invalid, PersonName};

/// Carries out a change by its script.
pub(super) async fn apply(acd: &RedisAcd, operation: &Operation) -> Result<Answer> {
    Ok(match operation {
        Operation::Open => Answer::Open(set_open(acd, "open").await?),
        Operation::Close => Answer::Open(set_open(acd, "closed").await?),
        Operation::ChangeSettings(change) => Answer::Settings(acd.replace_settings(change).await?),
        Operation::SetType { name, settings } => {
            Answer::Type(acd.set_type(name, settings.clone()).await?)
        }
        Operation::DeleteType(name) => Answer::Settings(acd.delete_type(name).await?),
        Operation::CreateContact(contact) => Answer::Contact(create_contact(acd, contact).await?),
        Operation::AcceptOffer { id, agent, offer } => {
            Answer::Contact(offers::accept(acd, *id, agent, *offer).await?)
        }
        Operation::RejectOffer {
            id,
            agent,
            offer,
            reason,
        } => Answer::Contact(offers::reject(acd, *id, agent, *offer, reason.as_ref()).await?),
        Operation::CompleteContact { id, remarks, seen } => {
            Answer::Contact(endings::end_contact(acd, *id, "complete", remarks, seen).await?)
        }
        Operation::SetDisposition { id, remarks } => {
            endings::set_disposition(acd, *id, remarks).await?;
            Answer::Done
        }
        Operation::WrapUp { id, step } => {
            endings::wrap_up(acd, id, *step).await?;
            Answer::Done
        }
        Operation::CancelContact { id, seen } => {
            let remarks = Remarks::default();
            Answer::Contact(endings::end_contact(acd, *id, "cancel", &remarks, seen).await?)
        }
        Operation::RequeueContact { id, from, seen } => {
            Answer::Contact(requeue_contact(acd, *id, from, seen).await?)
        }
        Operation::SetPriority { id, priority, seen } => {
            Answer::Priority(set_priority(acd, *id, *priority, seen).await?)
        }
        Operation::CreateAgent(agent) => {
            create_agent(acd, agent).await?;
            Answer::Done
        }
        Operation::RenameAgent {
            id,
            fname,
            lname,
            seen,
        } => {
            let (fname, lname) = rename_agent(acd, id, fname, lname, seen).await?;
            Answer::Name(fname, lname)
        }
        Operation::SetPresence { id, presence, seen } => {
            Answer::Presence(set_presence(acd, id, presence, seen).await?)
        }
        Operation::AddSkill { id, skill, seen } => {
            Answer::Held(!add_skill(acd, id, skill, seen).await?)
        }
        Operation::RemoveSkill { id, skill, seen } => {
            remove_skill(acd, id, skill, seen).await?;
            Answer::Done
        }
        Operation::DeleteAgent { id, seen } => Answer::Agent(delete_agent(acd, id, seen).await?),
        Operation::DeleteSkill(skill) => {
            delete_skill(acd, skill).await?;
            Answer::Done
        }
    })
}

async fn create_contact(acd: &RedisAcd, contact: &NewContact) -> Result<Done> {
    let profile = contact.skills.as_ref();
    let profile = profile.map(|skills| Profile::new(skills).to_string());
    let document = opened(contact.document(profile.as_deref()))?;
    let mut script = acd.script_on(scripts::CREATE_CONTACT, &acd.contact_key(contact.id));
    with_id(&mut script, contact.id).arg(profile.unwrap_or_default());
    let priority = contact.priority.map(|priority| priority.0.to_string());
    script.arg(priority.unwrap_or_default()).arg(document);
    script.arg(contact.owner.as_ref().map_or("", |owner| owner.as_str()));
    if let Some(name) = &contact.contact_type {
        script.arg(name.as_str());
    }
    let answer: Result<String, Failure> = acd.change(&script).await;
    match answer {
        Ok(answer) => {
            let done = reply::created(contact, &answer)?;
            finish_search(acd, &answer).await;
            Ok(done)
        }
        Err(Failure::NobodyHolds(skill)) => Err(acd.nobody_holds(&skill).await),
        Err(failure) => Err(failure.means(|code| match (code, &contact.contact_type) {
            ("CLOSED", _) => Some(Error::Closed),
            ("NOTYPE", Some(name)) => Some(Error::UnknownType(name.clone())),
            ("NOSKILLS", _) => Some(Error::no_skills()),
            _ => None,
        })),
    }
}

async fn requeue_contact(
    acd: &RedisAcd,
    id: ContactId,
    from: &AgentId,
    seen: &ContactSeen,
) -> Result<Done> {
    let mut script = acd.script_on(scripts::REQUEUE_CONTACT, &acd.contact_key(id));
    with_id(&mut script, id).arg(from.as_str());
    with_contact_seen(&mut script, seen);
    let state: String = acd.change(&script).await.map_err(|failure| match failure {
        Failure::Refused(code, told) if code == "STALE" => stale_requeue(id, from, seen, &told),
        other => no_contact(other, id, seen),
    })?;
    finish_search(acd, &state).await;
    reply::done(&state)
}

async fn set_priority(
    acd: &RedisAcd,
    id: ContactId,
    priority: Priority,
    seen: &ContactSeen,
) -> Result<Priority> {
    let mut script = acd.script_on(scripts::SET_PRIORITY, &acd.contact_key(id));
    with_id(&mut script, id).arg(priority.0);
    with_contact_seen(&mut script, seen);
    let before = acd.change(&script).await.map_err(|failure| match failure {
        Failure::Refused(code, _) if code == "ENDED" => Error::ContactEnded(id),
        other => no_contact(other, id, seen),
    })?;
    Ok(Priority(before))
}

async fn create_agent(acd: &RedisAcd, agent: &NewAgent) -> Result<()> {
    let document = opened(serde_json::to_string(&NewAgentDocument {
        id: &agent.id,
        fname: &agent.fname,
        lname: &agent.lname,
        skills: &agent.skills,
    }))?;
    let mut script = acd.script_on(scripts::CREATE_AGENT, &acd.agent_key(&agent.id));
    script.arg(agent.id.as_str()).arg(document);
    for skill in &agent.skills {
        script.arg(skill.as_str());
    }
    let exists = |code: &str| (code == "AGENTEXISTS").then(|| Error::AgentExists(agent.id.clone()));
    acd.change(&script)
        .await
        .map_err(|failure| failure.means(exists))
}

async fn rename_agent(
    acd: &RedisAcd,
    id: &AgentId,
    fname: &PersonName,
    lname: &PersonName,
    seen: &AgentSeen,
) -> Result<(PersonName, PersonName)> {
    let names = serde_json::json!({ "fname": fname, "lname": lname }).to_string();
    let mut script = acd.script_on(scripts::RENAME_AGENT, &acd.agent_key(id));
    script.arg(id.as_str()).arg(names);
    with_agent_seen(&mut script, seen);
    let before: (String, String) = acd
        .change(&script)
        .await
        .map_err(|failure| no_agent(failure, id, seen))?;
    Ok((before.0.try_into()?, before.1.try_into()?))
}

async fn set_presence(
    acd: &RedisAcd,
    id: &AgentId,
    presence: &Presence,
    seen: &AgentSeen,
) -> Result<Presence> {
    let mut script = acd.script_on(scripts::SET_PRESENCE, &acd.agent_key(id));
    script.arg(id.as_str()).arg(presence.word());
    script.arg(presence.reason().map_or("", |reason| reason.as_str()));
    with_agent_seen(&mut script, seen);
    let answer: Result<String, Failure> = acd.change(&script).await;
    match answer {
        Ok(before) => reply::presence(&before),
        Err(Failure::Refused(code, json)) if code == "NOREASON" => {
            let permitted = reply::settings(Some(json.as_bytes())).permit(presence.reason());
            // Another client may have stored what only scripts read as a list.
            let unreadable = || {
                let rule = "give none: the list cannot be read (switchboard-engine check)";
                Invalid::new("the reason", "is not one of this ACD's", rule)
            };
            Err(Error::UnknownReason(
                permitted.err().unwrap_or_else(unreadable),
            ))
        }
        Err(failure) => Err(no_agent(failure, id, seen)),
    }
}

async fn add_skill(acd: &RedisAcd, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool> {
    let mut script = acd.script_on(scripts::ADD_SKILL, &acd.agent_key(id));
    script.arg(id.as_str()).arg(skill.as_str());
    script.arg(MOST_SKILLS_OF_AN_AGENT);
    with_agent_seen(&mut script, seen);
    acd.change(&script).await.map_err(|failure| match failure {
        Failure::Refused(code, _) if code == "TOOMANY" => {
            too_many(MOST_SKILLS_OF_AN_AGENT, "an agent").into()
        }
        other => no_agent(other, id, seen),
    })
}

async fn remove_skill(acd: &RedisAcd, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()> {
    let mut script = acd.script_on(scripts::REMOVE_SKILL, &acd.agent_key(id));
    script.arg(id.as_str()).arg(skill.as_str());
    with_agent_seen(&mut script, seen);
    acd.change(&script).await.map_err(|failure| match failure {
        Failure::Refused(code, _) if code == "NOTHELD" => Error::SkillNotHeld {
            agent: id.clone(),
            skill: skill.clone(),
        },
        other => no_agent(other, id, seen),
    })
}

async fn delete_agent(acd: &RedisAcd, id: &AgentId, seen: &AgentSeen) -> Result<Agent> {
    let mut script = acd.script_on(scripts::DELETE_AGENT, &acd.agent_key(id));
    script.arg(id.as_str());
    with_agent_seen(&mut script, seen);
    let json: String = acd.change(&script).await.map_err(|failure| match failure {
        Failure::Refused(code, _) if code == "AGENTBUSY" => Error::AgentBusy(id.clone()),
        other => no_agent(other, id, seen),
    })?;
    reply::document(&json)
}

async fn delete_skill(acd: &RedisAcd, skill: &Skill) -> Result<()> {
    let mut script = acd.script(scripts::DELETE_SKILL);
    script.arg(skill.as_str());
    let unknown = |code: &str| (code == "NOSKILL").then(|| Error::UnknownSkill(skill.clone()));
    let more = acd
        .change(&script)
        .await
        .map_err(|failure| failure.means(unknown))?;
    finish_floor(acd, more).await
}

/// Opens or closes the ACD. Returns whether it was open.
async fn set_open(acd: &RedisAcd, word: &str) -> Result<bool> {
    let mut script = acd.script(scripts::SET_OPEN);
    script.arg(word);
    let (more, was_open) = acd.change(&script).await?;
    finish_floor(acd, more).await?;
    Ok(was_open)
}
