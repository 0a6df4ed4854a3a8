//! Typed commands, and the search in the help.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use shared::Acd;
use shared::agent::Presence;
use shared::contact::{ContactId, NewContact, Priority};
use shared::operation::Operation;
use shared::seen::ContactSeen;
use tui::console::effect::{Effect, Task};
use tui::console::message::Message;
use tui::console::overlay::Overlay;
use tui::console::overlay::command::verbs::{Command, completion, parse};
use tui::console::overlay::question::Confirm;
use tui::console::subject::Subject;
use tui::console::update::update;
use tui::console::{Model, Pane};
use tui::request::{Request, When};
use tui::series::Needs;
use tui::text::short_contact;
use tui::{find, sample};

use input::{asked, notice, press};

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

#[tokio::test]
async fn a_command_means_what_it_says() {
    let model = live().await;
    let presence = |agent: &str, presence: Presence, busy: bool| {
        let agent = agent.parse().unwrap();
        let shown = model.floor().unwrap().agent(&agent);
        Command::Ask(Request::SetPresence {
            presence,
            when: if busy { When::AfterContact } else { When::Now },
            seen: shown.map(|agent| agent.state.chosen()),
            agent,
        })
    };
    let inject = |contact_type: &str, skills: &[&str], count: u16, priority: Option<u8>| {
        let contact_type = (!contact_type.is_empty()).then(|| contact_type.parse().unwrap());
        let skills: Vec<_> = skills.iter().map(|skill| skill.parse().unwrap()).collect();
        let skills = (!skills.is_empty()).then_some(skills);
        let needs = Needs::new(contact_type, skills, priority.map(Priority));
        Command::Ask(Request::Inject { needs, count })
    };
    let lunch = || Presence::Unavailable(Some("long lunch".parse().unwrap()));
    for (text, command) in [
        (
            "agent agent:7 available",
            presence("agent:7", Presence::Available, false),
        ),
        (
            "  agent 12 unavailable long lunch ",
            presence("agent:12", lunch(), true),
        ),
        (
            "inject English,Billing x5 p2",
            inject("", &["English", "Billing"], 5, Some(2)),
        ),
        ("inject", inject("", &[], 1, None)),
        ("inject type=billing", inject("billing", &[], 1, None)),
        (
            "inject type=\"sales chat\" French p3",
            inject("sales chat", &["French"], 1, Some(3)),
        ),
        (
            "inject \"type=billing\"",
            inject("", &["type=billing"], 1, None),
        ),
        ("inject any x1000", inject("", &[], 1_000, None)),
        (
            "inject xylophone p",
            inject("", &["xylophone", "p"], 1, None),
        ),
        ("acd open", Command::Acd { open: true }),
        (
            "filter wait>30s !x",
            Command::Filter("wait>30s !x".to_owned()),
        ),
        ("quit", Command::Quit),
    ] {
        assert_eq!(parse(text, &model), Ok(command), "{text}");
    }
}

#[tokio::test]
async fn a_command_that_means_nothing_is_refused_at_its_place() {
    let model = live().await;
    for (text, at) in [
        ("", 0),
        ("  fly", 2),
        ("acd", 3),
        ("acd shut", 4),
        ("agent", 5),
        ("agent agent:1", 13),
        ("agent agent:1 asleep", 14),
        ("agent a|b available", 6),
        ("inject x0", 7),
        ("inject x1001", 7),
        ("inject a p256", 9),
        ("inject a|b", 7),
    ] {
        assert_eq!(parse(text, &model).unwrap_err().at, at, "{text}");
    }
}

#[tokio::test]
async fn a_mistyped_option_of_inject_is_no_skill() {
    let model = live().await;
    for (text, at, says) in [
        ("inject French x-3", 14, "x1 to x1000"),
        ("inject French x", 14, "x1 to x1000"),
        ("inject French X3", 14, "x1 to x1000"),
        ("inject French X", 14, "x1 to x1000"),
        ("inject French x2.5", 14, "x1 to x1000"),
        ("inject French x+3", 14, "x1 to x1000"),
        ("inject French p-1", 14, "p0 to p255"),
        ("inject P1", 7, "p0 to p255"),
        ("inject @-5", 7, "@1 to @60000"),
        ("inject @", 7, "@1 to @60000"),
    ] {
        let wrong = parse(text, &model).unwrap_err();
        assert_eq!(wrong.at, at, "{text}");
        assert!(wrong.says.contains(says), "{text}: {}", wrong.says);
    }
    for name in [
        "X-ray",
        "xylophone",
        "p",
        "p2p",
        "Python",
        "\"X3\"",
        "\"x\"",
    ] {
        let Ok(Command::Ask(Request::Inject { needs, .. })) =
            parse(&format!("inject {name}"), &model)
        else {
            panic!("{name}");
        };
        let skills = needs.skills.unwrap();
        assert_eq!(skills[0].as_str(), name.trim_matches('"'));
    }
}

#[tokio::test]
async fn a_skill_that_is_named_twice_is_given_once() {
    let model = live().await;
    let Ok(Command::Ask(Request::ChangeSkills { add, .. })) =
        parse("skills 1 +French +French", &model)
    else {
        panic!("not parsed");
    };
    assert_eq!(add.len(), 1);
}

