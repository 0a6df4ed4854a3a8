//! Every action of the console as a command: agents, skills and contacts by name.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod input;

use std::sync::Arc;

use shared::Acd as _;
use shared::contact::{ContactId, Priority};
use shared::operation::Operation;
use shared::seen::AgentSeen;
use tui::console::effect::{Effect, Task};
use tui::console::message::Message;
use tui::console::overlay::Overlay;
use tui::console::overlay::command::verbs::{Command, candidates, completion, parse};
use tui::console::update::update;
use tui::console::window::Window;
use tui::console::{Model, Pane};
use tui::feed::Poller;
use tui::perform::perform;
use tui::query::{Kind, Query};
use tui::request::Request;
use tui::sample;
use tui::text::short_contact;

use input::asked;

async fn live() -> Model {
    sample::model(sample::LONG_ENOUGH).await.unwrap()
}

fn press(model: &mut Model, typed: &str) -> Vec<Effect> {
    let each = typed.chars();
    each.flat_map(|key| update(model, Message::Key(input::event(key))))
        .collect()
}

/// Returns a contact that an agent is on.
fn served(model: &Model) -> ContactId {
    let agents = &model.floor().unwrap().agents;
    agents
        .iter()
        .find_map(|agent| agent.state.contact())
        .unwrap()
}

#[tokio::test]
async fn agents_are_added_renamed_and_given_skills_by_command() {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    for (line, said) in [
        (
            "add 21 Grace \"Brewster Hopper\" English,\"Tier 2\"",
            "agent:21 was added and is unavailable.",
        ),
        (
            "rename agent:21 Grace Hopper",
            "agent:21 is now called Grace Hopper.",
        ),
        (
            "skills 21 +French +\"Tier 3\" -\"Tier 2\"",
            "agent:21 got French, Tier 3 and lost Tier 2.",
        ),
    ] {
        let effects = press(&mut model, &format!(":{line}⏎"));
        let request = asked(&effects).unwrap_or_else(|| panic!("{line}: {effects:?}"));
        assert_eq!(perform(&acd, request).await.unwrap(), said);
    }
    let agent = acd.agent(&"agent:21".parse().unwrap()).await.unwrap();
    assert_eq!(agent.lname.as_str(), "Hopper");
    let mut held: Vec<&str> = agent
        .skills
        .iter()
        .map(shared::skill::Skill::as_str)
        .collect();
    held.sort_unstable();
    assert_eq!(held, ["English", "French", "Tier 3"]);
}

#[tokio::test]
async fn the_selected_agent_is_renamed_in_a_dialog_that_shows_his_name() {
    let (mut model, acd) = sample::session(sample::LONG_ENOUGH).await.unwrap();
    let effects = press(&mut model, "3N⇥King⏎⏎");
    let request = asked(&effects).unwrap();
    assert_eq!(
        perform(&acd, request).await.unwrap(),
        "agent:1 is now called Ada King."
    );
    let agent = acd.agent(&"agent:1".parse().unwrap()).await.unwrap();
    assert_eq!(
        (agent.fname.as_str(), agent.lname.as_str()),
        ("Ada", "King")
    );
}

#[tokio::test]
async fn what_ends_something_is_asked_about_first() {
    let model = live().await;
    let waiting = short_contact(model.floor().unwrap().queue[1].id);
    let busy = short_contact(served(&model));
    for (line, title) in [
        ("delete agent 3".to_owned(), "Delete agent:3?".to_owned()),
        ("delete agent 99".to_owned(), "Delete agent:99?".to_owned()),
        (
            "delete skill French".to_owned(),
            "Take French from every agent?".to_owned(),
        ),
        (
            "delete skill Tier 2".to_owned(),
            "Take Tier 2 from every agent?".to_owned(),
        ),
        (format!("cancel {waiting}"), format!("Cancel {waiting}?")),
        (
            format!("cancel {waiting} {busy}"),
            "Cancel 2 contacts?".to_owned(),
        ),
    ] {
        let mut model = model.clone();
        let effects = press(&mut model, &format!(":{line}⏎"));
        assert_eq!(asked(&effects), None, "{line}");
        let Some(Overlay::Question(question)) = &model.overlay else {
            panic!("{line}: no question");
        };
        assert_eq!(question.title, title);
        assert!(asked(&press(&mut model, "y")).is_some());
    }
}

