//! `switchboard-engine provision` against a fake cluster, which checks the method, path, login and
//! body of each request.

#![allow(clippy::unwrap_used, reason = "in a test that is how it fails")]

mod fake;

use std::process::Command;
use std::time::Duration;

use engine::provision::{Options, ProvisionError, run};
use fake::{Fake, Hitch};
use serde_json::{Value, json};

fn options(fake: &Fake) -> Options {
    Options {
        nodes: fake.nodes(),
        cluster: "switchboard.local".into(),
        user: "admin@example.com".into(),
        password: "long-enough".into(),
        database: json!({"name": "switchboard", "memory_size": 1_073_741_824_u64, "port": 12000}),
        any_certificate: false,
        within: Duration::from_secs(10),
        answer_within: Duration::from_millis(300),
        pause: Duration::from_millis(5),
    }
}

/// The requests that change something, in the order they came.
const CHANGES: [&str; 5] = [
    "0 POST /v1/bootstrap/create_cluster",
    "1 POST /v1/bootstrap/join_cluster",
    "2 POST /v1/bootstrap/join_cluster",
    "0 PUT /v1/cluster",
    "0 POST /v1/bdbs",
];

#[tokio::test]
async fn new_nodes_become_a_cluster_with_the_database() {
    let fake = Fake::start(3).await;
    let options = options(&fake);
    assert_eq!(run(&options, &|_| ()).await, Ok(1));
    assert_eq!(fake.changes(), CHANGES);
    let credentials = json!({"username": "admin@example.com", "password": "long-enough"});
    let name = "switchboard.local";
    assert_eq!(
        fake.bodies(),
        [
            json!({"action": "create_cluster", "cluster": {"name": name},
                   "credentials": credentials}),
            json!({"action": "join_cluster", "cluster": {"name": name, "nodes": ["127.0.0.1"]},
                   "credentials": credentials}),
            json!({"action": "join_cluster", "cluster": {"name": name, "nodes": ["127.0.0.1"]},
                   "credentials": credentials}),
            json!({"handle_redirects": true}),
            options.database.clone(),
        ]
    );
}

#[tokio::test]
async fn what_is_there_is_left_alone_and_what_is_half_done_is_ended() {
    let fake = Fake::start(3).await;
    assert_eq!(run(&options(&fake), &|_| ()).await, Ok(1));
    assert_eq!(run(&options(&fake), &|_| ()).await, Ok(1));
    let again: Vec<String> = fake.changes().split_off(CHANGES.len());
    assert_eq!(again, ["0 PUT /v1/cluster"]);

    let half = Fake::start(3).await;
    half.make_member(0);
    half.make_member(1);
    assert_eq!(run(&options(&half), &|_| ()).await, Ok(1));
    assert_eq!(half.changes(), CHANGES[2..]);
}

#[tokio::test]
async fn hitches_that_pass_are_waited_out_and_nothing_is_made_twice() {
    for hitch in [
        Hitch::Overloaded,
        Hitch::Slow,
        Hitch::Conflict,
        Hitch::AnswerLost,
    ] {
        let fake = Fake::start(2).await;
        // One failure at each route, at its first request.
        fake.hitch_everywhere(hitch);
        assert_eq!(run(&options(&fake), &|_| ()).await, Ok(1), "{hitch:?}");
        assert_eq!(fake.databases(), 1, "{hitch:?}");
        assert_eq!(fake.members(), 2, "{hitch:?}");
    }
}

#[tokio::test]
async fn what_cannot_go_better_ends_with_a_sentence() {
    let fake = Fake::start(1).await;
    fake.make_member(0);
    let mut wrong = options(&fake);
    wrong.password = "other".into();
    let trouble = run(&wrong, &|_| ()).await.unwrap_err();
    assert!(
        matches!(trouble, ProvisionError::Password { .. }),
        "{trouble}"
    );

    let fake = Fake::start(1).await;
    fake.hitch_everywhere(Hitch::Refused);
    let trouble = run(&options(&fake), &|_| ()).await.unwrap_err();
    assert!(
        matches!(trouble, ProvisionError::Refused { status: 400, .. }),
        "{trouble}"
    );
    assert!(!trouble.to_string().contains("long-enough"), "{trouble}");

    let fake = Fake::start(1).await;
    fake.fail_bootstrap("time_not_sync");
    let trouble = run(&options(&fake), &|_| ()).await.unwrap_err();
    assert!(trouble.to_string().contains("time_not_sync"), "{trouble}");

    let fake = Fake::start(1).await;
    let mut hurried = options(&fake);
    hurried.within = Duration::from_millis(300);
    // Nothing listens there.
    hurried.nodes[0].set_port(Some(1)).unwrap();
    let trouble = run(&hurried, &|_| ()).await.unwrap_err();
    assert!(trouble.to_string().contains("no connection"), "{trouble}");
}

#[test]
fn a_dry_run_prints_the_calls_and_no_secret() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let database: Value = json!({"name": "switchboard", "memory_size": 1_000_000});
    std::fs::write(file.path(), database.to_string()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_switchboard-engine"))
        .args([
            "provision",
            "--dry-run",
            "--user",
            "admin@example.com",
            "--database",
        ])
        .arg(file.path())
        .args(["--nodes", "https://192.0.2.2:9443,https://192.0.2.3:9443"])
        .env("CLUSTER_PASSWORD", "secret-1")
        .env("REDIS_PASSWORD", "secret-2")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let join = "POST https://192.0.2.3:9443/v1/bootstrap/join_cluster";
    assert!(
        said.contains(join) && said.contains(r#""nodes":["192.0.2.2"]"#),
        "{said}"
    );
    assert!(
        said.contains(r#""authentication_redis_pass":"(hidden)""#),
        "{said}"
    );
}
