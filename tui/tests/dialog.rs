//! Dialogs, marks and questions, with the keys of an operator.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use std::sync::Arc;

use shared::Acd as _;
use shared::agent::{AgentState, Presence};
use shared::contact::Priority;
use tui::console::Model;
use tui::console::effect::{Effect, Task};
use tui::console::message::Message;
use tui::console::overlay::Overlay;
use tui::console::update::update;
use tui::feed::Poller;
use tui::perform::perform;
use tui::request::{NotDone, Request};
use tui::sample;

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

/// Presses the keys; returns the last request.
fn press(model: &mut Model, typed: &str) -> Option<Request> {
    let each = typed.chars();
    let effects = each.flat_map(|key| update(model, Message::Key(input::event(key))));
    effects.fold(None, |asked, effect| match effect {
        Effect::Run(Task::Ask(request)) => Some(request),
        _ => asked,
    })
}

fn wrong(model: &Model) -> Option<&str> {
    match &model.overlay {
        Some(Overlay::Dialog(dialog)) => dialog.wrong.as_deref(),
        _ => None,
    }
}

#[tokio::test]
async fn what_is_typed_is_injected_and_offered_again() {
    let mut model = live().await;
    let Some(Request::Inject { needs, count }) = press(&mut model, "i¤fre⇥,sup⇥↓¤2↓¤500⏎⏎")
    else {
        panic!("nothing asked");
    };
    let skills = needs.skills.as_ref().unwrap();
    let names: Vec<&str> = skills.iter().map(shared::skill::Skill::as_str).collect();
    assert_eq!(
        (names, needs.priority, count),
        (vec!["French", "Support"], Some(Priority(2)), 500)
    );
    let again = press(&mut model, "i⏎⏎");
    let once = Request::Inject { needs, count: 1 };
    assert_eq!(again, Some(once));
}

#[tokio::test]
async fn what_cannot_be_is_said_in_its_field_and_not_asked() {
    for (keys, says) in [
        (
            "i↓¤256⏎",
            "\"256\" is not valid: 0 to 255, 0 is served first",
        ),
        ("i↓↓¤0⏎", "\"0\" is not valid: 1 to 1000"),
        ("i↓↓¤1001⏎", "\"1001\" is not valid: 1 to 1000"),
        (
            "i¤a|b⏎",
            "skill \"a|b\" has the character '|'; use 1 to 64 letters, digits, spaces or punctuation, but none of , | { } * \"",
        ),
        (
            "+¤⏎",
            "agent key \"\" is empty; use 1 to 64 letters, digits, spaces or punctuation, but none of , | { } * \"",
        ),
    ] {
        let mut model = live().await;
        assert_eq!(press(&mut model, keys), None, "{keys}");
        assert_eq!(wrong(&model), Some(says), "{keys}");
        press(&mut model, "x");
        assert_eq!(wrong(&model), None, "typing on removes the remark");
    }
}

#[tokio::test]
async fn what_is_offered_gives_way_to_what_is_typed() {
    let mut model = live().await;
    let asked = press(&mut model, "iFrench↓7⏎⏎");
    assert!(
        matches!(&asked, Some(Request::Inject { needs, .. })
            if needs.skills.as_ref().unwrap().len() == 1 && needs.priority == Some(Priority(7))),
        "{asked:?}"
    );
}

#[tokio::test]
async fn an_agent_is_sent_away_with_a_reason_that_is_completed_or_typed() {
    for (keys, reason) in [
        ("3ulu⇥⏎", Some("lunch")),
        ("3udentist⏎", Some("dentist")),
        ("3u⏎", None),
    ] {
        let mut model = live().await;
        let Some(Request::SetPresence { presence, .. }) = press(&mut model, keys) else {
            panic!("{keys}");
        };
        let reason = reason.map(|reason| reason.parse().unwrap());
        assert_eq!(presence, Presence::Unavailable(reason), "{keys}");
    }
}

#[tokio::test]
async fn the_marked_are_meant_until_something_was_done_to_them() {
    let mut model = live().await;
    let asked = press(&mut model, "3   ulunch⏎");
    assert!(matches!(asked, Some(Request::All(each)) if each.len() == 3));
    assert_eq!(model.marks.agents.len(), 0);
    press(&mut model, "  ");
    assert_eq!(model.marks.agents.len(), 2);
    press(&mut model, "⎋");
    assert_eq!(model.marks.agents.len(), 0, "Esc removes the marks");
}

#[tokio::test]
async fn the_marked_are_toggled_after_a_question_that_counts_them() {
    let mut model = live().await;
    assert_eq!(press(&mut model, "3    a"), None, "a question first");
    let Some(Overlay::Question(question)) = &model.overlay else {
        panic!("no question");
    };
    assert_eq!(question.title, "Change 4 agents?");
    assert_eq!(question.text, "1 become available and 3 unavailable.");
    assert!(matches!(press(&mut model, "y"), Some(Request::All(each)) if each.len() == 4));
}

