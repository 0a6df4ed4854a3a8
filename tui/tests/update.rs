//! What each key and each message changes in the model, as tables.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use shared::Error;
use shared::agent::{Agent, Presence};
use shared::contact::Priority;
use shared::operation::Operation;
use shared::seen::ContactSeen;
use shared::skill::Profile;
use shared::time::Millis;
use tui::console::Model;
use tui::console::effect::{Effect, Task};
use tui::console::floor::{Part, Poll};
use tui::console::keys::TABLE;
use tui::console::message::Message;
use tui::console::update::update;
use tui::parts::link::Link;
use tui::request::{NotDone, Request, When};
use tui::sample;
use tui::series::Needs;

use input::{asked, notice};

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

async fn store_unavailable() -> Model {
    let mut model = live().await;
    let at = model.clock;
    update(
        &mut model,
        Message::StoreUnavailable {
            since: at,
            why: "gone".to_owned(),
        },
    );
    model
}

fn press(model: &mut Model, code: KeyCode) -> Vec<Effect> {
    update(model, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

fn type_in(model: &mut Model, keys: &str) -> Vec<Effect> {
    let each = keys.chars();
    each.map(|c| press(model, KeyCode::Char(c)))
        .last()
        .unwrap_or_default()
}

/// Injects with the dialog's defaults: Enter twice.
fn inject(model: &mut Model) -> Vec<Effect> {
    press(model, KeyCode::Char('i'));
    press(model, KeyCode::Enter);
    press(model, KeyCode::Enter)
}

#[tokio::test]
async fn toggling_chooses_the_opposite_of_what_the_agent_chose_last() {
    let model = live().await;
    for agent in model.floor().unwrap().agents.iter() {
        let mut model = model.clone();
        model.agents.selected = Some(agent.id.clone());
        let effects = press(&mut model, KeyCode::Char('a'));
        let wanted = match agent.state.chosen() {
            Presence::Available => Presence::Unavailable(None),
            Presence::Unavailable(_) => Presence::Available,
        };
        let request = Request::SetPresence {
            agent: agent.id.clone(),
            when: When::of(&agent.state, &wanted),
            presence: wanted,
            seen: Some(agent.state.chosen()),
        };
        assert_eq!(asked(&effects), Some(&request));
    }
}

#[tokio::test]
async fn an_injected_contact_needs_one_or_two_skills_of_one_agent() {
    let mut model = live().await;
    let agents = model.floor().unwrap().agents.clone();
    let mut lengths = std::collections::BTreeSet::new();
    for _ in 0..40 {
        model.asked = 0;
        model.injected = None;
        let effects = inject(&mut model);
        let Some(Request::Inject { needs, .. }) = asked(&effects) else {
            panic!("{effects:?}");
        };
        let skills = needs.skills.as_ref().unwrap();
        let profile = Profile::new(skills);
        let servable = |agent: &Agent| profile.served_by(&agent.skills);
        assert!(agents.iter().any(servable), "{skills:?}");
        lengths.insert(skills.len());
    }
    assert_eq!(lengths, [1, 2].into());
}

#[tokio::test]
async fn without_agents_an_injected_contact_needs_nothing() {
    let mut model = sample::model(0).await.unwrap();
    model.newest.as_mut().unwrap().agents = Part::default();
    let effects = inject(&mut model);
    let any = Request::Inject {
        needs: Needs::of(vec![], Priority(5)),
        count: 1,
    };
    assert_eq!(asked(&effects), Some(&any));
}

#[tokio::test]
async fn the_acd_is_closed_only_after_a_yes() {
    for (keys, wanted) in [
        ("Oy", Some(Request::Apply(Operation::Close))),
        ("On", None),
        ("Oq", None),
        ("y", None),
    ] {
        let mut model = live().await;
        let effects = type_in(&mut model, keys);
        assert_eq!(asked(&effects), wanted.as_ref(), "{keys}");
        assert_eq!(model.overlay, None);
    }
}

#[tokio::test]
async fn a_closed_acd_is_asked_to_open() {
    let mut model = live().await;
    model.newest.as_mut().unwrap().overview.open = false;
    let effects = type_in(&mut model, "Oy");
    assert_eq!(asked(&effects), Some(&Request::Apply(Operation::Open)));
}

#[tokio::test]
async fn while_the_store_is_away_acting_keys_refuse() {
    for keys in [
        "i", "c", "3a", "3c", "O", "+", "3u", "3e", "3x", "2x", "x", "P", "3R",
    ] {
        let mut model = store_unavailable().await;
        let agents = &model.floor().unwrap().agents;
        let busy = agents
            .iter()
            .find(|agent| agent.state.contact().is_some())
            .unwrap();
        model.agents.selected = Some(busy.id.clone());
        let effects = type_in(&mut model, keys);
        assert_eq!(asked(&effects), None, "{keys}");
        assert_eq!(
            notice(&model),
            "Not sent: the store is unavailable. It is not sent later either.",
            "{keys}"
        );
        assert_eq!(model.overlay, None, "{keys}");
    }
}

#[tokio::test]
async fn a_question_that_was_asked_before_the_store_went_is_not_answered() {
    let mut model = live().await;
    type_in(&mut model, "O");
    let at = model.clock;
    update(
        &mut model,
        Message::StoreUnavailable {
            since: at,
            why: "gone".to_owned(),
        },
    );
    assert_eq!(asked(&type_in(&mut model, "y")), None);
}

#[tokio::test]
async fn a_held_key_does_not_pile_up_requests() {
    let mut model = live().await;
    let asked: usize = (0..100)
        .filter(|_| asked(&inject(&mut model)).is_some())
        .count();
    assert_eq!(asked, 32);
    assert!(notice(&model).contains("too many"));
}

#[tokio::test]
async fn an_answer_is_said_and_a_refusal_in_the_words_of_the_server() {
    let mut model = live().await;
    inject(&mut model);
    let request = Request::Inject {
        needs: Needs::of(vec![], Priority(5)),
        count: 1,
    };
    let answer = Err(NotDone::Refused("the ACD is closed".to_owned()));
    let effects = update(&mut model, Message::Answered { request, answer });
    assert!(effects.contains(&Effect::Run(Task::PollNow)));
    assert_eq!(notice(&model), "No contact injected: the ACD is closed");
    assert_eq!(model.asked, 0);
}

#[tokio::test]
async fn a_request_without_an_answer_is_not_called_refused() {
    let mut model = live().await;
    let id = model.floor().unwrap().queue[0].id;
    let cancel = Request::Apply(Operation::CancelContact {
        id,
        seen: ContactSeen::waiting(),
    });
    let contact = tui::text::short_contact(id);
    for (request, error, says) in [
        (
            cancel.clone(),
            NotDone::Unknown("no answer in 5 seconds".to_owned()),
            format!("Unknown whether {contact} was cancelled: no answer in 5 seconds"),
        ),
        (
            Request::Apply(Operation::Open),
            Error::Unavailable("gone".to_owned()).into(),
            "Unknown whether the ACD was opened: the store is not reachable: gone".to_owned(),
        ),
        (
            cancel,
            Error::Unconfirmed.into(),
            format!("Not confirmed: {}", Error::Unconfirmed),
        ),
    ] {
        let answer = Err(error);
        update(&mut model, Message::Answered { request, answer });
        assert_eq!(notice(&model), says);
    }
}

#[tokio::test]
async fn a_notice_goes_away_by_itself() {
    let mut model = live().await;
    model.say("something");
    let start = model.clock.0;
    update(
        &mut model,
        Message::Second(Millis(start + Model::NOTICE_STAYS - 1)),
    );
    assert_eq!(notice(&model), "something");
    update(
        &mut model,
        Message::Second(Millis(start + Model::NOTICE_STAYS)),
    );
    assert_eq!(model.notice, None);
}

#[tokio::test]
async fn the_store_is_away_since_the_first_failure_and_comes_back_by_itself() {
    let mut model = live().await;
    let clock = model.clock.0;
    for after in [0, 1_000, 2_000] {
        let at = Millis(clock + after);
        update(
            &mut model,
            Message::StoreUnavailable {
                since: at,
                why: format!("try {after}"),
            },
        );
    }
    let wanted = Link::Down {
        since: Millis(clock),
        noticed: Millis(clock),
        why: "try 2000".to_owned(),
    };
    assert_eq!(model.link, wanted);
    let mut floor = model.newest.clone().unwrap();
    floor.taken = Millis(clock + 5_000);
    update(
        &mut model,
        Message::Polled(Box::new(Poll {
            floor,
            events: vec![],
        })),
    );
    assert_eq!(model.link, Link::Live);
    assert_eq!(notice(&model), "The store is available again after 5s.");
}

#[tokio::test]
async fn a_paused_display_stands_still_and_catches_up() {
    let mut model = live().await;
    type_in(&mut model, "p");
    let held = model.floor().cloned();
    let now = model.floor_now();
    let newer = sample::model(sample::LONG_ENOUGH + 40)
        .await
        .unwrap()
        .newest
        .unwrap();
    let poll = Poll {
        floor: newer.clone(),
        events: vec![],
    };
    update(&mut model, Message::Polled(Box::new(poll)));
    assert_eq!(model.floor().cloned(), held);
    assert_eq!(model.floor_now(), now);
    type_in(&mut model, "p");
    assert_eq!(model.floor(), Some(&newer));
}

#[tokio::test]
async fn waits_grow_by_the_clock_between_two_looks_but_not_while_the_store_is_away() {
    let mut model = live().await;
    let (clock, now) = (model.clock.0, model.floor_now().0);
    update(&mut model, Message::Second(Millis(clock + 700)));
    assert_eq!(model.floor_now(), Millis(now + 700));
    let at = Millis(clock + 800);
    update(
        &mut model,
        Message::StoreUnavailable {
            since: at,
            why: "gone".to_owned(),
        },
    );
    update(&mut model, Message::Second(Millis(clock + 60_000)));
    assert_eq!(
        model.floor_now(),
        Millis(now + 700),
        "a wait once shown does not become shorter"
    );
}

#[tokio::test]
async fn a_store_that_stalls_after_quiet_seconds_turns_no_shown_time_back() {
    let mut model = live().await;
    let (clock, now) = (model.clock.0, model.floor_now().0);
    // Nothing happened for 26 seconds, the last four of them without an answer.
    update(&mut model, Message::Second(Millis(clock + 26_000)));
    let gone = Message::StoreUnavailable {
        since: Millis(clock + 22_000),
        why: "gone".to_owned(),
    };
    update(&mut model, gone);
    assert_eq!(model.floor_now(), Millis(now + 26_000));
    update(&mut model, Message::Second(Millis(clock + 40_000)));
    assert_eq!(model.floor_now(), Millis(now + 26_000));
    let screen = input::drawn(&model, 120, 36);
    assert!(screen.contains("STALE 18s"), "{screen}");
    let mut floor = model.newest.clone().unwrap();
    floor.taken = Millis(clock + 41_000);
    let poll = Poll {
        floor,
        events: vec![],
    };
    update(&mut model, Message::Polled(Box::new(poll)));
    assert_eq!(notice(&model), "The store is available again after 19s.");
}

#[tokio::test]
async fn a_pause_holds_the_times_that_were_shown_also_when_the_store_goes_and_returns() {
    let mut model = live().await;
    let (clock, now) = (model.clock.0, model.floor_now().0);
    let gone = |since| Message::StoreUnavailable {
        since: Millis(since),
        why: "gone".to_owned(),
    };
    update(&mut model, Message::Second(Millis(clock + 20_000)));
    let mut before = model.clone();
    type_in(&mut model, "p");
    assert_eq!(model.floor_now(), Millis(now + 20_000));
    update(&mut model, Message::Second(Millis(clock + 25_000)));
    update(&mut model, gone(clock + 24_000));
    assert_eq!(model.floor_now(), Millis(now + 20_000));

    update(&mut before, gone(clock + 18_000));
    update(&mut before, Message::Second(Millis(clock + 30_000)));
    type_in(&mut before, "p");
    let poll = Poll {
        floor: before.newest.clone().unwrap(),
        events: vec![],
    };
    update(&mut before, Message::Polled(Box::new(poll)));
    assert_eq!(before.floor_now(), Millis(now + 20_000));
}

#[test]
fn before_the_first_look_no_key_fails() {
    for row in TABLE {
        for chord in row.chords.iter() {
            let mut model = sample::blank();
            update(&mut model, Message::Key(KeyEvent::new(chord.0, chord.1)));
        }
    }
    let mut model = sample::blank();
    assert_eq!(asked(&press(&mut model, KeyCode::Char('i'))), None);
    assert_eq!(notice(&model), "Not sent: the store has not answered yet.");
}
