//! Applies a step to a store.

use shared::Store;
use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{ContactId, ContactState, NewContact, Priority};
use shared::operation::WrapUpStep;

use super::draw::Step;
use super::values::{
    AGENTS, agent_id, attributes, contact_id, contact_type, owner, person, reason, remarks, skill,
    skills,
};

fn say(answer: impl std::fmt::Debug) -> String {
    format!("{answer:?}")
}

/// Applies a step and returns the answer as text.
pub(super) async fn apply(acd: &dyn Store, step: &Step) -> String {
    match step {
        Step::Create {
            contact,
            of,
            skills: numbers,
            priority,
            extras,
        } => {
            let numbers = numbers.as_ref().map(|numbers| skills(numbers));
            let id = contact_id(*contact);
            let priority = priority.map(Priority);
            let new = NewContact::new(id, numbers, priority, attributes(*extras));
            let new = new.unwrap().of_type(of.map(contact_type));
            say(acd.create_contact(new.owned_by(owner(*extras))).await)
        }
        Step::Accept {
            contact,
            other,
            other_number,
        } => {
            let (id, agent, number) = offer_of(acd, *contact, *other).await;
            let number = number + u64::from(*other_number);
            say(acd.accept_offer(id, &agent, number).await)
        }
        Step::Reject {
            contact,
            other,
            reason: why,
        } => {
            let (id, agent, number) = offer_of(acd, *contact, *other).await;
            say(acd.reject_offer(id, &agent, number, why.map(reason)).await)
        }
        Step::Complete {
            contact,
            remarks: said,
            saw,
        } => {
            let id = contact_id(*contact);
            let seen = saw.contact(acd, id).await;
            say(acd.complete_with(id, remarks(*said), &seen).await)
        }
        Step::SetDisposition {
            contact,
            remarks: said,
        } => say(acd
            .set_disposition(contact_id(*contact), remarks(*said))
            .await),
        Step::WrapUp { agent, longer } => {
            let step = longer.map_or(WrapUpStep::Done, |seconds| {
                WrapUpStep::Extend(seconds.try_into().unwrap())
            });
            say(acd.wrap_up(&agent_id(*agent), step).await)
        }
        Step::Cancel { contact, saw } => {
            let id = contact_id(*contact);
            let seen = saw.contact(acd, id).await;
            say(acd.cancel_contact(id, &seen).await)
        }
        Step::Requeue {
            contact,
            agent,
            saw,
        } => {
            let id = contact_id(*contact);
            let seen = saw.contact(acd, id).await;
            say(acd.requeue_contact(id, &agent_id(*agent), &seen).await)
        }
        Step::Prioritise {
            contact,
            priority,
            saw,
        } => {
            let id = contact_id(*contact);
            let seen = saw.contact(acd, id).await;
            say(acd.set_priority(id, Priority(*priority), &seen).await)
        }
        Step::CreateAgent {
            agent,
            skills: numbers,
        } => {
            let (first, last) = (person("Ada"), person("L"));
            let new = NewAgent::new(agent_id(*agent), first, last, skills(numbers));
            say(acd.create_agent(new.unwrap()).await)
        }
        Step::RunDue => say(acd.run_due().await),
        Step::Pass { .. } => String::new(),
        other => apply_to_agent(acd, other).await,
    }
}

/// Same as [`apply`], for steps that concern the whole floor.
async fn apply_to_floor(acd: &dyn Store, step: &Step) -> String {
    match step {
        Step::SetType { number, change } => {
            let name = contact_type(*number);
            let types = acd.types().await.unwrap();
            let known = types.into_iter().find(|known| known.name == name);
            let settings = known.map(|known| known.settings).unwrap_or_default();
            say(acd.set_type(&name, settings.changed(change)).await)
        }
        Step::DeleteType { number } => say(acd.delete_type(&contact_type(*number)).await),
        Step::DeleteSkill { skill: number } => say(acd.delete_skill(&skill(*number)).await),
        Step::Open => say(acd.open().await),
        Step::Close => say(acd.close().await),
        Step::Set { change } => say(acd.change_settings(change.clone()).await),
        other => panic!("{other:?} does not concern the floor"),
    }
}

/// Returns a contact with its offer, or else the one that was accepted or rejected last.
async fn offer_of(acd: &dyn Store, number: u8, other: Option<u8>) -> (ContactId, AgentId, u64) {
    let id = contact_id(number);
    let contact = acd.contact(id).await.ok();
    let agent = match contact.as_ref().map(|contact| &contact.state) {
        Some(ContactState::Offered(offer)) => Some((offer.agent.clone(), offer.number)),
        Some(state) => state
            .agent()
            .cloned()
            .zip(contact.as_ref().unwrap().accepted),
        None => None,
    };
    let (agent, offer) = match agent {
        Some(found) => found,
        None => {
            let agent = agent_id(number % AGENTS);
            let rejected = acd
                .agent(&agent)
                .await
                .ok()
                .and_then(|agent| agent.rejected);
            (agent, rejected.unwrap_or(1))
        }
    };
    (id, other.map_or(agent, agent_id), offer)
}

/// Same as [`apply`], for steps that change an agent.
async fn apply_to_agent(acd: &dyn Store, step: &Step) -> String {
    match step {
        Step::Rename { agent, saw } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd
                .rename_agent(&id, person("É\"\\"), person(""), &seen)
                .await)
        }
        Step::Available { agent, saw } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.set_presence(&id, Presence::Available, &seen).await)
        }
        Step::Unavailable {
            agent,
            reason: number,
            saw,
        } => {
            let presence = Presence::Unavailable(number.map(reason));
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.set_presence(&id, presence, &seen).await)
        }
        Step::AddSkill {
            agent,
            skill: number,
            saw,
        } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.add_skill(&id, &skill(*number), &seen).await)
        }
        Step::RemoveSkill {
            agent,
            skill: number,
            saw,
        } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.remove_skill(&id, &skill(*number), &seen).await)
        }
        Step::DeleteAgent { agent, saw } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.delete_agent(&id, &seen).await)
        }
        other => apply_to_floor(acd, other).await,
    }
}
