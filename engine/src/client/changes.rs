//! The changes, each as a request.

use serde::de::DeserializeOwned;
use shared::agent::{Agent, AgentId, NewAgent, Presence};
use shared::contact::{ContactId, Done, NewContact, Priority, Remarks};
use shared::contact_type::TypeName;
use shared::operation::{Answer, Operation, WrapUpStep};
use shared::seen::{AgentSeen, ContactSeen};
use shared::settings::{Settings, SettingsChange};
use shared::skill::Skill;
use shared::text::{PersonName, Reason};
use shared::{Error, Result};

use super::ApiAcd;
use super::call::Call;
use crate::messages::acd::{SetAcd, WasOpen};
use crate::messages::agent::{
    AddSkill, AgentBody, Chosen, CreateAgent, RenameAgent, SetAgentState, WasHeld, WasNamed,
    WrapUpBody,
};
use crate::messages::change::Previous;
use crate::messages::contact::{
    AcceptOffer, CompleteContact, CreateContact, RejectOffer, Requeue, SetDisposition, SetPriority,
    WasPriority,
};
use crate::messages::contact_state::FullAnswer;
use crate::route;

/// Carries out a change over the API.
pub(super) async fn apply(acd: &ApiAcd, operation: &Operation) -> Result<Answer> {
    Ok(match operation {
        Operation::Open => Answer::Open(set_state(acd, 1).await?),
        Operation::Close => Answer::Open(set_state(acd, 0).await?),
        Operation::ChangeSettings(change) => Answer::Settings(change_settings(acd, change).await?),
        Operation::SetType { name, settings } => Answer::Type(set_type(acd, name, settings).await?),
        Operation::DeleteType(name) => Answer::Settings(delete_type(acd, name).await?),
        Operation::CreateContact(contact) => Answer::Contact(create_contact(acd, contact).await?),
        Operation::AcceptOffer { id, agent, offer } => {
            Answer::Contact(accept_offer(acd, *id, agent, *offer).await?)
        }
        Operation::RejectOffer {
            id,
            agent,
            offer,
            reason,
        } => Answer::Contact(reject_offer(acd, *id, agent, *offer, reason.as_ref()).await?),
        Operation::CompleteContact { id, remarks, seen } => {
            Answer::Contact(complete_contact(acd, *id, remarks, seen).await?)
        }
        Operation::SetDisposition { id, remarks } => {
            set_disposition(acd, *id, remarks).await?;
            Answer::Done
        }
        Operation::WrapUp { id, step } => {
            wrap_up(acd, id, *step).await?;
            Answer::Done
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
    before(acd, call).await
}

async fn set_type(acd: &ApiAcd, name: &TypeName, settings: &Settings) -> Result<Option<Settings>> {
    let call = Call::put(route::TYPE, &[name.as_str()], settings);
    before(acd, call.of_type(Some(name))).await
}

async fn delete_type(acd: &ApiAcd, name: &TypeName) -> Result<Settings> {
    let call = Call::delete(route::TYPE, &[name.as_str()]).once();
    acd.connection.request(call.of_type(Some(name))).await
}

async fn create_contact(acd: &ApiAcd, contact: &NewContact) -> Result<Done> {
    let body = CreateContact::from(contact);
    let call = Call::post(route::CONTACTS, &[], &body).of_type(contact.contact_type.as_ref());
    changed_contact(acd, call, contact.id).await
}

async fn accept_offer(acd: &ApiAcd, id: ContactId, by: &AgentId, offer: u64) -> Result<Done> {
    let agent = by.to_string();
    let body = AcceptOffer { agent, offer };
    let call = Call::post(route::CONTACT_ACCEPT, &[&id.to_string()], &body);
    changed_contact(acd, call.of_agent(by), id).await
}

async fn reject_offer(
    acd: &ApiAcd,
    id: ContactId,
    by: &AgentId,
    offer: u64,
    reason: Option<&Reason>,
) -> Result<Done> {
    let body = RejectOffer {
        agent: by.to_string(),
        offer,
        reason: reason.map(ToString::to_string),
    };
    let call = Call::post(route::CONTACT_REJECT, &[&id.to_string()], &body);
    changed_contact(acd, call.of_agent(by), id).await
}

async fn complete_contact(
    acd: &ApiAcd,
    id: ContactId,
    remarks: &Remarks,
    seen: &ContactSeen,
) -> Result<Done> {
    let key = id.to_string();
    let call = if *remarks == Remarks::default() {
        Call::patch_without_body(route::CONTACT, &[&key])
    } else {
        let body = CompleteContact::of(remarks);
        Call::post(route::CONTACT_COMPLETE, &[&key], &body)
    };
    changed_contact(acd, call.if_contact(seen), id).await
}

async fn set_disposition(acd: &ApiAcd, id: ContactId, remarks: &Remarks) -> Result<()> {
    let body = SetDisposition::of(remarks);
    let call = Call::patch(route::CONTACT_DISPOSITION, &[&id.to_string()], &body);
    acd.connection.send(call.of_contact(id)).await
}

/// Ends or extends a wrap-up. A repeat would extend it twice, or find it over.
async fn wrap_up(acd: &ApiAcd, id: &AgentId, step: WrapUpStep) -> Result<()> {
    let body = WrapUpBody::from(step);
    let call = Call::post(route::AGENT_WRAP_UP, &[id.as_str()], &body).once();
    acd.connection.send(call.of_agent(id)).await
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
    was.try_into().map_err(Error::Contract)
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
