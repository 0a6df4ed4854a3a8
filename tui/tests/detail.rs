//! The detail of a contact or an agent.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::sync::Arc;

use shared::Acd as _;
use shared::embedded::EmbeddedAcd;
use shared::seen::ContactSeen;
use tui::console::detail::Facts;
use tui::console::effect::{Effect, Task};
use tui::console::floor::Poll;
use tui::console::message::Message;
use tui::console::subject::Subject;
use tui::console::update::update;
use tui::console::{Model, Pane};
use tui::{perform, sample};

async fn press(model: &mut Model, acd: &EmbeddedAcd, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '⏎' => KeyCode::Enter,
            '⎋' => KeyCode::Esc,
            key => KeyCode::Char(key),
        };
        let event = KeyEvent::new(code, KeyModifiers::NONE);
        for effect in update(model, Message::Key(event)) {
            if let Effect::Run(Task::Study { subject, past }) = effect {
                let study = perform::known(acd, &subject, past).await;
                update(model, Message::Studied(Box::new(study)));
            }
        }
    }
}

async fn after(keys: &str) -> (Model, EmbeddedAcd) {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    press(&mut model, &acd, keys).await;
    (model, acd)
}

fn subject(model: &Model) -> Option<&Subject> {
    model.detail.as_ref().map(|detail| &detail.subject)
}

#[tokio::test]
async fn enter_opens_and_closes_and_the_detail_goes_with_the_selection() {
    let (mut model, acd) = after("⏎").await;
    let first = Subject::Contact(model.floor().unwrap().queue[0].id);
    let second = Subject::Contact(model.floor().unwrap().queue[1].id);
    assert_eq!(subject(&model), Some(&first));
    press(&mut model, &acd, "j").await;
    assert_eq!(subject(&model), Some(&second));
    press(&mut model, &acd, "⏎").await;
    assert_eq!(subject(&model), None);
    press(&mut model, &acd, "⏎⎋").await;
    assert_eq!(subject(&model), None);
}

#[tokio::test]
async fn a_contact_is_followed_to_its_agent_and_back() {
    let (mut model, acd) = after("3G⏎").await;
    let agent = subject(&model).cloned();
    press(&mut model, &acd, "f").await;
    assert!(matches!(subject(&model), Some(Subject::Contact(_))));
    press(&mut model, &acd, "f").await;
    assert_eq!(subject(&model), agent.as_ref());
    press(&mut model, &acd, "[").await;
    assert!(matches!(subject(&model), Some(Subject::Contact(_))));
    press(&mut model, &acd, "[[").await;
    assert_eq!(subject(&model), None, "back from the first closes it");
}

#[tokio::test]
async fn the_story_goes_back_beyond_the_log() {
    let (model, _) = after("3⏎").await;
    let logged = model.log.newest_first(u64::MAX).last().unwrap().number();
    let story = model.story();
    assert!(story[0].number < logged, "{} {logged}", story[0].number);
    let numbers: Vec<u64> = story.iter().map(|event| event.number).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
}

#[tokio::test]
async fn a_contact_that_left_the_queue_is_told_to_its_end() {
    let (mut model, acd) = after("⏎").await;
    let Some(Subject::Contact(id)) = subject(&model).cloned() else {
        panic!("no contact");
    };
    acd.complete_contact(id, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    let mut poller = tui::feed::Poller::default();
    let poll = poller.poll(&acd, Arc::default()).await.unwrap();
    let effects = update(&mut model, Message::Polled(Box::new(poll)));
    let asks = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Run(Task::Study { past: false, .. })));
    assert!(
        asks,
        "each look asks again, but not for the past: {effects:?}"
    );
    let study = perform::known(&acd, &Subject::Contact(id), false).await;
    update(&mut model, Message::Studied(Box::new(study)));
    let facts = &model.detail.as_ref().unwrap().facts;
    assert!(
        matches!(facts, Some(Ok(Facts::Contact(contact, _))) if contact.state.number() == 3),
        "{facts:?}"
    );
    assert_eq!(model.story().len(), 2, "it arrived, and was abandoned");
}

#[tokio::test]
async fn enter_on_a_skill_shows_its_part_of_the_queue() {
    let (model, _) = after("2jj⏎").await;
    assert_eq!(model.focus, Pane::Queue);
    assert_eq!(model.filters.of(Pane::Queue).text, "skill:French");
    assert_eq!(model.contact_rows().length, 5);
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_passed_over() {
    let (mut model, acd) = after("3⏎").await;
    let other = Subject::Agent("agent:5".parse().unwrap());
    let study = perform::known(&acd, &other, true).await;
    let before = model.detail.clone();
    update(&mut model, Message::Studied(Box::new(study)));
    assert_eq!(model.detail, before);
}

#[tokio::test]
async fn a_second_question_is_not_asked_before_the_first_is_answered() {
    let (mut model, _) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    update(&mut model, Message::Key(enter));
    let poll = Poll {
        floor: model.newest.clone().unwrap(),
        events: vec![],
    };
    let effects = update(&mut model, Message::Polled(Box::new(poll)));
    let asks = |effect: &Effect| matches!(effect, Effect::Run(Task::Study { .. }));
    assert!(!effects.iter().any(asks), "{effects:?}");
}

#[tokio::test]
async fn another_pane_takes_the_place_of_a_detail_that_hides_it() {
    for ((width, height), stays) in [((120, 36), true), ((80, 24), false)] {
        let (mut model, acd) = after("⏎").await;
        update(&mut model, Message::Resized(width, height));
        press(&mut model, &acd, "2").await;
        assert_eq!((model.focus, model.detail.is_some()), (Pane::Skills, stays));
    }
}

#[tokio::test]
async fn the_detail_and_the_events_name_the_type_of_a_contact() {
    let (mut model, acd) = after("").await;
    let billing = "billing".parse().unwrap();
    let settings = shared::settings::Settings::default();
    acd.set_type(&billing, settings).await.unwrap();
    let id = shared::contact::ContactId::random();
    let skills = vec!["Klingon".parse().unwrap()];
    let attributes = shared::contact::Attributes::new();
    let contact = shared::contact::NewContact::new(id, skills, None, attributes).unwrap();
    let contact = contact.of_type(Some(billing));
    acd.create_contact(contact).await.unwrap();
    press(&mut model, &acd, &format!(":contact {id}⏎")).await;
    let drawn = input::drawn(&model, 120, 36);
    assert!(drawn.contains("TYPE      billing"), "{drawn}");
    assert!(drawn.contains("(billing) arrives, needs Kl"), "{drawn}");
}
