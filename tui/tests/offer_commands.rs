//! The one-shot commands about offers, completion, wrap-up and dispositions, as processes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

#[allow(dead_code, reason = "it takes what it needs")]
mod support;

use std::process::Command;

use shared::Acd as _;
use support::{TestFloor, redis_url};

/// Runs a command. Returns its exit code, and what it printed where.
fn run(floor: &TestFloor, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(arguments)
        .args(["--acd", floor.name.as_str()])
        .env("REDIS_URL", redis_url())
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[tokio::test]
async fn a_contact_is_offered_accepted_completed_and_wrapped_up() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let set = ["set", "offer_timeout_s=60", "wrap_up=timed:60"];
    assert_eq!(run(&floor, &set).0, 0);
    run(&floor, &["agent", "agent:7", "available"]);
    let (_, line, _) = run(&floor, &["inject", "--skills", "English"]);
    let contact = line.split('\t').next().unwrap();
    assert_eq!(line, format!("{contact}\toffered\tagent:7\n"));
    let (_, said, _) = run(&floor, &["status"]);
    assert!(said.contains("offered       1\n"), "{said}");

    let (code, _, why) = run(&floor, &["complete", contact]);
    assert_eq!(code, 1);
    assert!(why.contains("is not with an agent"), "{why}");
    let (code, _, why) = run(&floor, &["agent", "agent:7", "complete"]);
    assert_eq!((code, why.contains("is not on a contact")), (1, true));
    let on = format!("agent:7 is on {contact}.\n");
    for _ in 0..2 {
        let (code, said, _) = run(&floor, &["accept", contact, "agent:7"]);
        assert_eq!((code, &said), (0, &on));
    }
    let (code, _, why) = run(&floor, &["reject", contact, "agent:7", "--reason", "no"]);
    assert_eq!((code, why.is_empty()), (1, false));
    let (code, said, _) = run(&floor, &["complete", contact, "--disposition", "sold"]);
    assert_eq!((code, said), (0, format!("{contact} is over: handled.\n")));
    // Repeated, it succeeds; what would be lost is refused.
    assert_eq!(run(&floor, &["complete", contact]).0, 0);
    assert_eq!(run(&floor, &["complete", contact, "--note", "late"]).0, 1);

    let (code, said, _) = run(&floor, &["disposition", contact, "--note", "pays later"]);
    assert_eq!((code, said), (0, format!("{contact} has the note.\n")));
    let (code, said, _) = run(&floor, &["disposition", contact, "not sold", "--json"]);
    let document = serde_json::json!({ "contact_key": contact, "disposition": "not sold" });
    assert_eq!((code, said.trim()), (0, document.to_string().as_str()));
    let found = floor.acd.contact(contact.parse().unwrap()).await.unwrap();
    assert_eq!(found.disposition.unwrap().as_str(), "not sold");
    assert_eq!(found.note.unwrap().as_str(), "pays later");

    let (code, said, _) = run(&floor, &["wrap-up", "agent:7", "--extend", "60"]);
    let rest = format!("agent:7 is in wrap-up for {contact}, and available when it ends.\n");
    assert_eq!((code, said), (0, rest));
    let (code, said, _) = run(&floor, &["wrap-up", "agent:7"]);
    assert_eq!((code, said.as_str()), (0, "agent:7 is available.\n"));
    let (code, _, why) = run(&floor, &["wrap-up", "agent:7"]);
    assert_eq!((code, why.contains("wrap-up")), (1, true), "{why}");
    floor.clean().await;
}
