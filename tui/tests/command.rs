//! Commands that are typed, and the search of the help.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use shared::agent::Presence;
use shared::contact::Priority;
use tui::effect::{Effect, Request};
use tui::keys;
use tui::model::{Model, Overlay, Pane};
use tui::sample;
use tui::verbs::{Command, completion, parse};

use input::press;

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
            busy,
            seen: shown.map(|agent| agent.state.chosen()),
            agent,
        })
    };
    let inject = |skills: &[&str], count: u16, priority: u8| {
        Command::Ask(Request::Inject {
            skills: skills.iter().map(|skill| skill.parse().unwrap()).collect(),
            priority: Priority(priority),
            count,
        })
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
            inject(&["English", "Billing"], 5, 2),
        ),
        ("inject", inject(&[], 1, 5)),
        ("inject any x1000", inject(&[], 1_000, 5)),
        ("inject xylophone p", inject(&["xylophone", "p"], 1, 5)),
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
        matches!(effect, Effect::Ask(Request::Inject { skills, count: 3, .. }) if skills.len() == 2)
    });
    assert!(asked, "{effects:?}");
    press(&mut model, ":acd close⏎");
    assert_eq!(model.overlay, Some(Overlay::ConfirmClose), "asks first");
    press(&mut model, "n:↑↑");
    let Some(Overlay::Command(prompt)) = &model.overlay else {
        panic!("no prompt");
    };
    assert_eq!(prompt.line.text(), "inject French,Billing x3");
    press(&mut model, "⎋:filter French⏎");
    assert_eq!(model.filters.of(Pane::Queue).text, "French");
    let kept = Effect::Remember("quit".to_owned());
    // Elsewhere, so that the floor goes on and nothing is asked.
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
    let found = keys::found(help.search.text()).count();
    assert!(found > 1 && found < keys::help().count() / 2, "{found}");
    press(&mut model, "⏎");
    assert!(matches!(&model.overlay, Some(Overlay::Help(help)) if !help.searching));
    press(&mut model, "⎋");
    assert_eq!(model.overlay, None);
}