#[tokio::test]
async fn the_dialogs_come_true_at_the_store() {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    let request = press(&mut model, "+⇥Grace⇥Hopper⇥Eng⇥,Cobol⏎⏎").unwrap();
    let said = perform(&acd, &request).await.unwrap();
    assert_eq!(said, "agent:13 was added and is unavailable.");
    let agent = acd.agent(&"agent:13".parse().unwrap()).await.unwrap();
    assert_eq!((agent.fname.as_str(), agent.skills.len()), ("Grace", 2));

    let request = press(&mut model, "3eKlingon⏎").unwrap();
    let said = perform(&acd, &request).await.unwrap();
    assert_eq!(said, "agent:1 got Klingon.");
    let poll = Poller::default().poll(&acd, Arc::default()).await.unwrap();
    update(&mut model, Message::Polled(Box::new(poll)));
    let request = press(&mut model, "e¤English,Klingon⏎").unwrap();
    let said = perform(&acd, &request).await.unwrap();
    assert_eq!(said, "agent:1 lost Billing.");
    assert_eq!(press(&mut model, "e⏎"), None, "nothing was changed");

    let request = press(&mut model, "2x").or(press(&mut model, "y")).unwrap();
    assert_eq!(
        perform(&acd, &request).await.unwrap(),
        "No agent holds Billing any more."
    );
    let request = press(&mut model, "i↓↓¤7⏎⏎").unwrap();
    let said = perform(&acd, &request).await.unwrap();
    assert!(said.starts_with("7 contacts injected ("), "{said}");
}

#[tokio::test]
async fn a_refusal_keeps_the_words_of_the_store() {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    press(&mut model, "3G");
    let agents = &model.floor().unwrap().agents;
    assert!(matches!(agents[11].state, AgentState::Busy { .. }));
    let request = press(&mut model, "xy").unwrap();
    let answer = perform(&acd, &request).await.map_err(NotDone::from);
    update(&mut model, Message::Answered { request, answer });
    assert_eq!(
        model.notice.unwrap().text,
        "agent:12 not deleted: agent agent:12 is on a contact: complete it first"
    );
}

#[tokio::test]
async fn contacts_are_steered_from_the_queue_and_from_their_agents() {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    assert_eq!(press(&mut model, "jx"), None, "a question first");
    let request = press(&mut model, "y").unwrap();
    let said = perform(&acd, &request).await.unwrap();
    assert_eq!(said, "c-c8847df7 was cancelled.");

    let request = press(&mut model, "jP0⏎").unwrap();
    let said = perform(&acd, &request).await.unwrap();
    assert_eq!(said, "c-4bb94121 now has priority 0.");

    let request = press(&mut model, "3GRy").unwrap();
    let said = perform(&acd, &request).await.unwrap();
    assert_eq!(
        said,
        "c-ce946f4b is back in the queue; agent:12 is unavailable."
    );

    let asked = press(&mut model, "1   x");
    assert_eq!(asked, None);
    let asked = press(&mut model, "y");
    assert!(matches!(asked, Some(Request::All(each)) if each.len() == 3));
    assert_eq!(model.marks.contacts.len(), 0);
}

#[tokio::test]
async fn what_is_with_nobody_cannot_be_taken_from_anybody() {
    let mut model = live().await;
    assert_eq!(press(&mut model, "Ry"), None);
    assert_eq!(
        model.notice.unwrap().text,
        "c-4f5a8173 is not with an agent."
    );
}

#[tokio::test]
async fn lines_that_are_pasted_into_a_list_of_skills_are_skills() {
    for (pasted, says) in [
        ("English\nFrench", "English, French"),
        ("English,\r\nFrench\r\n", "English, French"),
        ("English\r\rTier 2\r", "English, Tier 2"),
        ("Tier 2", "Tier 2"),
    ] {
        let mut model = live().await;
        press(&mut model, "i¤");
        update(&mut model, Message::Pasted(pasted.to_owned()));
        let Some(Request::Inject { needs, .. }) = press(&mut model, "⏎⏎") else {
            panic!("nothing asked: {pasted:?}");
        };
        let skills = needs.skills.unwrap();
        assert_eq!(tui::sentence::joined(&skills), says, "{pasted:?}");
    }
    let mut model = live().await;
    press(&mut model, "3N¤");
    update(&mut model, Message::Pasted("Ada\nMaria".to_owned()));
    let Some(Request::RenameAgent { fname, .. }) = press(&mut model, "⏎⏎") else {
        panic!("nothing asked");
    };
    assert_eq!(fname.as_str(), "Ada Maria", "a name is one line");
}

#[tokio::test]
async fn a_paste_that_is_cut_says_so() {
    let says = "The pasted text was cut by 500 characters: a line holds 2,000";
    let mut model = live().await;
    press(&mut model, "i¤");
    update(&mut model, Message::Pasted("x".repeat(2_500)));
    assert_eq!(wrong(&model), Some(says));
    press(&mut model, "⎋:");
    update(&mut model, Message::Pasted("x".repeat(2_500)));
    let Some(Overlay::Command(prompt)) = &model.overlay else {
        panic!("no prompt");
    };
    assert_eq!(prompt.wrong.as_ref().unwrap().says, says);
    press(&mut model, "⎋/");
    update(&mut model, Message::Pasted("x".repeat(2_500)));
    let Some(Overlay::Filter(prompt)) = &model.overlay else {
        panic!("no prompt");
    };
    assert_eq!(prompt.wrong.as_ref().unwrap().says, says);
    press(&mut model, "⎋?/");
    update(&mut model, Message::Pasted("x".repeat(2_500)));
    assert_eq!(input::notice(&model), says);
}
