//! Requests carry what was seen of agents, whose name, skills and contact may have changed by the
//! time of the answer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;
#[allow(dead_code, reason = "other tests take the rest")]
mod support;

use std::sync::Arc;

use shared::agent::{AgentId, AgentState, NewAgent, Presence};
use shared::embedded::EmbeddedAcd;
use shared::event::{Event, What};
use shared::seen::AgentSeen;
use shared::text::PersonName;
use shared::time::{Millis, SystemClock};
use shared::{Acd, Error};
use tui::console::Model;
use tui::console::effect::Effect;
use tui::console::floor::{Floor, Part, Poll};
use tui::console::message::Message;
use tui::console::overlay::Overlay;
use tui::console::update::update;
use tui::feed::Poller;
use tui::perform::perform;
use tui::request::{AgentWas, Request};
use tui::sample;

use input::{asked, notice, press};

fn person(name: &str) -> PersonName {
    name.to_owned().try_into().unwrap()
}

fn seven() -> AgentId {
    "agent:7".parse().unwrap()
}

/// Creates `agent:7`, and returns the requests of three dialogs opened then: another name, other
/// skills, and deleting.
async fn dialogs(acd: &dyn Acd) -> [Request; 3] {
    let skills = vec!["English".parse().unwrap(), "Billing".parse().unwrap()];
    let ada = NewAgent::new(seven(), person("Ada"), person("Byron"), skills);
    match acd.create_agent(ada.unwrap()).await {
        Ok(()) | Err(Error::AgentExists(_)) => {}
        Err(error) => panic!("{error}"),
    }
    let agent = acd.agent(&seven()).await.unwrap();
    [
        Request::RenameAgent {
            agent: seven(),
            fname: person("Ada"),
            lname: person("King"),
            seen: Some((agent.fname.clone(), agent.lname.clone())),
        },
        Request::ChangeSkills {
            agent: seven(),
            add: vec!["French".parse().unwrap(), "Sales".parse().unwrap()],
            remove: vec!["Billing".parse().unwrap()],
            held: Some(agent.skills.clone()),
        },
        Request::DeleteAgent {
            agent: seven(),
            seen: Some(AgentWas::from(&agent)),
        },
    ]
}

async fn refused(acd: &dyn Acd, request: &Request, says: &str) {
    let before = acd.agent(&seven()).await.unwrap();
    match perform(acd, request).await {
        Err(Error::Stale(why)) => assert!(why.starts_with(says), "{why}"),
        other => panic!("{request:?}: {other:?}"),
    }
    assert_eq!(acd.agent(&seven()).await.unwrap(), before);
}

async fn a_supervisor_changes_who_is_not_what_another_saw(acd: &dyn Acd) {
    let [rename, skills, delete] = dialogs(acd).await;
    let any = AgentSeen::ANYTHING;
    // The agent's presence is not what these requests depend on.
    acd.set_presence(&seven(), Presence::Available, &any)
        .await
        .unwrap();
    acd.rename_agent(&seven(), person("Grace"), person("Hopper"), &any)
        .await
        .unwrap();
    let says = "agent:7 is called Grace Hopper, not Ada Byron";
    refused(acd, &rename, says).await;
    refused(acd, &delete, says).await;
    let done = perform(acd, &skills).await.unwrap();
    assert_eq!(done, "agent:7 got French, Sales and lost Billing.");
    let says = "agent:7 now holds English, French, Sales, but was shown with English, Billing";
    refused(acd, &skills, says).await;

    let [rename, _, delete] = dialogs(acd).await;
    let english = "English".parse().unwrap();
    acd.remove_skill(&seven(), &english, &any).await.unwrap();
    let says = "agent:7 now holds French, Sales, but was shown with English, French, Sales";
    refused(acd, &delete, says).await;
    assert_eq!(
        perform(acd, &rename).await.unwrap(),
        "agent:7 is now called Ada King."
    );
    let [_, _, delete] = dialogs(acd).await;
    assert_eq!(perform(acd, &delete).await.unwrap(), "agent:7 was deleted.");
}

#[tokio::test]
async fn what_follows_from_something_seen_of_an_agent_is_refused_when_it_is_no_longer_so() {
    shared::needs_redis!();
    let embedded = EmbeddedAcd::new("acd".parse().unwrap(), Arc::new(SystemClock));
    a_supervisor_changes_who_is_not_what_another_saw(&embedded).await;
    let floor = support::TestFloor::new().await;
    a_supervisor_changes_who_is_not_what_another_saw(&floor.acd).await;
    floor.clean().await;
}

