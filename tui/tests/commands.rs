//! The one-shot commands as scripts use them: real processes, a real Redis, exit codes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Output, Stdio};

use shared::Acd as _;
use shared::agent::Presence;
use shared::seen::AgentSeen;
use support::{TestFloor, redis_url};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const PROGRAM: &str = env!("CARGO_BIN_EXE_switchboard");

fn command(url: &str, acd: &str, arguments: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments.split(' '))
        .args(["--acd", acd])
        .env("REDIS_URL", url);
    command
}

impl TestFloor {
    /// Runs a command. Returns its exit code, standard output and standard error.
    fn run(&self, arguments: &str) -> (i32, String, String) {
        result_of(
            &command(&redis_url(), self.name.as_str(), arguments)
                .output()
                .unwrap(),
        )
    }
}

fn result_of(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[tokio::test]
async fn an_agent_is_made_available_and_unavailable() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let (code, said, _) = floor.run("agent agent:7 available");
    assert_eq!((code, said.as_str()), (0, "agent:7 is available.\n"));
    assert_eq!(floor.chosen().await, Presence::Available);
    let (code, said, _) = floor.run("agent agent:7 unavailable --reason lunch");
    assert_eq!(
        (code, said.as_str()),
        (0, "agent:7 is unavailable (lunch).\n")
    );
    let lunch = Presence::Unavailable(Some("lunch".parse().unwrap()));
    assert_eq!(floor.chosen().await, lunch);
    floor.clean().await;
}

#[tokio::test]
async fn a_contact_goes_to_the_agent_and_is_completed() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    floor.run("agent agent:7 available");
    let (code, lines, _) = floor.run("inject --skills English,Billing --count 2");
    assert_eq!(code, 0);
    let fields: Vec<Vec<&str>> = lines
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(fields[0][1..], ["assigned", "agent:7"]);
    assert_eq!(fields[1][1..], ["queued", "-"]);
    let (code, why, _) = floor.run(&format!("explain {}", fields[1][0]));
    assert_eq!(code, 0);
    assert!(
        why.contains("It waits because the only agent who holds all of its skills is busy."),
        "{why}"
    );
    let (_, busy, _) = floor.run("agent agent:7 unavailable");
    let first = fields[0][0];
    assert_eq!(
        busy,
        format!("agent:7 is busy with {first}, and unavailable when it ends.\n")
    );
    let (code, said, _) = floor.run("agent agent:7 complete");
    assert_eq!((code, said), (0, format!("{first} completed.\n")));
    let (code, said, why) = floor.run("agent agent:7 complete");
    assert_eq!((code, said.as_str()), (1, ""));
    assert_eq!(why, "switchboard: agent agent:7 is not on a contact\n");
    floor.clean().await;
}

#[tokio::test]
async fn contacts_are_injected_at_a_rate_a_line_each() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let begun = std::time::Instant::now();
    let (code, lines, complaints) = floor.run("inject --count 4 --per-minute 600");
    assert_eq!((code, lines.lines().count()), (0, 4));
    assert_eq!(complaints, "", "no bar where no terminal is");
    let spent = begun.elapsed().as_millis();
    assert!(spent >= 300, "three tenths of a second apart: {spent} ms");
    floor.clean().await;
}

#[tokio::test]
async fn the_rules_refuse_with_their_own_words() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    assert_eq!(
        floor.run("acd close").1,
        format!("ACD {} is closed.\n", floor.name)
    );
    for (arguments, words) in [
        ("inject", "the ACD is closed and takes no new contacts"),
        ("agent agent:8 available", "there is no agent agent:8"),
        (
            "explain contact:0192f3c4-0000-7000-8000-000000000000",
            "there is no contact contact:0192f3c4",
        ),
    ] {
        let (code, said, why) = floor.run(arguments);
        assert_eq!((code, said.as_str()), (1, ""), "{arguments}");
        assert!(why.contains(words), "{why}");
    }
    assert_eq!(floor.run("acd open").0, 0);
    assert_eq!(floor.run("inject").0, 0);
    floor.clean().await;
}

#[tokio::test]
async fn the_status_is_for_eyes_and_for_programs() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    floor.run("inject --skills Billing --count 3");
    let (code, plain, _) = floor.run("status");
    assert_eq!(code, 0);
    assert!(plain.contains("waiting       3\n"), "{plain}");
    let (code, line, _) = floor.run("status --json");
    assert_eq!(code, 0);
    let read: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(read["overview"]["waiting"], 3);
    assert_eq!(read["skills"][0]["waiting"], 3);
    floor.clean().await;
}

