//! Applies a step to a store.

use shared::Store;
use shared::agent::{NewAgent, Presence};
use shared::contact::{NewContact, Priority};

use super::draw::Step;
use super::values::{agent_id, attributes, contact_id, owner, person, reason, skill, skills};

fn say(answer: impl std::fmt::Debug) -> String {
    format!("{answer:?}")
}

/// Applies a step and returns the answer as text.
pub(super) async fn apply(acd: &dyn Store, step: &Step) -> String {
    match step {
        Step::Create {
            contact,
            skills: numbers,
            priority,
            extras,
        } => {
            let priority = Priority(*priority);
            let id = contact_id(*contact);
            let new = NewContact::new(id, skills(numbers), priority, attributes(*extras));
            let new = new.unwrap().owned_by(owner(*extras));
            say(acd.create_contact(new).await)
        }
        Step::Complete { contact, saw } => {
            let id = contact_id(*contact);
            let seen = saw.contact(acd, id).await;
            say(acd.complete_contact(id, &seen).await)
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
        Step::DeleteSkill { skill: number } => say(acd.delete_skill(&skill(*number)).await),
        Step::Open => say(acd.open().await),
        Step::Close => say(acd.close().await),
        Step::Set { change } => say(acd.change_settings(change.clone()).await),
        Step::RunDue => say(acd.run_due().await),
        Step::Pass { .. } => String::new(),
        other => apply_to_agent(acd, other).await,
    }
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
        other => panic!("{other:?} changes no agent"),
    }
}