#[tokio::test]
async fn a_dialog_says_what_changed_of_its_agent_meanwhile_and_keeps_what_was_typed() {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    let first: AgentId = "agent:1".parse().unwrap();
    let wrong = |model: &Model| match &model.overlay {
        Some(Overlay::Dialog(dialog)) => dialog.wrong.clone(),
        other => panic!("{other:?}"),
    };
    press(&mut model, "3N¤Eve↓¤King");
    let any = AgentSeen::ANYTHING;
    let renamed = acd.rename_agent(&first, person("Augusta"), person("Byron"), &any);
    renamed.await.unwrap();
    look_at(&mut model, &acd).await;
    assert_eq!(asked(&press(&mut model, "⏎⏎")), None);
    let says = "Changed: agent:1 is called Augusta Byron, not Ada Byron. Esc closes.";
    assert_eq!(wrong(&model).as_deref(), Some(says));

    press(&mut model, "⎋eKlingon");
    let french = "French".parse().unwrap();
    acd.add_skill(&first, &french, &any).await.unwrap();
    look_at(&mut model, &acd).await;
    assert_eq!(asked(&press(&mut model, "⏎")), None);
    let says = "Changed: agent:1 now holds English, Billing, French, but was shown with English, Billing. Esc closes.";
    assert_eq!(wrong(&model).as_deref(), Some(says));
}

async fn look_at(model: &mut Model, acd: &dyn Acd) {
    let poll = Poller::default().poll(acd, Arc::default()).await.unwrap();
    update(model, Message::Polled(Box::new(poll)));
}

/// Shows the model a slightly different floor, a moment later.
fn poll(model: &mut Model, change: impl FnOnce(&mut Floor)) {
    model.moment = Millis(model.moment.0 + 100);
    let mut floor = model.newest.clone().unwrap();
    change(&mut floor);
    let poll = Poll {
        events: vec![],
        floor,
    };
    update(model, Message::Polled(Box::new(poll)));
}

fn question(model: &Model) -> (&str, &str) {
    match &model.overlay {
        Some(Overlay::Question(question)) => (&question.title, &question.text),
        _ => ("", ""),
    }
}

/// Returns the agents that a yes deletes.
fn doomed(effects: &[Effect]) -> Vec<&AgentId> {
    let one = |request| match request {
        &Request::DeleteAgent {
            ref agent,
            seen: Some(_),
        } => agent,
        other => panic!("{other:?}"),
    };
    match asked(effects) {
        None => vec![],
        Some(Request::All(each)) => each.iter().map(one).collect(),
        Some(request) => vec![one(request)],
    }
}

fn state_of(model: &Model, id: &AgentId) -> AgentState {
    model.floor().unwrap().agent(id).unwrap().state.clone()
}

fn becomes(floor: &mut Floor, id: &AgentId, state: AgentState) {
    let mut agents = floor.agents.rows.iter_mut();
    agents.find(|agent| agent.id == *id).unwrap().state = state;
}

fn leaves(floor: &mut Floor, id: &AgentId) {
    let mut rows = floor.agents.rows.clone();
    rows.retain(|agent| agent.id != *id);
    floor.overview.agents -= 1;
    floor.agents = Part::run(0, rows.clone(), rows.len());
}

#[tokio::test]
async fn a_question_before_agents_are_deleted_follows_who_became_busy_or_free_or_left() {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    let agents = &model.floor().unwrap().agents;
    let busy = agents.iter().find(|agent| agent.state.contact().is_some());
    let busy = busy.unwrap().state.clone();
    let away = AgentState::Unavailable {
        reason: None,
        mark: None,
    };
    let ids: Vec<AgentId> = agents.iter().take(3).map(|it| it.id.clone()).collect();
    poll(&mut model, |floor| {
        for id in &ids {
            becomes(floor, id, away.clone());
        }
    });
    press(&mut model, "3   x");
    assert_eq!(question(&model).0, "Delete 3 agents?");
    assert_eq!(
        doomed(&press(&mut model.clone(), "y")),
        [&ids[0], &ids[1], &ids[2]]
    );

    poll(&mut model, |floor| becomes(floor, &ids[1], busy.clone()));
    assert_eq!(question(&model).0, "Delete 2 agents?");
    let says = format!("Unchanged (on a contact): {}.", ids[1]);
    assert!(
        question(&model).1.ends_with(&says),
        "{}",
        question(&model).1
    );
    assert_eq!(doomed(&press(&mut model, "y")), [] as [&AgentId; 0]);
    assert!(
        notice(&model).contains("just changed"),
        "{}",
        notice(&model)
    );
    model.moment = Millis(model.moment.0 + 2_000);
    assert_eq!(doomed(&press(&mut model.clone(), "y")), [&ids[0], &ids[2]]);

    poll(&mut model, |floor| leaves(floor, &ids[0]));
    let says = format!("Already deleted: {}.", ids[0]);
    assert!(
        question(&model).1.ends_with(&says),
        "{}",
        question(&model).1
    );
    assert_eq!(doomed(&press(&mut model, "y")), [] as [&AgentId; 0]);
    poll(&mut model, |floor| becomes(floor, &ids[1], away.clone()));
    assert_eq!(doomed(&press(&mut model, "y")), [] as [&AgentId; 0]);
    model.moment = Millis(model.moment.0 + 2_000);
    assert_eq!(doomed(&press(&mut model, "y")), [&ids[1], &ids[2]]);

    // For a single agent: a contact, its end, and the deletion of the agent.
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    let id = ids[0].clone();
    poll(&mut model, |floor| becomes(floor, &id, away.clone()));
    press(&mut model, "3x");
    poll(&mut model, |floor| becomes(floor, &id, busy.clone()));
    assert!(question(&model).1.contains("They are on a contact"));
    assert_eq!(doomed(&press(&mut model, "y")), [] as [&AgentId; 0]);
    poll(&mut model, |floor| becomes(floor, &id, away.clone()));
    assert!(!question(&model).1.contains("They are on a contact"));
    assert_eq!(state_of(&model, &id), away);
    poll(&mut model, |floor| leaves(floor, &id));
    assert_eq!(model.overlay, None);
    assert_eq!(
        notice(&model),
        format!("No agent to delete: {id} is already deleted.")
    );
}

