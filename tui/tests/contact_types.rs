//! Settings and contact types at the command prompt.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use shared::Acd as _;
use shared::contact::Priority;
use tui::console::overlay::command::verbs::{Command, parse};
use tui::perform::perform;
use tui::sample;

#[tokio::test]
async fn settings_and_types_are_changed_by_commands() {
    let (model, acd) = sample::session(1).await.unwrap();
    for (line, said) in [
        (
            "set short_abandon_s=10 reasons=\"long lunch\",break",
            "The settings are now: reasons=\"long lunch\",break short_abandon_s=10.",
        ),
        ("set reasons=", "The settings are now: short_abandon_s=10."),
        (
            "type \"sales chat\" skills=English,\"Tier 2\" priority=3",
            "The contact type sales chat was created: priority=3 skills=English,\"Tier 2\".",
        ),
        (
            "type \"sales chat\" priority=",
            "The contact type sales chat was changed: skills=English,\"Tier 2\".",
        ),
        (
            "type \"sales chat\"",
            "The contact type sales chat is: skills=English,\"Tier 2\".",
        ),
        (
            "type fax --create",
            "The contact type fax was created: all as the floor has it.",
        ),
        ("set", "The settings are: short_abandon_s=10."),
        (
            "types",
            "The contact types are: fax (all as the floor has it); sales chat \
             (skills=English,\"Tier 2\").",
        ),
        (
            "delete type sales chat",
            "The contact type sales chat was deleted. It was: skills=English,\"Tier 2\".",
        ),
    ] {
        let Ok(Command::Ask(request)) = parse(line, &model) else {
            panic!("{line}: {:?}", parse(line, &model));
        };
        assert_eq!(perform(&acd, &request).await.as_deref(), Ok(said), "{line}");
    }
    let types = acd.types().await.unwrap();
    assert_eq!(types.len(), 1);
    assert_eq!(types[0].name.as_str(), "fax");
    assert_eq!(acd.settings().await.unwrap().short_abandon(), 10_000);
}

#[tokio::test]
async fn a_mistyped_type_is_not_created() {
    let (model, acd) = sample::session(1).await.unwrap();
    let Ok(Command::Ask(request)) = parse("type bililng", &model) else {
        panic!("nothing asked");
    };
    let refused = perform(&acd, &request).await.unwrap_err().to_string();
    assert!(
        refused.contains("there is no contact type bililng"),
        "{refused}"
    );
    assert!(acd.types().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_contact_is_injected_with_what_its_type_has() {
    let (model, acd) = sample::session(1).await.unwrap();
    for line in [
        "type billing skills=Klingon priority=1",
        "inject type=billing",
    ] {
        let Ok(Command::Ask(request)) = parse(line, &model) else {
            panic!("{line}");
        };
        let said = perform(&acd, &request).await.unwrap();
        if line.starts_with("inject") {
            assert!(said.ends_with(" injected (billing): it waits."), "{said}");
        }
    }
    let page = acd.queue(shared::view::Page::first(100)).await.unwrap();
    let found = page
        .items
        .iter()
        .find(|contact| contact.contact_type.is_some());
    let found = found.unwrap();
    assert_eq!(tui::sentence::joined(&found.skills), "Klingon");
    assert_eq!(found.priority, Priority(1));
    let Ok(Command::Ask(request)) = parse("delete type billing", &model) else {
        panic!("nothing asked");
    };
    let refused = perform(&acd, &request).await.unwrap_err().to_string();
    assert!(refused.contains("in use"), "{refused}");
}
