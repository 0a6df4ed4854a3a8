//! The demo session and a series of injections: started, watched and stopped from the console.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use std::sync::Arc;

use engine::traffic::{GUEST_MARK, Taken};
use shared::agent::{AgentId, NewAgent, Presence};
use shared::contact::{Attributes, ContactId, ContactState, NewContact, Outcome, Priority};
use shared::seen::AgentSeen;
use shared::{Acd, Store};
use tokio::sync::mpsc;
use tui::console::demo::DemoState;
use tui::console::effect::{Effect, Switch, Task};
use tui::console::message::{DemoEnd, Message};
use tui::console::overlay::Overlay;
use tui::console::overlay::question::Confirm;
use tui::console::update::update;
use tui::console::{Model, Rights};
use tui::demo::{Demo, DemoTarget};
use tui::perform::perform;
use tui::request::Request;
use tui::sample;
use tui::series::{Needs, Series};

use input::{notice, press};

/// A console with its own floor, or with one on a Redis; no demo session runs.
async fn quiet(shared: bool) -> Model {
    let mut model = sample::model(sample::LONG_ENOUGH).await.unwrap();
    model.demo = DemoState::Off;
    if shared {
        model.place.rest = None;
    }
    model
}

fn switches(effects: &[Effect]) -> Option<Switch> {
    effects.iter().find_map(|effect| match effect {
        Effect::Run(Task::Demo(switch)) => Some(*switch),
        _ => None,
    })
}

fn series(effects: &[Effect]) -> Option<&Series> {
    effects.iter().find_map(|effect| match effect {
        Effect::Run(Task::Inject(series)) => Some(series),
        _ => None,
    })
}

#[tokio::test]
async fn on_its_own_floor_the_demo_starts_and_stops_at_a_key_and_by_command() {
    for (start, stop) in [("D", "D"), (":demo start⏎", ":demo stop⏎")] {
        let mut model = quiet(false).await;
        model.newest.as_mut().unwrap().overview.agents = 0;
        assert_eq!(switches(&press(&mut model, start)), Some(Switch::Start));
        assert_eq!(model.demo, DemoState::On);
        assert_eq!(switches(&press(&mut model, stop)), Some(Switch::Stop));
        assert_eq!(model.demo, DemoState::Stopping);
        assert_eq!(switches(&press(&mut model, start)), None, "it still ends");
        update(&mut model, Message::DemoEnded(Ok(DemoEnd::with(Some(0)))));
        assert_eq!(model.demo, DemoState::Off);
        assert!(notice(&model).starts_with("The demo session has ended"));
        assert_eq!(switches(&press(&mut model, start)), Some(Switch::Start));
    }
}

#[tokio::test]
async fn on_a_floor_of_others_the_demo_starts_only_after_a_yes() {
    // Also on a floor of its own that has agents by now.
    for (keys, shared, wanted) in [
        ("Dy", true, Some(Switch::Start)),
        ("Dy", false, Some(Switch::Start)),
        ("Dn", true, None),
        ("D⏎", true, None),
    ] {
        let mut model = quiet(shared).await;
        press(&mut model, "D");
        assert_eq!(model.overlay, Some(Overlay::Confirm(Confirm::Demo)));
        model.overlay = None;
        assert_eq!(switches(&press(&mut model, keys)), wanted, "{keys}");
        assert_eq!(model.overlay, None);
        assert_eq!(model.demo == DemoState::On, wanted.is_some());
    }
}

