//! What the log of an engine with tokens records about callers, and what it never contains.

use serde_json::Value;
use shared::secret::Secret;
use shared::testing::OwnRedis;

use crate::authorization::Tokens;
use crate::binary::{Engine, engine};

/// Returns the audit lines of a log.
fn lines_of(log: &str) -> impl Iterator<Item = Value> {
    let lines = log
        .lines()
        .map(|line| -> Value { serde_json::from_str(line).unwrap() });
    lines.filter(|line| line["target"] == "audit")
}

/// Returns the fields of each audit line: actor, role, address, method, route, subject and status.
fn audited(log: &str) -> Vec<String> {
    let told = lines_of(log).map(|line| {
        let fields = &line["fields"];
        // From the request.
        let [id, method, route] =
            ["request.id", "method", "route"].map(|name| fields[name].as_str().unwrap());
        let kind = route.split('/').nth(1).unwrap();
        assert!(id.starts_with(&format!("{method} /{kind}")), "{line}");
        [
            "actor", "role", "address", "method", "route", "subject", "status",
        ]
        .map(|name| {
            let text = fields[name].as_str().map(str::to_owned);
            text.unwrap_or_else(|| fields[name].to_string())
        })
        .join(" ")
    });
    told.collect()
}

async fn ask(engine: &Engine, (method, path): (&str, &str), token: &str, body: &str) -> String {
    let client = engine::http::client().build().unwrap();
    let url = format!("http://{}{path}", engine.address);
    let request = client.request(method.parse().unwrap(), url);
    let request = request
        .bearer_auth(token)
        .header("x-request-id", format!("{method} {path}"))
        .header("x-forwarded-for", "203.0.113.9");
    let answer = request.body(body.to_owned()).send().await.unwrap();
    answer.text().await.unwrap()
}

