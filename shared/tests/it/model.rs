//! Model test: the core is the oracle. The same random operations run on the core and on Redis, and
//! every answer and the whole visible state are compared after every step. A failure is shrunk to
//! the shortest sequence.
//!
//! `MODEL_CASES` (default 100) sequences of up to 150 operations: at least 10,000 in all, which is
//! asserted. `PROPTEST_RNG_SEED` repeats a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{Attributes, ContactId, NewContact, Owner, Priority};
use shared::embedded::EmbeddedAcd;
use shared::redis::RedisAcd;
use shared::service_level::BOUNDS;
use shared::settings::SettingsChange;
use shared::skill::Skill;
use shared::text::{PersonName, Reason};
use shared::time::{ManualClock, Millis};
use shared::view::{Page, Start};
use shared::{Acd, Store};

use shared::testing::{clean, fresh_name, redis_url};

use crate::saw::Saw;
use crate::support::NOON;

/// One operation, on so few agents, contacts and skills that they interact often.
#[derive(Clone, Debug)]
enum Operation {
    Create {
        contact: u8,
        skills: Vec<u8>,
        priority: u8,
        extras: u8,
    },
    Complete {
        contact: u8,
        saw: Saw,
    },
    Cancel {
        contact: u8,
        saw: Saw,
    },
    Requeue {
        contact: u8,
        agent: u8,
        saw: Saw,
    },
    Prioritise {
        contact: u8,
        priority: u8,
        saw: Saw,
    },
    CreateAgent {
        agent: u8,
        skills: Vec<u8>,
    },
    Rename {
        agent: u8,
        saw: Saw,
    },
    Available {
        agent: u8,
        saw: Saw,
    },
    Unavailable {
        agent: u8,
        reason: Option<u8>,
        saw: Saw,
    },
    AddSkill {
        agent: u8,
        skill: u8,
        saw: Saw,
    },
    RemoveSkill {
        agent: u8,
        skill: u8,
        saw: Saw,
    },
    DeleteAgent {
        agent: u8,
        saw: Saw,
    },
    DeleteSkill {
        skill: u8,
    },
    Open,
    Close,
    KnownSkillsOnly {
        value: Option<bool>,
    },
    RunDue,
    Pass {
        millis: u64,
    },
}

pub(crate) const AGENTS: u8 = 6;
const CONTACTS: u8 = 24;
const SKILLS: u8 = 4;

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    use Operation::{
        AddSkill, Available, Close, Complete, Create, CreateAgent, DeleteAgent, DeleteSkill, Open,
        Pass, RemoveSkill, Rename, RunDue, Unavailable,
    };
    let agent = || 0..AGENTS;
    let contact = || 0..CONTACTS;
    let skill = || 0..SKILLS;
    let saw = Saw::any();
    let skills = |most| prop::collection::vec(0..SKILLS, 0..=most);
    let one = prop_oneof![
        14 => (contact(), skills(3), prop_oneof![4 => Just(5), 1 => 4..=6u8], extras())
            .prop_map(|(contact, skills, priority, extras)| Create {
                contact, skills, priority, extras,
            }),
        // There are so few of these that many creations are repeats, with the same or a different
        // request.
        6 => (contact(), extras()).prop_map(|(contact, extras)| Create {
            contact, skills: vec![contact % SKILLS], priority: 5, extras,
        }),
        10 => (contact(), saw.clone()).prop_map(|(contact, saw)| Complete { contact, saw }),
        2 => (contact(), saw.clone()).prop_map(|(contact, saw)| Operation::Cancel { contact, saw }),
        4 => (contact(), agent(), saw.clone())
            .prop_map(|(contact, agent, saw)| Operation::Requeue { contact, agent, saw }),
        3 => (contact(), 4..=6u8, saw.clone())
            .prop_map(|(contact, priority, saw)| Operation::Prioritise { contact, priority, saw }),
        6 => (agent(), skills(4)).prop_map(|(agent, skills)| CreateAgent { agent, skills }),
        1 => (agent(), saw.clone()).prop_map(|(agent, saw)| Rename { agent, saw }),
        10 => (agent(), saw.clone()).prop_map(|(agent, saw)| Available { agent, saw }),
        4 => (agent(), prop::option::of(0..4u8), saw.clone())
            .prop_map(|(agent, reason, saw)| Unavailable { agent, reason, saw }),
        4 => (agent(), skill(), saw.clone())
            .prop_map(|(agent, skill, saw)| AddSkill { agent, skill, saw }),
        3 => (agent(), skill(), saw.clone())
            .prop_map(|(agent, skill, saw)| RemoveSkill { agent, skill, saw }),
        2 => (agent(), saw).prop_map(|(agent, saw)| DeleteAgent { agent, saw }),
        1 => skill().prop_map(|skill| DeleteSkill { skill }),
        2 => Just(Open),
        1 => Just(Close),
        1 => prop::option::weighted(0.4, any::<bool>())
            .prop_map(|value| Operation::KnownSkillsOnly { value }),
        2 => Just(RunDue),
        6 => prop_oneof![3 => 0..5_000u64, 1 => 0..4_000_000u64, 2 => about_a_bound(), 2 => a_break()]
            .prop_map(|millis| Pass { millis }),
    ];
    prop::collection::vec(one, 100..150)
}