#[tokio::test]
async fn the_question_before_a_demo_names_other_agents_who_hold_its_skills() {
    let words = |model: &Model| {
        let screen = input::drawn(model, 66, 30).replace('┃', " ");
        screen.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut model = quiet(true).await;
    press(&mut model, "D");
    let text = words(&model);
    assert!(text.contains("that only they can serve"), "{text}");

    let mut model = quiet(true).await;
    let agents = &mut model.newest.as_mut().unwrap().agents.rows;
    agents[2].skills.push("demo-English".parse().unwrap());
    press(&mut model, "D");
    let text = words(&model);
    for promise in ["Other agents are not", "nobody else", "only they"] {
        assert!(!text.contains(promise), "{promise}: {text}");
    }
    assert!(text.contains("agent:3"), "{text}");
}

#[tokio::test]
async fn agents_whom_the_demo_left_are_counted_and_removed_at_the_same_key() {
    for (left, says) in [
        (
            Some(33),
            "33 of its agents are still on the floor. Press D to remove them.",
        ),
        (
            None,
            "some of its agents may still be on the floor. Press D to remove them.",
        ),
    ] {
        let mut model = quiet(true).await;
        press(&mut model, "DyD");
        update(&mut model, Message::DemoEnded(Ok(DemoEnd::with(left))));
        let said = notice(&model);
        assert!(said.ends_with(says), "{said}");
        assert_eq!(switches(&press(&mut model, ":demo start⏎")), None);
        assert!(notice(&model).contains("Press D to remove them"));
        assert_eq!(switches(&press(&mut model, "D")), Some(Switch::Stop));
        assert_eq!(model.demo, DemoState::Stopping);
        update(&mut model, Message::DemoEnded(Ok(DemoEnd::with(Some(0)))));
        assert!(notice(&model).contains("its agents were removed"));
        assert_eq!(model.demo, DemoState::Off);
    }
}

#[tokio::test]
async fn a_demo_that_fails_says_why() {
    let mut model = quiet(true).await;
    press(&mut model, "Dy");
    update(
        &mut model,
        Message::DemoEnded(Err("no port is free".to_owned())),
    );
    assert_eq!(model.demo, DemoState::Off);
    assert_eq!(notice(&model), "No demo session: no port is free");
}

#[tokio::test]
async fn who_may_only_look_starts_and_stops_nothing() {
    let mut model = quiet(false).await;
    model.rights = Rights::Looking;
    for state in [DemoState::Off, DemoState::On] {
        model.demo = state;
        assert_eq!(switches(&press(&mut model, "D")), None);
        assert!(notice(&model).contains("--read-only"));
    }
    assert_eq!(series(&press(&mut model, ":inject any x9 @60⏎")), None);
    assert!(notice(&model).contains("--read-only"));
}

#[tokio::test]
async fn while_the_store_is_away_the_demo_is_stopped_but_not_started() {
    let mut model = quiet(false).await;
    let why = "gone".to_owned();
    let at = model.clock;
    update(&mut model, Message::StoreUnavailable { since: at, why });
    assert_eq!(switches(&press(&mut model, "D")), None);
    model.demo = DemoState::On;
    assert_eq!(switches(&press(&mut model, "D")), Some(Switch::Stop));
}

#[tokio::test]
async fn with_a_rate_contacts_are_injected_as_a_series() {
    let mut model = quiet(false).await;
    let wanted = Series {
        needs: Needs::of(vec!["French".parse().unwrap()], Priority(2)),
        count: 20,
        per_minute: Some("60".parse().unwrap()),
    };
    let effects = press(&mut model, "iFrench↓2↓20↓60⏎⏎");
    assert_eq!(series(&effects), Some(&wanted));
    assert_eq!(model.asked, 0, "it goes on beside what is asked");

    let mut model = quiet(false).await;
    let effects = press(&mut model, ":inject French p2 x20 @60⏎");
    assert_eq!(series(&effects), Some(&wanted));

    press(&mut model, "i⎋");
    for rate in ["0", "x", "60001"] {
        let mut model = quiet(false).await;
        let effects = press(&mut model, &format!("i↓↓↓{rate}⏎"));
        assert_eq!(effects, [Effect::Draw]);
        let Some(Overlay::Dialog(dialog)) = &model.overlay else {
            panic!("sent");
        };
        assert_eq!(dialog.at, 3);
        assert!(dialog.wrong.as_ref().unwrap().contains("1 to 60000"));
    }
}

#[tokio::test]
async fn a_series_is_stopped_by_the_key_that_begins_one_or_by_command() {
    for stop in ["iy", ":inject stop⏎"] {
        let mut model = quiet(false).await;
        press(&mut model, ":inject any x20 @60⏎");
        update(&mut model, Message::Injected(7));
        assert_eq!(model.injection.as_ref().unwrap().progress(), "7 of 20");
        let effects = press(&mut model, ":inject any @60⏎");
        assert_eq!(series(&effects), None, "one at a time");
        assert!(notice(&model).contains("7 of 20"));
        let effects = press(&mut model, stop);
        assert!(
            effects.contains(&Effect::Run(Task::StopInjecting)),
            "{effects:?}"
        );
        let end = Message::InjectionEnded { made: 8, why: None };
        update(&mut model, end);
        assert_eq!(model.injection, None);
        assert_eq!(notice(&model), "Stopped: 8 of 20 contacts were injected.");
    }
    let mut model = quiet(false).await;
    let effects = press(&mut model, ":inject stop⏎");
    assert!(!effects.contains(&Effect::Run(Task::StopInjecting)));
}

#[tokio::test]
async fn a_series_that_ends_by_itself_answers_the_question_whether_to_stop_it() {
    for (why, says) in [
        (None, "20 contacts injected at 60 a minute."),
        (
            Some("the ACD is closed".to_owned()),
            "Only 20 of 20 contacts injected: the ACD is closed.",
        ),
    ] {
        let mut model = quiet(false).await;
        press(&mut model, ":inject any x20 @60⏎i");
        assert_eq!(
            model.overlay,
            Some(Overlay::Confirm(Confirm::StopInjecting))
        );
        update(&mut model, Message::InjectionEnded { made: 20, why });
        assert_eq!((&model.overlay, &model.injection), (&None, &None));
        assert_eq!(notice(&model), says);
    }
}

#[tokio::test]
async fn a_series_comes_true_at_the_store() {
    let (_, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    let before = acd.overview().await.unwrap().waiting;
    let request = Request::InjectSlowly(Series {
        needs: Needs::of(vec!["Klingon".parse().unwrap()], Priority::default()),
        count: 5,
        per_minute: Some("60000".parse().unwrap()),
    });
    let said = perform(&acd, &request).await.unwrap();
    assert_eq!(said, "5 contacts injected at 60000 a minute.");
    assert_eq!(acd.overview().await.unwrap().waiting, before + 5);
}

/// Returns an open floor behind an API, with a demo for it that has not started.
async fn served_floor() -> (Arc<dyn Store>, engine::serve::Running, Demo) {
    let acd = shared::open(None, shared::text::AcdName::default()).await;
    let acd = acd.unwrap();
    acd.open().await.unwrap();
    let options = engine::serve::Options {
        listen: Some("127.0.0.1:0".parse().unwrap()),
        ..engine::serve::Options::default()
    };
    let engine = engine::serve::start(acd.clone(), options).await.unwrap();
    let demo = Demo::new(DemoTarget::ThisProcess {
        address: Some(engine.address().unwrap().to_string()),
        begun_for_it: false,
    });
    (acd, engine, demo)
}

/// Starts the demo, and stops it once some of its agents are there.
async fn play_and_stop(acd: &dyn Acd, demo: &mut Demo, sender: &mpsc::Sender<Message>) {
    demo.start(sender.clone());
    while acd.overview().await.unwrap().agents < 3 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    demo.stop(sender.clone());
}

#[tokio::test]
async fn what_a_demo_left_is_removed_when_it_is_stopped_once_more() {
    let (acd, engine, mut demo) = served_floor().await;
    let (sender, mut ends) = mpsc::channel(4);
    play_and_stop(&*acd, &mut demo, &sender).await;
    assert_eq!(
        ends.recv().await,
        Some(Message::DemoEnded(Ok(DemoEnd::with(Some(0)))))
    );
    assert_eq!(acd.overview().await.unwrap().agents, 0);

    for (id, skill) in [
        ("demo:3", "demo-English"),
        ("agent:3", "demo-English"),
        ("demo:4", "Real"),
    ] {
        let name = || "Ada".to_owned().try_into().unwrap();
        let skills = vec![skill.parse().unwrap()];
        let agent = NewAgent::new(id.parse().unwrap(), name(), name(), skills);
        acd.create_agent(agent.unwrap()).await.unwrap();
    }
    // The task of the last session ends just after its last message.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    demo.stop(sender);
    assert_eq!(
        ends.recv().await,
        Some(Message::DemoEnded(Ok(DemoEnd::with(Some(0)))))
    );
    assert_eq!(
        acd.overview().await.unwrap().agents,
        2,
        "those of others stay"
    );
    engine.stop().await;
}

#[tokio::test]
async fn the_end_of_a_demo_cancels_what_it_injected_and_hands_back_the_contacts_of_others() {
    let (acd, engine, mut demo) = served_floor().await;
    let (sender, mut ends) = mpsc::channel(4);
    play_and_stop(&*acd, &mut demo, &sender).await;
    ends.recv().await.unwrap();

    // What a session that died left behind: agents, on contacts and not, among its own contacts and
    // those of others.
    let ids: Vec<AgentId> = (0..3)
        .map(|it| format!("demo:{it}").parse().unwrap())
        .collect();
    for id in &ids {
        let name = || "Ada".to_owned().try_into().unwrap();
        let skills = vec!["demo-English".parse().unwrap()];
        let agent = NewAgent::new(id.clone(), name(), name(), skills);
        acd.create_agent(agent.unwrap()).await.unwrap();
    }
    let contact = async |key: &str, skills: &[&str], own: bool| {
        let id = ContactId::for_key("test", key);
        let skills: Vec<shared::skill::Skill> =
            skills.iter().map(|skill| skill.parse().unwrap()).collect();
        let mut attributes = Attributes::new();
        if own {
            attributes = serde_json::from_value(serde_json::json!({ GUEST_MARK: true })).unwrap();
        }
        let contact = NewContact::new(id, skills, Priority::default(), attributes);
        acd.create_contact(contact.unwrap()).await.unwrap();
        id
    };
    for id in &ids {
        let available = acd.set_presence(id, Presence::Available, &AgentSeen::ANYTHING);
        available.await.unwrap();
    }
    let others = [
        contact("any", &[], false).await,
        contact("demo skill", &["demo-English"], false).await,
    ];
    let own = contact("own", &["demo-English"], true).await;
    let others_wait = contact("waits", &["demo-English"], false).await;
    let own_waits = contact("own waits", &["demo-English"], true).await;
    assert_eq!(acd.overview().await.unwrap().busy, 3);
    // The task of the last session ends just after its last message.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    demo.stop(sender);
    let taken = Taken {
        cancelled: 2,
        handed_back: 2,
    };
    let end = DemoEnd {
        left: Some(0),
        taken,
    };
    assert_eq!(ends.recv().await, Some(Message::DemoEnded(Ok(end))));
    for id in others.into_iter().chain([others_wait]) {
        assert_eq!(acd.contact(id).await.unwrap().state, ContactState::Queued);
    }
    for id in [own, own_waits] {
        let state = acd.contact(id).await.unwrap().state;
        let cancelled = matches!(
            state,
            ContactState::Complete {
                outcome: Outcome::Cancelled,
                ..
            }
        );
        assert!(cancelled, "{state:?}");
    }
    engine.stop().await;

    let mut model = quiet(true).await;
    model.demo = DemoState::Stopping;
    update(&mut model, Message::DemoEnded(Ok(end)));
    assert!(
        notice(&model).contains(
            "2 of its contacts were cancelled, 2 contacts of others went back to the queue."
        ),
        "{}",
        notice(&model)
    );
}
