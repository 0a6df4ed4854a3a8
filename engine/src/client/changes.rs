//! The changes, each as a request.

use serde::de::DeserializeOwned;
use shared::agent::{Agent, AgentId, NewAgent, Presence};
use shared::contact::{ContactId, Done, NewContact, Priority};
use shared::operation::{Answer, Operation};
use shared::seen::{AgentSeen, ContactSeen};
use shared::settings::{Settings, SettingsChange};
use shared::skill::Skill;
use shared::text::PersonName;
use shared::{Error, Result};

use super::ApiAcd;
use super::call::Call;
use crate::messages::acd::{SetAcd, SettingsBody, WasOpen};
use crate::messages::agent::{
    AddSkill, AgentBody, Chosen, CreateAgent, RenameAgent, SetAgentState, WasHeld, WasNamed,
};
use crate::messages::change::Previous;
use crate::messages::contact::{CreateContact, Requeue, SetPriority, WasPriority};
use crate::messages::contact_state::FullAnswer;
use crate::route;

/// Carries out a change over the API.
pub(super) async fn apply(acd: &ApiAcd, operation: &Operation) -> Result<Answer> {
    Ok(match operation {
        Operation::Open => Answer::Open(set_state(acd, 1).await?),
        Operation::Close => Answer::Open(set_state(acd, 0).await?),
        Operation::ChangeSettings(change) => Answer::Settings(change_settings(acd, change).await?),
        Operation::CreateContact(contact) => Answer::Contact(create_contact(acd, contact).await?),
        Operation::CompleteContact { id, seen } => {
            Answer::Contact(complete_contact(acd, *id, seen).await?)
        }
        Operation::CancelContact { id, seen } => {
            Answer::Contact(cancel_contact(acd, *id, seen).await?)
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

async fn change_settings(acd: &ApiAcd, change: &SettingsChange) -> Result<Settings> {
    let call = Call::patch(route::ACD_SETTINGS, &[], &change);
    let was: SettingsBody = before(acd, call).await?;
    Ok(was.into())
}

async fn create_contact(acd: &ApiAcd, contact: &NewContact) -> Result<Done> {
    let body = CreateContact::from(contact);
    let call = Call::post(route::CONTACTS, &[], &body);
    changed_contact(acd, call, contact.id).await
}

async fn complete_contact(acd: &ApiAcd, id: ContactId, seen: &ContactSeen) -> Result<Done> {
    let call = Call::patch_without_body(route::CONTACT, &[&id.to_string()]).if_contact(seen);
    changed_contact(acd, call, id).await
}

async fn cancel_contact(acd: &ApiAcd, id: ContactId, seen: &ContactSeen) -> Result<Done> {
    let call = Call::delete(route::CONTACT, &[&id.to_string()]).if_contact(seen);
    changed_contact(acd, call, id).await
}

async fn requeue_contact(
    acd: &ApiAcd,
    id: ContactId,
    from: &AgentId,
    seen: &ContactSeen,
) -> Result<Done> {
    let agent = from.to_string();
    let body = Requeue { agent };
    let call = Call::post(route::CONTACT_REQUEUE, &[&id.to_string()], &body).of_agent(from);
    changed_contact(acd, call.if_contact(seen), id).await
}

async fn set_priority(
    acd: &ApiAcd,
    id: ContactId,
    priority: Priority,
    seen: &ContactSeen,
) -> Result<Priority> {
    let priority = i64::from(priority.0);
    let body = SetPriority { priority };
    let call = Call::patch(route::CONTACT_PRIORITY, &[&id.to_string()], &body);
    let was: WasPriority = before(acd, call.of_contact(id).if_contact(seen)).await?;
    Ok(Priority(was.priority))
}

async fn create_agent(acd: &ApiAcd, agent: &NewAgent) -> Result<()> {
    let body = CreateAgent::from(agent);
    let call = Call::post(route::AGENT, &[agent.id.as_str()], &body).once();
    acd.connection.send(call.of_agent(&agent.id)).await
}

async fn rename_agent(
    acd: &ApiAcd,
    id: &AgentId,
    fname: &PersonName,
    lname: &PersonName,
    seen: &AgentSeen,
) -> Result<(PersonName, PersonName)> {
    let [fname, lname] = [fname, lname].map(ToString::to_string);
    let body = RenameAgent { fname, lname };
    let call = Call::patch(route::AGENT, &[id.as_str()], &body);
    let was: WasNamed = before(acd, call.of_agent(id).if_agent(seen)).await?;
    Ok((was.fname, was.lname))
}

async fn set_presence(
    acd: &ApiAcd,
    id: &AgentId,
    presence: &Presence,
    seen: &AgentSeen,
) -> Result<Presence> {
    let body = SetAgentState::of(presence, seen.seen_standing());
    let call = Call::patch(route::AGENT_STATE, &[id.as_str()], &body).of_agent(id);
    let call = call.in_version(seen.seen_versions());
    let was: Chosen = before(acd, call).await?;
    Ok(was.try_into()?)
}

async fn add_skill(acd: &ApiAcd, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<bool> {
    let body = AddSkill {
        skill: skill.to_string(),
    };
    let call = Call::patch(route::AGENT_SKILLS, &[id.as_str()], &body).if_agent(seen);
    let was: WasHeld = before(acd, call.of_agent(id).of_skill(skill)).await?;
    Ok(!was.held)
}

async fn remove_skill(acd: &ApiAcd, id: &AgentId, skill: &Skill, seen: &AgentSeen) -> Result<()> {
    let call = Call::delete(route::AGENT_SKILL, &[id.as_str(), skill.as_str()]).once();
    let call = call.if_agent(seen);
    acd.connection.send(call.of_agent(id).of_skill(skill)).await
}

async fn delete_agent(acd: &ApiAcd, id: &AgentId, seen: &AgentSeen) -> Result<Agent> {
    let call = Call::delete(route::AGENT, &[id.as_str()]).once();
    let was: AgentBody = before(acd, call.of_agent(id).if_agent(seen)).await?;
    Ok(was.into())
}

async fn delete_skill(acd: &ApiAcd, skill: &Skill) -> Result<()> {
    let call = Call::delete(route::SKILL, &[skill.as_str()]).once();
    acd.connection.send(call.of_skill(skill)).await
}

/// Opens or closes the ACD. Returns whether it was open before.
async fn set_state(acd: &ApiAcd, state: i64) -> Result<bool> {
    let call = Call::post(route::ACD, &[], &SetAcd { state });
    let was: WasOpen = before(acd, call).await?;
    Ok(was.acd_state == 1)
}

/// Changes a contact, and returns its new state.
async fn changed_contact(acd: &ApiAcd, call: Call, id: ContactId) -> Result<Done> {
    let answer: FullAnswer = acd.connection.request(call.of_contact(id).full()).await?;
    let repeated = answer.repeated;
    let state = answer.standing.try_into().map_err(Error::Contract)?;
    Ok(Done { state, repeated })
}

/// Changes something, and returns the state before.
async fn before<Before: DeserializeOwned>(acd: &ApiAcd, call: Call) -> Result<Before> {
    let answer: Previous<Before> = acd.connection.request(call.full()).await?;
    Ok(answer.before)
}