/// The optional parts of a contact: for most none, for others attributes and an owner.
fn extras() -> impl Strategy<Value = u8> {
    prop_oneof![3 => Just(0), 2 => 0..6u8]
}

/// The bounds at which waits are counted differently, and one millisecond more.
fn about_a_bound() -> impl Strategy<Value = u64> {
    (prop::sample::select(&BOUNDS[..]), 0..2u64)
        .prop_map(|(bound, more)| u64::from(bound) * 1_000 + more)
}

/// Mostly some minutes, so that snapshots of the counters lie close; sometimes a night.
fn a_break() -> impl Strategy<Value = u64> {
    prop_oneof![9 => 1..20u64, 1 => 0..1_000u64].prop_map(|minutes| minutes * 60_000)
}

pub(crate) fn agent_id(number: u8) -> AgentId {
    format!("CORP\\agent/{number}?").parse().unwrap()
}

fn contact_id(number: u8) -> ContactId {
    ContactId::for_key("model", &number.to_string())
}

fn skill(number: u8) -> Skill {
    ["English", "C\\C++", "Tier 2 (VIP)", "हिन्दी"][usize::from(number)]
        .parse()
        .unwrap()
}

fn skills(numbers: &[u8]) -> Vec<Skill> {
    numbers.iter().copied().map(skill).collect()
}

fn attributes(extras: u8) -> Attributes {
    let text = match extras % 3 {
        0 => r"{}",
        1 => r#"{"a":1,"b":["x",null]}"#,
        _ => r#"{"b":["x",null],"a":2}"#,
    };
    serde_json::from_str(text).unwrap()
}

fn owner(extras: u8) -> Option<Owner> {
    (extras >= 3).then(|| "Shop 2".parse().unwrap())
}

fn person(text: &str) -> PersonName {
    text.to_owned().try_into().unwrap()
}

pub(crate) fn reason(number: u8) -> Reason {
    // Includes the words of marks. As a choice of a person they are reasons.
    ["lunch \\ [x]", "closed", "new", "requeued"][usize::from(number)]
        .parse()
        .unwrap()
}

fn say(answer: impl std::fmt::Debug) -> String {
    format!("{answer:?}")
}

/// Runs an operation and returns the answer as text.
async fn apply(acd: &dyn Store, operation: &Operation) -> String {
    match operation {
        Operation::Create {
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
        Operation::Complete { contact, saw } => {
            let (id, seen) = (
                contact_id(*contact),
                saw.contact(acd, contact_id(*contact)).await,
            );
            say(acd.complete_contact(id, &seen).await)
        }
        Operation::Cancel { contact, saw } => {
            let (id, seen) = (
                contact_id(*contact),
                saw.contact(acd, contact_id(*contact)).await,
            );
            say(acd.cancel_contact(id, &seen).await)
        }
        Operation::Requeue {
            contact,
            agent,
            saw,
        } => {
            let (id, seen) = (
                contact_id(*contact),
                saw.contact(acd, contact_id(*contact)).await,
            );
            say(acd.requeue_contact(id, &agent_id(*agent), &seen).await)
        }
        Operation::Prioritise {
            contact,
            priority,
            saw,
        } => {
            let (id, seen) = (
                contact_id(*contact),
                saw.contact(acd, contact_id(*contact)).await,
            );
            say(acd.set_priority(id, Priority(*priority), &seen).await)
        }
        Operation::CreateAgent {
            agent,
            skills: numbers,
        } => {
            let (first, last) = (person("Ada"), person("L"));
            let new = NewAgent::new(agent_id(*agent), first, last, skills(numbers));
            say(acd.create_agent(new.unwrap()).await)
        }
        Operation::DeleteSkill { skill: number } => say(acd.delete_skill(&skill(*number)).await),
        Operation::Open => say(acd.open().await),
        Operation::Close => say(acd.close().await),
        Operation::KnownSkillsOnly { value } => {
            let known_skills_only = Some(*value);
            say(acd
                .change_settings(SettingsChange { known_skills_only })
                .await)
        }
        Operation::RunDue => say(acd.run_due().await),
        Operation::Pass { .. } => String::new(),
        other => apply_to_agent(acd, other).await,
    }
}

/// Same as [`apply`], for operations that change an agent.
async fn apply_to_agent(acd: &dyn Store, operation: &Operation) -> String {
    match operation {
        Operation::Rename { agent, saw } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd
                .rename_agent(&id, person("É\"\\"), person(""), &seen)
                .await)
        }
        Operation::Available { agent, saw } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.set_presence(&id, Presence::Available, &seen).await)
        }
        Operation::Unavailable {
            agent,
            reason: number,
            saw,
        } => {
            let presence = Presence::Unavailable(number.map(reason));
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.set_presence(&id, presence, &seen).await)
        }
        Operation::AddSkill {
            agent,
            skill: number,
            saw,
        } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.add_skill(&id, &skill(*number), &seen).await)
        }
        Operation::RemoveSkill {
            agent,
            skill: number,
            saw,
        } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.remove_skill(&id, &skill(*number), &seen).await)
        }
        Operation::DeleteAgent { agent, saw } => {
            let (id, seen) = (agent_id(*agent), saw.agent(acd, *agent).await);
            say(acd.delete_agent(&id, &seen).await)
        }
        other => panic!("{other:?} changes no agent"),
    }
}