#[tokio::test]
async fn the_status_has_the_service_level_that_was_asked_for() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    floor.run("agent agent:7 available");
    floor.run("inject --skills Billing");
    let (code, plain, _) = floor.run("status");
    assert_eq!(code, 0);
    assert!(
        plain.contains("service-level 100.0%  (SL 80/20: answered within 20 s, "),
        "{plain}"
    );
    let mut asked = command(&redis_url(), floor.name.as_str(), "status --json");
    let (code, line, _) = result_of(&asked.env("SERVICE_LEVEL", "90/120").output().unwrap());
    assert_eq!(code, 0);
    let read: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(read["service_level"]["within"], 120_000);
    assert_eq!(read["service_level"]["target"], 0.9);
    let (code, _, why) = floor.run("status --service-level 80/25");
    assert_eq!(code, 2);
    assert!(why.contains("120, 180, 300 or 600 seconds"), "{why}");
    floor.clean().await;
}

#[test]
fn without_a_store_that_can_be_used_the_code_is_two() {
    for (url, words) in [
        ("", "set REDIS_URL"),
        ("redis://127.0.0.1:1", "no Redis answers at 127.0.0.1:1"),
        ("nonsense", "the Redis URL is invalid"),
    ] {
        for arguments in ["status", "inject", "agent agent:7 available", "acd open"] {
            let (code, said, why) = result_of(&command(url, "acd", arguments).output().unwrap());
            assert_eq!((code, said.as_str()), (2, ""), "{arguments}");
            assert!(why.contains(words) && why.lines().count() == 1, "{why}");
        }
    }
}

#[tokio::test]
async fn a_reader_that_has_seen_enough_is_no_panic() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let mut child = command(&redis_url(), floor.name.as_str(), "inject --count 50")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(first.starts_with("contact:"));
    let (code, _, why) = result_of(&child.wait_with_output().unwrap());
    assert_eq!((code, why.as_str()), (0, ""));
    floor.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_tells_each_change_until_the_store_goes_away() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    let (url, way) = way_to_redis().await;
    let mut child = command(&url, floor.name.as_str(), "status --json --watch")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || {
        let line = lines.next().unwrap().unwrap();
        serde_json::from_str::<serde_json::Value>(&line).unwrap()
    };
    assert_eq!(next()["overview"]["available"], 0);
    let set = floor
        .acd
        .set_presence(&floor.agent, Presence::Available, &AgentSeen::ANYTHING);
    set.await.unwrap();
    assert_eq!(next()["overview"]["available"], 1);
    drop(way);
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let mut why = String::new();
    child.stderr.unwrap().read_to_string(&mut why).unwrap();
    assert!(why.contains("the store is not reachable"), "{why}");
    floor.clean().await;
}

