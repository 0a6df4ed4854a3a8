//! Many processes on one Redis at once: no contact has two agents, no agent has two contacts, and
//! nothing is lost.

use std::collections::HashSet;
use std::sync::Arc;

use shared::agent::{AgentState, NewAgent, Presence};
use shared::contact::{ContactId, ContactState, NewContact};
use shared::event::What;
use shared::redis::RedisAcd;
use shared::seen::{AgentSeen, ContactSeen};
use shared::view::Page;
use shared::{Acd, Store};

use shared::testing::{clean, fresh_name, redis_url};

const AGENTS: usize = 5;
const PROCESSES: usize = 6;
const CONTACTS_EACH: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_contact_ends_once_however_many_work_at_it() {
    shared::needs_redis!();
    let name = fresh_name();
    let connect = async || Arc::new(RedisAcd::connect(&redis_url(), name.clone()).await.unwrap());
    let acd = connect().await;
    let skills = || vec!["English".parse().unwrap()];
    for number in 0..AGENTS {
        let person = || "x".to_owned().try_into().unwrap();
        let id: shared::agent::AgentId = format!("agent:{number}").parse().unwrap();
        let new = NewAgent::new(id.clone(), person(), person(), skills()).unwrap();
        acd.create_agent(new).await.unwrap();
        acd.set_presence(&id, Presence::Available, &AgentSeen::ANYTHING)
            .await
            .unwrap();
    }

    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..PROCESSES {
        let acd = connect().await;
        tasks.spawn(async move { work(&acd).await });
    }
    let ids: Vec<ContactId> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        PROCESSES * CONTACTS_EACH
    );

    let overview = acd.overview().await.unwrap();
    let all = (PROCESSES * CONTACTS_EACH) as u64;
    assert_eq!(
        (overview.waiting, overview.busy, overview.available),
        (0, 0, AGENTS as u64)
    );
    assert_eq!(
        (overview.totals.created, overview.totals.handled),
        (all, all)
    );
    let agents = acd.agents(Page::first(AGENTS)).await.unwrap().items;
    assert_eq!(agents.iter().map(|agent| agent.handled).sum::<u64>(), all);
    clean(&name).await;
}

/// Creates contacts and, as any process might, completes every contact that it sees assigned.
async fn work(acd: &RedisAcd) -> Vec<ContactId> {
    let mut ids = Vec::new();
    for _ in 0..CONTACTS_EACH {
        let id = ContactId::random();
        let new = NewContact::needing(id, vec!["English".parse().unwrap()]).unwrap();
        acd.create_contact(new).await.unwrap();
        ids.push(id);
        complete_one(acd).await;
    }
    for id in &ids {
        while !matches!(
            acd.contact(*id).await.unwrap().state,
            ContactState::Complete { .. }
        ) {
            complete_one(acd).await;
        }
    }
    ids
}

async fn complete_one(acd: &RedisAcd) {
    let agents = acd.agents(Page::first(AGENTS)).await.unwrap().items;
    let contacts: Vec<ContactId> = agents
        .iter()
        .filter_map(|agent| agent.state.contact())
        .collect();
    let different: HashSet<_> = contacts.iter().collect();
    assert_eq!(different.len(), contacts.len(), "no contact has two agents");
    let busy = agents
        .iter()
        .find(|agent| matches!(agent.state, AgentState::Busy { .. }));
    if let Some(contact) = busy.and_then(|agent| agent.state.contact()) {
        acd.complete_contact(contact, &ContactSeen::ANYTHING)
            .await
            .unwrap();
    }
}

const ACCEPTS: usize = 64;
const OFFERS: usize = 15;

/// Of many accepts and rejects of one offer at once one is carried out; all others are told what is
/// true. It is one assignment, however often the winner repeats it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_answers_to_an_offer_wins() {
    shared::needs_redis!();
    let name = fresh_name();
    let acd = Arc::new(RedisAcd::connect(&redis_url(), name.clone()).await.unwrap());
    let set = r#"{"offer_timeout_s":60,"penalty_s":0}"#;
    acd.change_settings(serde_json::from_str(set).unwrap())
        .await
        .unwrap();
    let person = || "x".to_owned().try_into().unwrap();
    let ann: shared::agent::AgentId = "ann".parse().unwrap();
    let new = NewAgent::new(ann.clone(), person(), person(), vec![]).unwrap();
    acd.create_agent(new).await.unwrap();
    acd.set_presence(&ann, Presence::Available, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let mut won = 0;
    for round in 0..OFFERS {
        let id = ContactId::random();
        let new = NewContact::needing(id, vec![]).unwrap();
        let ContactState::Offered(offer) = acd.create_contact(new).await.unwrap().state else {
            panic!("it is not offered");
        };
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..ACCEPTS {
            let (acd, ann) = (Arc::clone(&acd), ann.clone());
            // In every third round a part of them rejects.
            let rejects = round % 3 == 2 && number % 8 == 7;
            tasks.spawn(async move {
                let answer = if rejects {
                    acd.reject_offer(id, &ann, offer.number, None).await
                } else {
                    acd.accept_offer(id, &ann, offer.number).await
                };
                (rejects, answer)
            });
        }
        let answers = tasks.join_all().await;
        let first: Vec<bool> = answers
            .iter()
            .filter(|(_, answer)| answer.as_ref().is_ok_and(|done| !done.repeated))
            .map(|(rejects, _)| *rejects)
            .collect();
        let [rejected] = first[..] else {
            panic!("{} were carried out", first.len());
        };
        for (rejects, answer) in &answers {
            match answer {
                Ok(_) => assert_eq!(*rejects, rejected, "they agree"),
                Err(refused) => assert_eq!((refused.code(), *rejects), ("stale_offer", !rejected)),
            }
        }
        won += u64::from(!rejected);
        acd.complete_contact(id, &ContactSeen::ANYTHING)
            .await
            .unwrap();
        acd.run_due().await.unwrap();
    }
    let counted = acd.overview().await.unwrap().totals;
    assert_eq!((counted.assigned, counted.accepted), (won, won));
    assert_eq!(counted.rejected, OFFERS as u64 - won);
    let events = acd.events_after(0, 10_000).await.unwrap();
    let assigned = events
        .iter()
        .filter(|event| matches!(event.what, What::ContactAssigned { .. }));
    assert_eq!(assigned.count() as u64, won);
    clean(&name).await;
}