#[tokio::test]
async fn a_word_is_completed_by_what_may_stand_there() {
    let model = live().await;
    for (typed, whole) in [
        ("ag", Some("agent")),
        ("acd o", Some("open")),
        ("agent agent:1", Some("agent:10")),
        ("agent agent:1 un", Some("unavailable")),
        ("agent agent:1 unavailable lu", Some("lunch")),
        ("inject fre", Some("French")),
        ("inject French,bil", Some("Billing")),
        ("agent agent:1 ", None),
        ("quit x", None),
    ] {
        let found = completion(typed, &model).map(|(_, whole)| whole);
        assert_eq!(found.as_deref(), whole, "{typed}");
    }
}

#[tokio::test]
async fn commands_are_completed_run_and_recalled() {
    let mut model = live().await;
    let effects = press(&mut model, ":inj⇥ fre⇥,bil⇥ x3⏎");
    let asked = effects.iter().any(|effect| {
        matches!(effect, Effect::Run(Task::Ask(Request::Inject { needs, count: 3 }))
            if needs.skills.as_ref().is_some_and(|skills| skills.len() == 2))
    });
    assert!(asked, "{effects:?}");
    press(&mut model, ":acd close⏎");
    assert_eq!(
        model.overlay,
        Some(Overlay::Confirm(Confirm::Close)),
        "asks first"
    );
    press(&mut model, "n:↑↑");
    let Some(Overlay::Command(prompt)) = &model.overlay else {
        panic!("no prompt");
    };
    assert_eq!(prompt.line.text(), "inject French,Billing x3");
    press(&mut model, "⎋:filter French⏎");
    assert_eq!(model.filters.of(Pane::Queue).text, "French");
    let kept = Effect::Run(Task::Remember("quit".to_owned()));
    // A remote floor continues, so quitting asks no question.
    model.place.rest = None;
    let effects = press(&mut model, ":quit⏎");
    assert_eq!(effects, [kept, Effect::Quit], "kept before it is too late");
}

#[tokio::test]
async fn the_help_is_searched() {
    let mut model = live().await;
    press(&mut model, "?/filter");
    let Some(Overlay::Help(help)) = &model.overlay else {
        panic!("no help");
    };
    let found = model.keys.found(help.search.text()).count();
    assert!(
        found > 1 && found < model.keys.help().count() / 2,
        "{found}"
    );
    press(&mut model, "⏎");
    assert!(matches!(&model.overlay, Some(Overlay::Help(help)) if !help.searching));
    press(&mut model, "⎋");
    assert_eq!(model.overlay, None);
}

/// Answers which contact is named, and returns what the console does then.
async fn answer(model: &mut Model, acd: &dyn Acd, effects: Vec<Effect>) -> Vec<Effect> {
    let find = effects.into_iter().find_map(|effect| match effect {
        Effect::Run(Task::Find { name, line }) => Some((name, line)),
        _ => None,
    });
    let (name, line) = find.expect("the ACD was not asked");
    let found = match find::contact(acd, &name).await {
        Ok(id) => Ok(Box::new(acd.contact(id).await.unwrap())),
        Err(why) => Err(why.to_string()),
    };
    update(model, Message::Found { line, found })
}

#[tokio::test]
async fn a_contact_that_is_not_among_the_rows_that_were_read_is_found_by_its_name() {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    // The floor was not polled after it arrived.
    let id = ContactId::for_key("test", "far down the queue");
    let klingon = vec!["Klingon".parse().unwrap()];
    acd.create_contact(NewContact::needing(id, klingon).unwrap())
        .await
        .unwrap();
    let short = short_contact(id);
    for name in [&short[2..6], short.as_str()] {
        let mut model = model.clone();
        let effects = press(&mut model, &format!(":contact {name}⏎"));
        answer(&mut model, &acd, effects).await;
        let shown = model.detail.map(|detail| detail.subject);
        assert_eq!(shown, Some(Subject::Contact(id)), "{name}");
    }
    for (verb, says) in [
        ("complete", "waits and has no agent"),
        ("requeue", "is not with an agent"),
    ] {
        for name in [short.clone(), id.to_string()] {
            let mut model = model.clone();
            let effects = press(&mut model, &format!(":{verb} {name}⏎"));
            answer(&mut model, &acd, effects).await;
            assert!(notice(&model).contains(says), "{verb}: {}", notice(&model));
        }
    }
    let effects = press(&mut model, &format!(":cancel {short}⏎"));
    let mut other = model.clone();
    press(&mut other, "0");
    assert_eq!(answer(&mut other, &acd, effects.clone()).await, []);
    answer(&mut model, &acd, effects).await;
    let cancel = Request::Apply(Operation::CancelContact {
        id,
        seen: ContactSeen::waiting(),
    });
    assert_eq!(asked(&press(&mut model, "y")), Some(&cancel));

    let effects = press(&mut model, ":priority 0 c-0000dead⏎");
    answer(&mut model, &acd, effects).await;
    let Some(Overlay::Command(prompt)) = &model.overlay else {
        panic!("the line is gone");
    };
    let wrong = prompt.wrong.as_ref().unwrap();
    assert!(wrong.says.contains("use its whole key, contact:..."));
    assert_eq!(wrong.at, 11);
}