#[tokio::test]
async fn a_contact_is_named_as_it_is_shown_or_by_its_key_or_selected() {
    let mut model = live().await;
    let queue: Vec<ContactId> = model
        .floor()
        .unwrap()
        .queue
        .iter()
        .map(|row| row.id)
        .collect();
    let served = served(&model);
    let complete = |id: ContactId| Ok(Command::Complete(vec![id]));
    let short = short_contact(queue[2]);
    assert_eq!(
        parse(&format!("complete {short}"), &model),
        complete(queue[2])
    );
    assert_eq!(
        parse(&format!("complete {}", &short[..6]), &model),
        complete(queue[2])
    );
    assert_eq!(
        parse(&format!("complete {served}"), &model),
        complete(served)
    );
    let busy = short_contact(served).to_uppercase();
    assert_eq!(parse(&format!("complete {busy}"), &model), complete(served));
    press(&mut model, "j");
    assert_eq!(parse("complete", &model), complete(queue[1]));
    assert_eq!(
        parse("priority 2", &model),
        Ok(Command::Priority(vec![queue[1]], Priority(2)))
    );
    press(&mut model, "k  ");
    for (line, command) in [
        (
            "priority p2",
            Command::Priority(queue[..2].to_vec(), Priority(2)),
        ),
        ("cancel", Command::Cancel(queue[..2].to_vec())),
        ("complete", Command::Complete(queue[..2].to_vec())),
        ("requeue", Command::Requeue(queue[..2].to_vec())),
    ] {
        let mut meant = parse(line, &model).unwrap();
        match &mut meant {
            Command::Priority(ids, _)
            | Command::Cancel(ids)
            | Command::Complete(ids)
            | Command::Requeue(ids) => ids.sort_by_key(|id| queue.iter().position(|it| it == id)),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            meant, command,
            "{line}: a command means the marked, as a key does"
        );
    }
    press(&mut model, "⎋2");
    for line in ["complete", "cancel", "requeue", "priority 2"] {
        let wrong = parse(line, &model).unwrap_err();
        assert_eq!(wrong.at, line.len(), "{line}");
        assert!(
            wrong.says.contains("no contact is selected"),
            "{}",
            wrong.says
        );
    }
}

#[tokio::test]
async fn a_contact_is_taken_from_its_agent_by_command_after_a_question() {
    let mut model = live().await;
    let busy = short_contact(served(&model));
    press(&mut model, &format!(":requeue {busy}⏎"));
    let effects = press(&mut model, "y");
    assert!(matches!(
        asked(&effects),
        Some(Request::Apply(Operation::RequeueContact { .. }))
    ));
    let waiting = short_contact(model.floor().unwrap().queue[0].id);
    press(&mut model, &format!(":requeue {waiting}⏎"));
    let said = model.notice.unwrap().text;
    assert_eq!(said, format!("{waiting} is not with an agent."));
}

#[tokio::test]
async fn the_window_is_chosen_by_name() {
    let mut model = live().await;
    for (line, window) in [
        ("window 30m", Window::Half),
        ("window 60", Window::Hour),
        ("window today", Window::Today),
    ] {
        press(&mut model, &format!(":{line}⏎"));
        assert_eq!(model.service.window, window, "{line}");
    }
}