/// Shows the model the floor with these events, a moment later.
fn happens(model: &mut Model, events: Vec<What>, change: impl FnOnce(&mut Floor)) {
    model.moment = Millis(model.moment.0 + 100);
    let mut floor = model.newest.clone().unwrap();
    change(&mut floor);
    let events = (model.log.newest() + 1..).zip(events);
    let events: Vec<Event> = events
        .map(|(number, what)| Event {
            number,
            at: floor.overview.now,
            what,
            owner: None,
        })
        .collect();
    floor.overview.event += events.len() as u64;
    update(model, Message::Polled(Box::new(Poll { events, floor })));
}

#[tokio::test]
async fn an_agent_who_was_deleted_and_created_again_is_not_called_gone_and_not_deleted() {
    let live = sample::model(sample::LONG_ENOUGH).await.unwrap();
    let agents = live.floor().unwrap().agents.rows.clone();
    let away = AgentState::Unavailable {
        reason: None,
        mark: None,
    };
    let ids: Vec<AgentId> = agents.iter().take(3).map(|it| it.id.clone()).collect();
    let mut live = live;
    poll(&mut live, |floor| {
        for id in &ids {
            becomes(floor, id, away.clone());
        }
    });
    let id = ids[0].clone();
    let deleted = || What::AgentDeleted { agent: id.clone() };
    let created = || What::AgentCreated {
        agent: id.clone(),
        skills: vec![],
    };
    let says = format!("Nothing was deleted: {id} was deleted and created again meanwhile.");

    // Both were seen at once.
    let mut model = live.clone();
    press(&mut model, "3x");
    happens(&mut model, vec![deleted(), created()], |_| {});
    assert_eq!(model.overlay, None);
    assert_eq!(notice(&model), says);

    // One after the other.
    let mut model = live.clone();
    press(&mut model, "3x");
    happens(&mut model, vec![deleted()], |floor| leaves(floor, &id));
    let gone = format!("No agent to delete: {id} is already deleted.");
    assert_eq!(notice(&model), gone);
    happens(&mut model, vec![created()], |floor| {
        floor.overview.agents += 1;
        floor.agents = Part::run(0, agents.clone(), agents.len());
    });
    assert_eq!(notice(&model), says);
    assert_eq!(doomed(&press(&mut model, "y")), [] as [&AgentId; 0]);

    // One of several.
    let mut model = live.clone();
    press(&mut model, "3   x");
    happens(&mut model, vec![deleted(), created()], |_| {});
    let says = format!("Unchanged (deleted and created again): {id}.");
    assert!(
        question(&model).1.ends_with(&says),
        "{}",
        question(&model).1
    );
    model.moment = Millis(model.moment.0 + 2_000);
    assert_eq!(doomed(&press(&mut model, "y")), [&ids[1], &ids[2]]);

    // Before the question, it changes nothing.
    let mut model = live.clone();
    happens(&mut model, vec![deleted(), created()], |_| {});
    press(&mut model, "3x");
    assert_eq!(doomed(&press(&mut model, "y")), [&id]);
}

#[tokio::test]
async fn only_skills_that_an_agent_lacked_are_said_to_be_given() {
    let acd = EmbeddedAcd::new("acd".parse().unwrap(), Arc::new(SystemClock));
    dialogs(&acd).await;
    let change = |add: &[&str], remove: &[&str]| Request::ChangeSkills {
        agent: seven(),
        add: add.iter().map(|skill| skill.parse().unwrap()).collect(),
        remove: remove.iter().map(|skill| skill.parse().unwrap()).collect(),
        held: None,
    };
    for (request, says) in [
        (
            change(&["English"], &[]),
            "Nothing was changed: agent:7 already held English.",
        ),
        (
            change(&["English", "French"], &["Billing"]),
            "agent:7 got French and lost Billing; they already held English.",
        ),
        (
            change(&["English", "Sales"], &["Klingon"]),
            "agent:7 got Sales; they already held English. The rest was not done: agent agent:7 \
             does not hold the skill Klingon.",
        ),
    ] {
        assert_eq!(perform(&acd, &request).await.unwrap(), says);
    }
}