/// Returns everything that can be read, as lines: figures, queue, agents, skills with their next
/// agents, every contact, an explanation of one of them, and the new events.
async fn picture(acd: &dyn Store, explained: u8, events_seen: u64) -> Vec<String> {
    let mut lines = vec![format!("{:?}", acd.overview().await)];
    let queue = acd.queue(Page::first(100)).await.unwrap();
    lines.extend(queue.items.iter().map(|c| format!("{c:?}")));
    let agents = acd.agents(Page::first(100)).await.unwrap();
    lines.extend(agents.items.iter().map(|a| format!("{a:?}")));
    let skills = acd.skills(Page::first(100)).await.unwrap();
    lines.extend(skills.items.iter().map(|s| format!("{s:?}")));
    let ids: Vec<AgentId> = (0..AGENTS).map(agent_id).collect();
    lines.push(format!("{:?}", acd.last_deletions(&ids).await));
    // The same lists in pages, some of them at cursors that may no longer exist.
    let id = agent_id(explained % AGENTS);
    for start in [Start::At(1), Start::After(id.clone()), Start::Before(id, 1)] {
        let part = acd.agents(Page { start, limit: 2 }).await.unwrap();
        lines.push(format!("{part:?}"));
    }
    if let Some(contact) = queue.items.get(usize::from(explained) % 5) {
        let start = Start::Before(contact.rank, 2);
        let part = acd.queue(Page { start, limit: 3 }).await.unwrap();
        let ids: Vec<_> = part.items.iter().map(|contact| contact.id).collect();
        lines.push(format!("{} of {}: {ids:?}", part.first, part.total));
    }
    // All at once, so that Redis gets them in one pipeline.
    let contacts = (0..CONTACTS).map(|number| acd.contact(contact_id(number)));
    lines.extend(
        join_all(contacts)
            .await
            .iter()
            .map(|contact| format!("{contact:?}")),
    );
    lines.push(format!("{:?}", acd.explain(contact_id(explained)).await));
    let now = acd.overview().await.unwrap().now;
    let minutes = [0, 3, 90, 120, 121, 187, 431, 2_000][usize::from(explained) % 8];
    let since = Millis(now.0.saturating_sub(minutes * 60_000));
    lines.push(format!("{:?}", acd.figures(since).await));
    lines.push(format!("{:?}", acd.settings().await));
    let news = acd.events_after(events_seen, 500).await.unwrap();
    lines.extend(news.iter().map(|event| format!("{event:?}")));
    lines
}

async fn run(operations: &[Operation]) -> Result<(), TestCaseError> {
    let name = fresh_name();
    let clock = Arc::new(ManualClock::new(NOON));
    let core = EmbeddedAcd::new(name.clone(), Arc::<ManualClock>::clone(&clock));
    let redis = RedisAcd::connect(&redis_url(), name.clone()).await.unwrap();
    let redis = redis.with_clock(Arc::<ManualClock>::clone(&clock));
    let mut events_seen = 0;
    for (place, operation) in operations.iter().enumerate() {
        if let Operation::Pass { millis } = operation {
            clock.advance(Duration::from_millis(*millis));
        }
        let explained = u8::try_from(place % usize::from(CONTACTS)).unwrap();
        let expected = apply(&core, operation).await;
        let answered = apply(&redis, operation).await;
        prop_assert_eq!(
            answered,
            expected,
            "the answer to {}: {:?}",
            place,
            operation
        );
        let expected = picture(&core, explained, events_seen).await;
        let seen = picture(&redis, explained, events_seen).await;
        prop_assert_eq!(seen, expected, "the state after {}: {:?}", place, operation);
        events_seen = core.overview().await.unwrap().event;
    }
    clean(&name).await;
    Ok(())
}

#[test]
fn redis_does_what_the_core_does() {
    shared::needs_redis!();
    let cases = std::env::var("MODEL_CASES").map_or(100, |cases| cases.parse().unwrap());
    let config = ProptestConfig {
        cases,
        // Failure files are for libraries; this prints the shrunk sequence instead.
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let done = AtomicUsize::new(0);
    let outcome = TestRunner::new(config).run(&operations(), |operations| {
        runtime.block_on(run(&operations))?;
        done.fetch_add(operations.len(), Ordering::Relaxed);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let done = done.into_inner();
    assert!(
        done >= 100 * cases as usize,
        "only {done} operations in {cases} sequences"
    );
}