#[tokio::test]
async fn a_command_that_means_nothing_is_refused_at_its_place() {
    let model = live().await;
    for (text, at, says) in [
        ("add 7 Ada", 9, "use add agent:9"),
        ("add a|b Ada Byron", 4, "agent key \"a|b\""),
        ("add 7 Ada Byron a|b", 16, "skill \"a|b\""),
        ("rename 7 Ada", 12, "use rename agent:7"),
        ("rename 7 a b c", 13, "use rename agent:7"),
        ("delete", 6, "use delete agent"),
        ("delete French", 7, "use delete agent"),
        ("delete agent", 12, "use delete agent"),
        ("delete agent 1 2", 15, "use delete agent"),
        ("delete skill a|b", 13, "skill \"a|b\""),
        ("delete skill \"Tier 2", 13, "this quote is not closed"),
        ("skills 7", 8, "use skills agent:7"),
        ("skills 7 French", 9, "use + to give a skill"),
        ("skills 7 +a|b", 10, "skill \"a|b\""),
        ("skills 7 +", 10, "is empty"),
        (
            "skills 7 +French -French",
            17,
            "French is both given and taken",
        ),
        (
            "skills 7 -French +Sales +French",
            24,
            "French is both given and taken",
        ),
        ("cancel c-", 7, "no contact shown has the id c-"),
        ("cancel c-zzzz", 7, "no contact shown has the id c-zzzz"),
        ("priority 256", 9, "use 0 to 255"),
        ("priority", 8, "use priority 2"),
        ("sort handled", 5, "use place, contact, priority"),
        ("sort wait sideways", 10, "use sort wait"),
        ("window 7", 7, "use window 15m"),
        ("window", 6, "use window 15m"),
        ("demo", 4, "use demo start"),
        ("demo stop it", 10, "use demo start"),
        ("inject any @0", 11, "use @1 to @60000"),
        ("inject any @", 11, "use @1 to @60000"),
        ("pause now", 6, "use pause"),
        ("set lunch", 4, "use name=value"),
        (
            "set priority=3 reason=lunch",
            15,
            "there is no setting reason: use known_skills_only",
        ),
        ("set short_abandon_s=86401", 4, "use 0 to 86400"),
        ("set wrap_up=timed", 4, "use none, timed:30, manual"),
        ("type", 4, "use type billing"),
        ("types billing", 6, "use types"),
        ("type priority=3", 5, "the name comes first"),
        ("type a|b", 5, "contact type \"a|b\""),
        ("type billing skills=a|b", 13, "skill \"a|b\""),
        ("delete type", 11, "use delete agent"),
        ("inject type=a|b", 12, "contact type \"a|b\""),
    ] {
        let wrong = parse(text, &model).unwrap_err();
        assert_eq!(wrong.at, at, "{text}: {}", wrong.says);
        assert!(wrong.says.contains(says), "{text}: {}", wrong.says);
    }
}

#[tokio::test]
async fn what_is_quoted_is_a_name_and_no_mark() {
    let model = live().await;
    let Ok(Command::Ask(Request::Inject { needs, count })) = parse(
        "inject \"x5\" \"any\" \"stop\" French,\"Tier 2\" x2",
        &model,
    ) else {
        panic!("no contacts");
    };
    let skills = needs.skills.unwrap();
    let names: Vec<&str> = skills.iter().map(shared::skill::Skill::as_str).collect();
    assert_eq!(
        (names, count),
        (vec!["x5", "any", "stop", "French", "Tier 2"], 2)
    );
    assert_eq!(
        parse("filter \"a b", &model),
        Ok(Command::Filter("\"a b".to_owned())),
        "a filter has quotes of its own"
    );
}

