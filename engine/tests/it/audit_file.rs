//! The audit file: no change without a line, and no line can be altered or removed unnoticed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::authorization::Tokens;
use crate::binary::{Engine, engine};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

struct Audited {
    tokens: Tokens,
    boss: String,
}

impl Audited {
    fn new() -> Self {
        let tokens = Tokens::new();
        let boss = tokens.create("boss", "supervisor");
        Self { tokens, boss }
    }

    fn file(&self) -> String {
        let file = self.tokens.file().with_file_name("audit.jsonl");
        file.to_str().unwrap().to_owned()
    }

    fn start(&self) -> Engine {
        let mut command = engine(&["--drain", "0", "--audit", &self.file()]);
        command.arg("--tokens").arg(self.tokens.file());
        Engine::run(command)
    }

    async fn ask(
        &self,
        engine: &Engine,
        (method, path): (&str, &str),
        body: &str,
    ) -> (u16, String) {
        let client = engine::http::client().build().unwrap();
        let url = format!("http://{}{path}", engine.address);
        let request = client.request(method.parse().unwrap(), url);
        let request = request.bearer_auth(&self.boss).body(body.to_owned());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn create(&self, engine: &Engine) -> (u16, String) {
        let body = r#"{"skills":["English"]}"#;
        self.ask(engine, ("POST", "/contact"), body).await
    }
}

fn verify(words: &[&str]) -> (Option<i32>, String) {
    let mut command = engine(&["audit", "verify"]);
    let output = command.args(words).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn sound(words: &[&str]) -> String {
    let (code, said) = verify(words);
    assert!(code == Some(0) && said.starts_with("OK: "), "{said}");
    said.lines()
        .find_map(|line| line.strip_prefix("--expect "))
        .unwrap()
        .to_owned()
}

fn wrong(words: &[&str], why: &str) {
    let (code, said) = verify(words);
    assert!(code == Some(1) && said.contains(why), "{why}: {said}");
}

fn lines(file: &str) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_change_has_an_intent_and_an_outcome_and_no_line_can_be_changed_unseen() {
    let audited = Audited::new();
    let file = audited.file();
    let mut engine = audited.start();
    for _ in 0..3 {
        assert_eq!(audited.create(&engine).await.0, 201);
    }
    assert_eq!(audited.ask(&engine, ("GET", "/acd"), "").await.0, 200);
    let refused = audited.ask(&engine, ("DELETE", "/agent/agent:7"), "").await;
    assert_eq!(refused.0, 403);
    engine.stop();
    let all = lines(&file);
    let told = all.iter().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["kind"].as_str().unwrap().to_owned();
        (kind, line["status"].as_u64(), line["change"].clone())
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1 + 3 * 2 + 1, "{all:?}");
    for change in told[1..7].chunks(2) {
        let [(intent, None, of), (outcome, Some(201), same)] = change else {
            panic!("{change:?}");
        };
        assert_eq!((&intent[..], &outcome[..], of), ("intent", "outcome", same));
    }
    assert_eq!((&told[7].0[..], told[7].1), ("refusal", Some(403)));

    let expected = sound(&[&file]);
    sound(&[&file, "--expect", &expected]);
    let write = |lines: &[String]| fs::write(&file, lines.join("\n") + "\n").unwrap();
    let mut changed = all.clone();
    changed[2] = changed[2].replace("boss", "shop");
    write(&changed);
    wrong(&[&file], "line 3 was changed");
    // The hash of the last line is nowhere yet, unless an earlier check printed it.
    let mut last = all.clone();
    last[7] = last[7].replace("agent:7", "agent:8");
    assert_ne!(last, all);
    write(&last);
    let (code, said) = verify(&[&file]);
    assert!(
        code == Some(0) && said.contains("Line 8 may have been changed"),
        "{said}"
    );
    wrong(&[&file, "--expect", &expected], "line 8");
    let mut short = all.clone();
    short.remove(4);
    write(&short);
    wrong(&[&file], "line 5 is missing");
    let mut broken = all.clone();
    broken[3] = "{}".to_owned();
    write(&broken);
    wrong(&[&file], "audit.jsonl:4 is no line of an audit");
    // A cut-off end is noticed only with `--expect`.
    write(&all[..6]);
    sound(&[&file]);
    wrong(&[&file, "--expect", &expected], "line 8");
    write(&all);
    let (_, said) = verify(&[&file, "--expect", &expected]);
    assert!(
        said.starts_with("OK: 8 lines, 1 to 8, none missing or changed.\n"),
        "{said}"
    );
}

#[tokio::test]
async fn what_is_no_whole_audit_is_not_taken_for_one() {
    let audited = Audited::new();
    let file = audited.file();
    let mut engine = audited.start();
    assert_eq!(audited.create(&engine).await.0, 201);
    engine.stop();
    let all = lines(&file);
    let text = all.join("\n");
    let write = |text: &str| fs::write(&file, text).unwrap();
    for garbage in ["x".to_owned(), "x".repeat(3 << 20), format!("{text}\nxyz")] {
        write(&garbage);
        wrong(&[&file], "is no line of an audit");
    }
    write("[]\n");
    wrong(
        &[&file],
        "is no line of an audit (invalid length 0, expected a JSON object)",
    );
    write(&all[0][..20]);
    wrong(&[&file], "no whole line");
    // The first line is missing.
    write(&(all[1..].join("\n") + "\n"));
    let (code, said) = verify(&[&file]);
    let told = "lines before 2 are not in these files";
    assert!(code == Some(0) && said.contains(told), "{said}");
    wrong(
        &[&file, "--expect", &format!("{:064}/1", 0)],
        "lines 2 to 3",
    );
    // An incomplete line is no reference: the engine may still complete it.
    for torn in [text.clone(), text[..text.len() - 10].to_owned()] {
        write(&torn);
        assert!(sound(&[&file]).ends_with("/2"), "{torn}");
        let said = verify(&[&file]).1;
        assert!(said.starts_with("OK: 2 lines, 1 to 2:"), "{said}");
        assert!(said.contains("incomplete"), "{said}");
    }
}

/// Returns how many refused changes have a line of their own in a log.
fn refused_changes(log: &str) -> usize {
    let lines = log
        .lines()
        .map(|line| -> Value { serde_json::from_str(line).unwrap() });
    let refused = lines.filter(|line| {
        let said = line["fields"]["message"].as_str().unwrap();
        line["target"] == "audit" && said.ends_with("as the audit file cannot be written")
    });
    refused.count()
}

#[tokio::test]
async fn while_it_cannot_be_written_changes_are_refused_and_it_goes_on_by_itself() {
    let audited = Audited::new();
    let file = audited.file();
    let old = format!("{file}.1");
    let mut engine = audited.start();
    assert_eq!(audited.create(&engine).await.0, 201);
    // Moved away, and nothing can be written in its place.
    fs::rename(&file, &old).unwrap();
    fs::create_dir(&file).unwrap();
    let began = Instant::now();
    while audited.create(&engine).await.0 != 503 {
        assert!(began.elapsed() < PATIENCE, "changes are carried out");
    }
    let (status, said) = audited.create(&engine).await;
    assert!(
        status == 503 && said.contains("audit_unavailable"),
        "{said}"
    );
    let floor = audited.ask(&engine, ("GET", "/acd"), "").await.1;
    let floor: Value = serde_json::from_str(&floor).unwrap();
    let made = floor["totals"]["created"].as_u64();
    let (status, said) = audited.ask(&engine, ("GET", "/readyz"), "").await;
    assert!(
        status == 503 && said.contains("audit_unavailable"),
        "{said}"
    );
    let metrics = audited.ask(&engine, ("GET", "/metrics"), "").await.1;
    assert!(metrics.contains("switchboard_audit_up 0"), "{metrics}");
    // Far more than get lines of their own.
    for _ in 0..40 {
        assert_eq!(audited.create(&engine).await.0, 503);
    }
    let refused = audited.ask(&engine, ("DELETE", "/agent/agent:7"), "").await;
    assert_eq!(refused.0, 403);
    let metrics = audited.ask(&engine, ("GET", "/metrics"), "").await.1;
    let counted = |name: &str| -> u64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(0, |count| count.trim().parse().unwrap())
    };
    let not_carried_out = counted("switchboard_audit_refused_changes_total ");
    assert!(not_carried_out >= 40, "{metrics}");
    assert!(counted("switchboard_audit_refusals_lost_total ") > 0);
    fs::remove_dir(&file).unwrap();
    while audited.ask(&engine, ("GET", "/readyz"), "").await.0 != 200 {
        assert!(began.elapsed() < PATIENCE, "it does not go on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(made, Some(1), "nothing was carried out meanwhile");
    assert_eq!(audited.create(&engine).await.0, 201);
    let own = refused_changes(&engine.stop());
    assert!((1..40).contains(&own), "{own} lines of {not_carried_out}");
    let expected = sound(&[&old, &file]);
    assert!(
        lines(&file).len() >= 2,
        "what follows stands in the new one"
    );
    wrong(&[&file, &old], "begins an audit of its own");
    sound(&[&file, "--expect", &expected]);
}

#[tokio::test]
async fn a_killed_engine_goes_on_where_it_was_and_two_do_not_write_one_file() {
    let audited = Audited::new();
    let file = audited.file();
    let mut engine = audited.start();
    audited.create(&engine).await;
    let mut second = crate::binary::engine(&["--listen", "127.0.0.1:0", "--audit", &file]);
    let second = second.arg("--tokens").arg(audited.tokens.file()).output();
    let second = second.unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains("a file of its own"), "{said}");
    engine.stop();
    // As if it had died while writing a line.
    let text = fs::read(&file).unwrap();
    fs::write(&file, &text[..text.len() - 40]).unwrap();
    assert!(verify(&[&file]).1.contains("is incomplete"));
    let mut engine = audited.start();
    audited.create(&engine).await;
    engine.stop();
    sound(&[&file]);
    let all = lines(&file);
    let torn = all.iter().filter(|line| line.contains("after_torn"));
    assert_eq!(torn.count(), 1);
}

#[test]
fn what_cannot_be_an_audit_file_is_refused_with_the_remedy() {
    let audited = Audited::new();
    let foreign = audited.tokens.file();
    let foreign = foreign.to_str().unwrap();
    for (file, said) in [
        ("/dev/full", "is not a regular file"),
        (
            "/nowhere/audit.jsonl",
            "in a folder that this user may write",
        ),
        (foreign, "does not end with an audit line"),
    ] {
        let mut command = engine(&["--listen", "127.0.0.1:0", "--audit", file]);
        let output = command.arg("--tokens").arg(audited.tokens.file()).output();
        let output = output.unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(said), "{told}");
    }
    assert!(Path::new(foreign).exists());
}