#[tokio::test]
async fn every_change_and_every_refusal_is_a_line_and_looking_is_none() {
    let tokens = Tokens::new();
    let shop = tokens.create("shop", "integrator");
    for (trusted, address) in [(None, "127.0.0.1"), (Some("127.0.0.0/8"), "203.0.113.9")] {
        let mut command = engine(&["--drain", "0"]);
        command.arg("--tokens").arg(tokens.file());
        command.args(trusted.map(|net| format!("--trust-proxy={net}")));
        let mut engine = Engine::run(command);
        let made = ask(&engine, ("POST", "/contact"), &shop, r#"{"skills":[]}"#).await;
        let made: Value = serde_json::from_str(&made).unwrap();
        let contact = made["contact_key"].as_str().unwrap();
        ask(&engine, ("GET", &format!("/contact/{contact}")), &shop, "").await;
        ask(
            &engine,
            ("PATCH", &format!("/contact/{contact}")),
            &shop,
            "",
        )
        .await;
        ask(&engine, ("POST", "/contact"), &shop, "{").await;
        ask(&engine, ("GET", "/agent"), &shop, "").await;
        ask(&engine, ("DELETE", "/agent/agent:7"), "sb_guessed", "").await;
        ask(&engine, ("GET", "/readyz"), "sb_guessed", "").await;
        let shop = format!("shop integrator {address}");
        assert_eq!(
            audited(&engine.stop()),
            [
                format!("{shop} POST /contact {contact} 201"),
                format!("{shop} PATCH /contact/{{key}} {contact} 200"),
                format!("{shop} POST /contact  422"),
                format!("{shop} GET /agent  403"),
                format!("unknown none {address} DELETE /agent/{{key}} agent:7 401"),
            ]
        );
    }
}

/// Returns for each change its subject, and the values before and after.
fn changed(log: &str) -> Vec<String> {
    let told = lines_of(log).map(|line| {
        let fields = &line["fields"];
        let [subject, was, now] =
            ["subject", "was", "now"].map(|name| fields[name].as_str().unwrap_or("-").to_owned());
        let message = fields["message"].as_str().unwrap();
        let arrow = format!(": {was} -> {now}");
        assert_eq!(message.ends_with(&arrow), was != "-", "{message}");
        format!("{subject}: {was} -> {now}")
    });
    told.collect()
}

#[tokio::test]
async fn a_line_names_what_was_changed_from_what_to_what_by_its_one_name() {
    let tokens = Tokens::new();
    let boss = tokens.create("boss", "admin");
    let mut command = engine(&["--drain", "0"]);
    command.arg("--tokens").arg(tokens.file());
    let mut engine = Engine::run(command);
    let ask = async |method: &str, path: &str, body: &str| {
        ask(&engine, (method, path), &boss, body).await
    };
    let agent = r#"{"fname":"Ada","lname":"Byron","skills":["English"]}"#;
    ask("POST", "/agent/%61gent%3A8", agent).await;
    ask(
        "PATCH",
        "/agent/agent%3a8",
        r#"{"fname":"Ada","lname":"King"}"#,
    )
    .await;
    ask(
        "PATCH",
        "/agent/agent:8/state",
        r#"{"state":0,"reason":"lunch"}"#,
    )
    .await;
    ask("PATCH", "/agent/agent:8/skill", r#"{"skill":"Tier 2"}"#).await;
    ask("DELETE", "/agent/agent:8/skill/Tier%202", "").await;
    let made = ask("POST", "/contact", r#"{"skills":["English"]}"#).await;
    let made: Value = serde_json::from_str(&made).unwrap();
    let contact = made["contact_key"].as_str().unwrap().to_owned();
    let bare = contact.strip_prefix("contact:").unwrap().to_uppercase();
    ask(
        "PATCH",
        &format!("/contact/{bare}/priority"),
        r#"{"priority":1}"#,
    )
    .await;
    ask("PATCH", "/agent/agent:8/state", r#"{"state":1}"#).await;
    ask(
        "POST",
        &format!("/contact/{bare}/requeue"),
        r#"{"agent":"agent:8"}"#,
    )
    .await;
    for _ in 0..2 {
        ask("DELETE", &format!("/contact/{contact}"), "").await;
    }
    ask("POST", "/acd", r#"{"state":0}"#).await;
    ask("POST", "/acd", r#"{"state":1}"#).await;
    for body in [
        r#"{"known_skills_only":true}"#,
        "{}",
        r#"{"known_skills_only":null}"#,
    ] {
        ask("PATCH", "/acd/settings", body).await;
    }
    for body in [
        r#"{"skills":["Billing"],"priority":3}"#,
        r#"{"priority":4}"#,
    ] {
        ask("PUT", "/type/%73ales%20chat", body).await;
    }
    ask("DELETE", "/type/sales%20chat", "").await;
    ask("DELETE", "/agent/agent:8", "").await;
    ask("DELETE", "/agent/%7Bx%7D", "").await;
    assert_eq!(
        changed(&engine.stop()),
        [
            "agent:8: nothing -> Ada Byron; skills English",
            "agent:8: Ada Byron -> Ada King",
            "agent:8/state: unavailable -> unavailable (lunch)",
            "agent:8/skill: without Tier 2 -> with Tier 2",
            "agent:8/skill/Tier 2: with Tier 2 -> without Tier 2",
            &format!("{contact}: nothing -> waiting"),
            &format!("{contact}/priority: priority 5 -> priority 1"),
            "agent:8/state: unavailable (lunch) -> available",
            &format!("{contact}/requeue: with agent:8 -> waiting"),
            &format!("{contact}: waiting -> cancelled"),
            &format!("{contact}: cancelled -> cancelled"),
            ": open -> closed",
            ": closed -> open",
            "settings: nothing set -> known_skills_only true",
            "settings: known_skills_only true -> known_skills_only true",
            "settings: known_skills_only true -> nothing set",
            "sales chat: nothing -> priority 3; skills [\"Billing\"]",
            "sales chat: priority 3; skills [\"Billing\"] -> priority 4",
            "sales chat: priority 4 -> nothing",
            "agent:8: Ada King; skills English; unavailable -> nothing",
            "%7Bx%7D: - -> -",
        ]
    );
}

#[tokio::test]
async fn a_line_says_what_became_of_an_offer_and_of_its_contact_but_not_the_note() {
    let tokens = Tokens::new();
    let boss = tokens.create("boss", "admin");
    let mut command = engine(&["--drain", "0"]);
    command.arg("--tokens").arg(tokens.file());
    let mut engine = Engine::run(command);
    let ask = async |method: &str, path: &str, body: &str| {
        let answer = ask(&engine, (method, path), &boss, body).await;
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    let settings = r#"{"offer_timeout_s":60,"wrap_up":{"mode":"timed","seconds":9}}"#;
    ask("PATCH", "/acd/settings", settings).await;
    let agent = r#"{"fname":"Ada","lname":"Byron","skills":[]}"#;
    for id in ["agent:7", "agent:8"] {
        ask("POST", &format!("/agent/{id}"), agent).await;
        let path = format!("/agent/{id}/state");
        ask("PATCH", &path, r#"{"state":1}"#).await;
    }
    let made = ask("POST", "/contact", r#"{"skills":[]}"#).await;
    let contact = made["contact_key"].as_str().unwrap().to_owned();
    let path = format!("/contact/{contact}");
    let answer = |offer: &Value, more: &str| {
        let (agent, number) = (&offer["offer"]["agent"], &offer["offer"]["number"]);
        format!(r#"{{"agent":{agent},"offer":{number}{more}}}"#)
    };
    let reject = answer(&made, r#","reason":"busy""#);
    let again = ask("POST", &format!("{path}/reject"), &reject).await;
    let accept = answer(&again, "");
    for _ in 0..2 {
        ask("POST", &format!("{path}/accept"), &accept).await;
    }
    ask("POST", &format!("{path}/reject"), &accept).await;
    let said = r#"{"disposition":"sold","note":"a secret"}"#;
    ask("POST", &format!("{path}/complete"), said).await;
    ask("PATCH", &format!("{path}/disposition"), said).await;
    for body in [r#"{"extend_s":60}"#, r#"{"done":true}"#] {
        ask("POST", "/agent/agent:8/wrap-up", body).await;
    }
    let log = engine.stop();
    assert!(!log.contains("a secret"));
    assert_eq!(
        changed(&log)[5..],
        [
            format!("{contact}: nothing -> offered to agent:7"),
            format!("{contact}/reject: offered to agent:7 -> rejected (busy); offered to agent:8"),
            format!("{contact}/accept: offered to agent:8 -> with agent:8"),
            format!("{contact}/accept: with agent:8 -> with agent:8"),
            format!("{contact}/reject: - -> -"),
            format!("{contact}/complete: with agent:8 -> handled; disposition sold and a note"),
            format!("{contact}/disposition: in wrap-up -> disposition sold and a note"),
            "agent:8/wrap-up: in wrap-up -> in wrap-up for 60 s more".to_owned(),
            "agent:8/wrap-up: in wrap-up -> done".to_owned(),
        ]
    );
}

#[tokio::test]
async fn no_secret_stands_in_a_log_however_much_is_logged() {
    shared::needs_redis!();
    let mut redis = OwnRedis::start().await;
    redis.kill();
    redis.ask_password("hush-redis");
    redis.start_again().await;
    let tokens = Tokens::new();
    let admin = tokens.create("for the test", "admin");
    let mut command = engine(&["--drain", "0", "--log", "trace"]);
    command.arg("--tokens").arg(tokens.file());
    let url = redis.url().replace("://", "://:hush-redis@");
    command.env("REDIS_URL", &url);
    let mut engine = Engine::run(command);
    let body = r#"{"skills":[],"attributes":{"phone":"hush-phone"}}"#;
    ask(&engine, ("POST", "/contact"), &admin, body).await;
    ask(&engine, ("POST", "/contact"), &admin[..20], body).await;
    tokens.create("another", "wallboard");
    // Requests that fail because of the store are audited, too.
    redis.kill();
    ask(&engine, ("POST", "/contact"), &admin, body).await;
    let log = engine.stop();
    assert!(
        log.contains("DEBUG") && log.contains("for the test"),
        "{log}"
    );
    for secret in ["hush", &admin[..20], "Bearer"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
    let flags = format!("{:?}", url.parse::<Secret>().unwrap());
    assert!(!flags.contains("hush"));
}

#[test]
fn a_password_among_the_arguments_is_spoken_of() {
    // Nothing listens there.
    let url = "redis://:hush@127.0.0.1:1";
    let said = |command: &mut std::process::Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let warning = "list of processes";
    for flags in [
        &["--redis-url", url][..],
        &["serve", "--redis-url=redis://:hush@127.0.0.1:1"],
    ] {
        let spoken = said(&mut engine(flags));
        assert!(
            spoken.contains(warning) && !spoken.contains("hush"),
            "{spoken}"
        );
    }
    let silent = said(engine(&[]).env("REDIS_URL", url));
    assert!(!silent.contains(warning), "{silent}");
    let silent = said(&mut engine(&["--redis-url", "redis://127.0.0.1:1"]));
    assert!(!silent.contains(warning), "{silent}");
}

#[test]
fn traffic_shows_the_token_of_its_file() {
    let tokens = Tokens::new();
    let (admin, shop) = (
        tokens.create("ops", "admin"),
        tokens.create("shop", "integrator"),
    );
    let mut command = engine(&["--drain", "0"]);
    command.arg("--tokens").arg(tokens.file());
    let mut running = Engine::run(command);
    let url = format!("http://{}", running.address);
    let play = |file: Option<&str>| {
        let mut traffic = engine(&["traffic", "--agents", "1", "--contacts", "1"]);
        traffic.args(["--rate", "50", "--hold", "0.1", "--url", &url]);
        if let Some(token) = file {
            let file = tokens.file().with_file_name("token");
            std::fs::write(&file, token).unwrap();
            traffic.arg("--token-file").arg(file);
        }
        let output = traffic.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    assert_eq!(play(Some(&format!("{admin}\n"))).0, Some(0));
    for (file, said) in [
        (None, "401"),
        (Some("sb_guessed"), "401"),
        (Some(shop.as_str()), "403"),
        (Some("\n"), "holds no token"),
    ] {
        let (code, stderr) = play(file);
        assert!(code == Some(2) && stderr.contains(said), "{stderr}");
        assert!(
            stderr.contains("--token-file") || stderr.contains("first line"),
            "{stderr}"
        );
    }
    let log = running.stop();
    assert!(!log.contains(&admin));
}