/// A floor with a skill whose name has two words.
async fn tiered() -> Model {
    let (_, acd) = sample::session(3).await.unwrap();
    let agent = "agent:2".parse().unwrap();
    acd.add_skill(&agent, &"Tier 2".parse().unwrap(), &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let poll = Poller::default().poll(&acd, Arc::default()).await.unwrap();
    let mut model = sample::blank();
    update(&mut model, Message::Polled(Box::new(poll)));
    model
}

#[tokio::test]
async fn names_are_completed_with_the_quotes_they_need() {
    let model = tiered().await;
    for (typed, length, whole) in [
        ("delete skill ti", 2, "\"Tier 2\""),
        ("delete skill \"ti", 3, "\"Tier 2\""),
        ("delete skill \"Tier 2", 7, "\"Tier 2\""),
        ("inject French,ti", 2, "\"Tier 2\""),
        ("inject \"Tier 2\",fre", 3, "French"),
        ("inject st", 2, "stop"),
        ("skills agent:2 +French -ti", 2, "\"Tier 2\""),
        ("skills agent:2 +\"ti", 3, "\"Tier 2\""),
        ("add 9 a b ti", 2, "\"Tier 2\""),
        ("rename agent:1", 7, "agent:10"),
        ("delete ag", 2, "agent"),
        ("delete agent agent:3", 0, ""),
        ("demo st", 2, "start"),
        ("window to", 2, "today"),
        ("sort wa", 2, "wait"),
        ("sort wait d", 1, "down"),
        ("wi", 2, "window"),
    ] {
        let found = completion(typed, &model);
        let wanted = (length > 0).then(|| (length, whole.to_owned()));
        assert_eq!(found, wanted, "{typed}");
    }
}

#[tokio::test]
async fn all_words_that_may_stand_there_are_listed() {
    let model = live().await;
    let words = |typed: &str| -> Vec<String> {
        let found = candidates(typed, &model).into_iter();
        found.map(|candidate| candidate.word).collect()
    };
    assert_eq!(words("re"), ["reject", "rename", "requeue"]);
    assert_eq!(words("delete "), ["agent", "skill", "type"]);
    assert_eq!(
        words("").len(),
        tui::console::overlay::command::verbs::VERBS.len()
    );
    let agents = model.floor().unwrap().agents.iter();
    let served = agents.filter_map(|agent| agent.state.contact()).count();
    assert_eq!(
        words("complete ").len(),
        model.contact_rows().length + served
    );
    assert_eq!(words("pause "), Vec::<String>::new());
}

#[tokio::test]
async fn each_verb_that_is_listed_is_a_command() {
    let mut model = live().await;
    model.focus = Pane::Queue;
    for (verb, usage) in tui::console::overlay::command::verbs::VERBS {
        let says = parse(verb, &model)
            .err()
            .map_or_else(String::new, |wrong| wrong.says);
        assert!(!says.contains("no such command"), "{verb}: {says}");
        assert!(usage.starts_with(verb));
    }
}

/// Returns the lines of the README between two texts.
fn samples(from: &str, to: &str) -> Vec<String> {
    let readme = include_str!("../../README.md");
    let part = readme.split(from).nth(1).unwrap().split(to).next().unwrap();
    part.split('\n').map(str::to_owned).collect()
}

#[tokio::test]
async fn the_commands_of_the_readme_are_commands() {
    let model = live().await;
    let rows = samples("| key | command |", "`Tab` completes");
    let cells = rows.iter().filter_map(|row| row.split(" | ").nth(2));
    let commands: Vec<&str> = cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert!(commands.len() > 12, "{commands:?}");
    for text in commands {
        if let Err(wrong) = parse(text, &model) {
            assert!(
                wrong.says.contains("no contact that is shown"),
                "{text}: {}",
                wrong.says
            );
        }
    }
}

#[test]
fn the_filters_of_the_readme_are_filters() {
    let lines = samples("says the opposite:\n\n```\n", "\n```");
    assert_eq!(lines.len(), 3);
    for line in lines {
        let kinds = [Kind::Contacts, Kind::Agents];
        let read = kinds.map(|kind| Query::parse(&line, kind).is_ok());
        assert!(read.contains(&true), "{line}");
    }
}

#[tokio::test]
async fn a_command_is_kept_for_later_sessions_once() {
    let mut model = live().await;
    let kept = |effects: &[Effect]| {
        let kept = effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Run(Task::Remember(_))));
        kept.count()
    };
    assert_eq!(kept(&press(&mut model, ":pause⏎")), 1);
    assert_eq!(kept(&press(&mut model, ":pause⏎")), 0, "twice the same");
    assert_eq!(kept(&press(&mut model, ":fly⏎⎋")), 0, "no command");
    for number in 0..250 {
        press(&mut model, &format!(":filter {number}⏎"));
    }
    assert_eq!(model.commands.len(), 200);
    assert_eq!(model.commands[199], "filter 249");
}