/// Opens a proxy to the Redis that closes when the set is dropped. Returns its URL.
async fn way_to_redis() -> (String, JoinSet<()>) {
    let url = redis_url();
    let host = url.trim_start_matches("redis://").trim_end_matches('/');
    let host = host.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut way = JoinSet::new();
    way.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(&host).await.unwrap();
            connections.spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (format!("redis://{address}/"), way)
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = Command::new(PROGRAM).args(["completions", shell]).output();
        let (code, script, why) = result_of(&output.unwrap());
        assert_eq!((code, why.as_str()), (0, ""), "{shell}");
        for word in ["inject", "explain", "redis-url", "unavailable"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    let output = Command::new(PROGRAM).args(["completions", "tcsh"]).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let output = Command::new(PROGRAM).arg("man").output().unwrap();
    let (code, page, _) = result_of(&output);
    assert_eq!(code, 0);
    assert!(page.contains(".TH switchboard 1"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("man1");
    let written = Command::new(PROGRAM)
        .args(["man", "--dir"])
        .arg(&inside)
        .status();
    assert!(written.unwrap().success());
    for page in [
        "switchboard.1",
        "switchboard-agent.1",
        "switchboard-inject.1",
    ] {
        assert!(inside.join(page).is_file(), "{page}");
    }
    let output = Command::new(PROGRAM)
        .args(["man", "--dir", "/dev/null/x"])
        .output();
    let (code, _, why) = result_of(&output.unwrap());
    assert_eq!(code, 2);
    assert!(why.contains("cannot be written to /dev/null/x"), "{why}");
}

#[test]
fn a_zone_that_there_is_not_is_an_error_at_the_start() {
    let mut command = Command::new(PROGRAM);
    let refused = command.arg("config").env("TZ", "Europe/Berln").output();
    let (code, said, complaint) = result_of(&refused.unwrap());
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(
        complaint.contains("did you mean Europe/Berlin?"),
        "{complaint}"
    );
}

#[tokio::test]
async fn a_command_about_an_acd_of_which_nothing_is_there_says_so_and_makes_none() {
    shared::needs_redis!();
    let name = shared::testing::fresh_name();
    let run = |arguments: &str| {
        let mut command = command(&redis_url(), name.as_str(), arguments);
        result_of(&command.output().unwrap())
    };
    for arguments in [
        "acd close",
        "acd open",
        "status",
        "agent agent:7 available",
        "agent agent:7 complete",
        "explain c-1a2b3c4d",
        "cancel contact:0192f3c4-0000-7000-8000-000000000000",
        "requeue contact:0192f3c4-0000-7000-8000-000000000000",
        "priority contact:0192f3c4-0000-7000-8000-000000000000 1",
    ] {
        let (code, said, why) = run(arguments);
        assert_eq!((code, said.as_str()), (2, ""), "{arguments}");
        let says = format!("switchboard: there is no ACD {name} at ");
        assert!(why.starts_with(&says) && why.contains("--acd"), "{why}");
    }
    let acd = shared::redis::RedisAcd::connect(&redis_url(), name.clone()).await;
    assert_eq!(acd.unwrap().overview().await.unwrap().event, 0);
    assert_eq!(run("inject").0, 0, "the first contact makes it");
    assert_eq!(run("acd close").0, 0);
    shared::testing::clean(&name).await;
}

#[tokio::test]
async fn settings_and_contact_types_are_set_listed_and_deleted() {
    shared::needs_redis!();
    let floor = TestFloor::new().await;
    assert_eq!(floor.run("set").1, "nothing is set\n");
    let (code, said, _) = floor.run("set short_abandon_s=10 reasons=lunch,break");
    let set = "reasons=lunch,break short_abandon_s=10\n";
    assert_eq!((code, said.as_str()), (0, set));
    assert_eq!(floor.run("set").1, set);
    assert_eq!(floor.run("set reasons=").1, "short_abandon_s=10\n");
    let (_, none, _) = floor.run("types");
    assert!(none.contains("switchboard type billing"), "{none}");
    let (code, said, _) = floor.run("type billing skills=English,Billing priority=3");
    let created = "The contact type billing was created: priority=3 skills=English,Billing.\n";
    assert_eq!((code, said.as_str()), (0, created));
    let (code, said, why) = floor.run("type fax");
    assert_eq!((code, said.as_str()), (1, ""));
    assert!(why.contains("there is no contact type fax"), "{why}");
    floor.run("type fax --create");
    let (code, said, _) = floor.run("type billing");
    let shown = "priority=3 skills=English,Billing\n";
    assert_eq!((code, said.as_str()), (0, shown));
    let table = "\
TYPE     SETTINGS
billing  priority=3 skills=English,Billing
fax      all as the floor has it
";
    assert_eq!(floor.run("types").1, table);
    let (code, line, _) = floor.run("inject --type billing --json");
    assert_eq!(code, 0, "{line}");
    let waiting = floor.run("status --json").1;
    assert!(waiting.contains("\"skill\":\"Billing\""), "{waiting}");
    let (code, _, why) = floor.run("type billing --delete");
    assert_eq!(code, 1);
    assert!(why.contains("in use"), "{why}");
    let (code, said, _) = floor.run("type fax --delete --json");
    let read: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &read["name"]), (0, &"fax".into()));
    let (_, line, _) = floor.run("types --json");
    let read: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(read["types"][0]["settings"]["priority"], 3);
    assert_eq!(read["types"].as_array().unwrap().len(), 1);
    for (arguments, code, words) in [
        ("inject --type fax", 1, "there is no contact type fax"),
        ("type priority=3", 2, "the name comes first"),
        ("set reason=lunch", 2, "there is no setting reason: use "),
        (
            "type billing short_abandon_s=soon",
            2,
            "short_abandon_s: invalid type",
        ),
        (
            "set wrap_up=none:5",
            2,
            "wrap_up is not \"none:5\": use none, timed:30, manual",
        ),
        (
            "type billing reasons=lunch",
            1,
            "is a setting of the whole floor",
        ),
    ] {
        let (found, said, why) = floor.run(arguments);
        assert_eq!((found, said.as_str()), (code, ""), "{arguments}: {why}");
        assert!(why.contains(words), "{arguments}: {why}");
    }
    floor.clean().await;
}
