//! Preconditions over HTTP: in the query, in the body, in `If-Match`.

use engine::authorization::Authorization;
use reqwest::RequestBuilder;
use serde_json::json;
use shared::agent::{AgentId, Presence};
use shared::contact::ContactId;
use shared::seen::{AgentSeen, ContactSeen};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::authorization::{Tokens, with};
use crate::floor::{Answer, Floor, on_each_store};

on_each_store!(
    a_contact_is_ended_only_as_it_was_seen,
    a_choice_made_meanwhile_is_not_overridden,
    a_contact_is_changed_only_in_the_version_that_was_seen,
    an_agent_is_changed_only_in_the_version_that_was_seen,
    what_was_before_is_told_to_who_prefers_it,
);

/// Takes a contact from one agent, so that it goes to another.
async fn move_on(floor: &Floor, contact: &str, from: &str, to: &str) {
    let (id, from): (ContactId, AgentId) = (contact.parse().unwrap(), from.parse().unwrap());
    let acd = &floor.acd;
    acd.requeue_contact(id, &from, &ContactSeen::ANYTHING)
        .await
        .unwrap();
    let to: AgentId = to.parse().unwrap();
    acd.set_presence(&to, Presence::Available, &AgentSeen::ANYTHING)
        .await
        .unwrap();
    let now = acd.contact(id).await.unwrap();
    assert_eq!(now.state.agent(), Some(&to));
}

async fn a_contact_is_ended_only_as_it_was_seen(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let key = floor.call(&["English"]).await;
    floor.staff("agent:8", &["English"]).await;
    floor.choose("agent:8", r#"{"state":0}"#).await;
    move_on(&floor, &key, "agent:7", "agent:8").await;
    for (method, query, said) in [
        ("PATCH", "?agent=agent:7", "it is with agent agent:8"),
        ("DELETE", "?agent=agent%3A7", "it is with agent agent:8"),
        ("DELETE", "?state=1", "does not wait"),
        ("PATCH", "?state=1", "does not wait"),
    ] {
        let path = format!("/contact/{key}{query}");
        let answer = floor.send(method, &path, "").await;
        let detail = answer.problem(409, "stale");
        assert!(detail.contains(said), "{detail}");
    }
    for query in ["?agent=agent:8&state=1", "?state=2", "?agent=", "?agents=a"] {
        let path = format!("/contact/{key}{query}");
        floor.send("PATCH", &path, "").await.problem(422, "invalid");
    }
    let path = format!("/contact/{key}?agent=agent:8");
    for _ in 0..2 {
        assert_eq!(floor.send("PATCH", &path, "").await.status, 200);
    }
    let contact = floor.get(&format!("/contact/{key}")).await;
    assert_eq!(contact["outcome"], "handled");
}

async fn a_choice_made_meanwhile_is_not_overridden(floor: Floor) {
    floor.staff("agent:7", &[]).await;
    floor
        .choose("agent:7", r#"{"state":0,"reason":"lunch"}"#)
        .await;
    let path = "/agent/agent:7/state";
    let body = r#"{"state":1,"seen":{"state":0}}"#;
    let answer = floor.send("PATCH", path, body).await;
    let detail = answer.problem(409, "stale");
    assert!(detail.contains("unavailable (lunch)"), "{detail}");
    let answer = floor.send("DELETE", "/agent/agent:7?state=1", "").await;
    answer.problem(409, "stale");
    for body in [
        r#"{"state":1,"seen":{"state":1,"reason":"lunch"}}"#,
        r#"{"state":1,"seen":{"stat":1}}"#,
        r#"{"state":1,"seen":{}}"#,
    ] {
        floor
            .send("PATCH", path, body)
            .await
            .problem(422, "invalid");
    }
    let seen = r#"{"state":1,"seen":{"state":0,"reason":"lunch"}}"#;
    for _ in 0..2 {
        assert_eq!(floor.send("PATCH", path, seen).await.status, 200);
    }
    let gone = floor.send("DELETE", "/agent/agent:7?state=1", "").await;
    assert_eq!(gone.status, 200);
}

/// Returns the `ETag` of a path.
async fn tag(floor: &Floor, path: &str) -> String {
    let answer = floor.send("GET", path, "").await;
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    tag
}

fn if_match(request: RequestBuilder, tag: &str) -> RequestBuilder {
    request.header("if-match", tag)
}

async fn a_contact_is_changed_only_in_the_version_that_was_seen(floor: Floor) {
    let key = floor.call(&["English"]).await;
    let path = format!("/contact/{key}");
    let old = tag(&floor, &path).await;
    assert_eq!(tag(&floor, &path).await, old);
    let priority = format!("{path}/priority");
    let body = json!({"priority": 1}).to_string();
    let set = if_match(floor.request("PATCH", &priority), &old).body(body.clone());
    assert_eq!(Answer::to(set).await.status, 200);
    let now = tag(&floor, &path).await;
    assert_ne!(now, old);
    let weak = format!("W/{now}");
    for wrong in [&*old, "\"\"", &weak, "\"a\", \"b\"", "\"wrong\""] {
        for method in ["PATCH", "DELETE"] {
            let answer = Answer::to(if_match(floor.request(method, &path), wrong)).await;
            let detail = answer.problem(412, "precondition_failed");
            assert!(detail.contains(&now), "{detail}");
        }
        let set = if_match(floor.request("PATCH", &priority), wrong).body(body.clone());
        Answer::to(set).await.problem(412, "precondition_failed");
        let requeue = floor.request("POST", &format!("{path}/requeue"));
        let requeue = if_match(requeue, wrong).body(r#"{"agent":"agent:7"}"#);
        Answer::to(requeue)
            .await
            .problem(412, "precondition_failed");
    }
    for malformed in ["x", "\"x", "", "*, \"x\"", "\"a\"\"b\""] {
        let answer = Answer::to(if_match(floor.request("DELETE", &path), malformed)).await;
        let detail = answer.problem(422, "invalid");
        assert!(detail.contains("If-Match"), "{detail}");
    }
    let either = format!("{old}, {now}");
    let done = Answer::to(if_match(floor.request("DELETE", &path), &either)).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let any = Answer::to(if_match(floor.request("DELETE", &path), "*")).await;
    assert_eq!(any.status, 200);
    let nobody = format!("/contact/{}", ContactId::random());
    let answer = Answer::to(if_match(floor.request("DELETE", &nobody), "*")).await;
    answer.problem(404, "unknown_contact");
}

async fn an_agent_is_changed_only_in_the_version_that_was_seen(floor: Floor) {
    floor.staff("agent:7", &["English"]).await;
    let path = "/agent/agent:7";
    let mut old = "\"none\"".to_owned();
    for (method, further, body) in [
        ("PATCH", "", r#"{"fname":"A","lname":"B"}"#),
        ("PATCH", "/skill", r#"{"skill":"French"}"#),
        ("DELETE", "/skill/French", ""),
        ("PATCH", "/state", r#"{"state":0,"reason":"lunch"}"#),
        ("DELETE", "", ""),
    ] {
        let now = tag(&floor, path).await;
        assert_ne!(now, old);
        let ask = |tag: &str| {
            let request = if_match(floor.request(method, &format!("{path}{further}")), tag);
            Answer::to(request.body(body.to_owned()))
        };
        ask(&old).await.problem(412, "precondition_failed");
        let done = ask(&now).await;
        assert_eq!(done.status, 200, "{method} {further}: {}", done.text);
        old = now;
    }
}

async fn what_was_before_is_told_to_who_prefers_it(floor: Floor) {
    let ask = async |method: &str, path: &str, body: &str| {
        let request = floor.request(method, path);
        let request = request.header("prefer", "return=representation");
        Answer::to(request.body(body.to_owned())).await.json
    };
    floor.staff("agent:7", &["English"]).await;
    let path = "/agent/agent:7";
    let before = ask("PATCH", path, r#"{"fname":"A","lname":"B"}"#).await;
    assert_eq!(
        before["before"],
        json!({"fname": "Ada", "lname": "Lovelace"})
    );
    let state = format!("{path}/state");
    let before = ask("PATCH", &state, r#"{"state":0,"reason":"lunch"}"#).await;
    assert_eq!(before["before"], json!({"state": 1}));
    let before = ask("PATCH", &state, r#"{"state":0}"#).await;
    assert_eq!(before["before"], json!({"state": 0, "reason": "lunch"}));
    let closed = ask("POST", "/acd", r#"{"state":0}"#).await;
    assert_eq!(closed, json!({"acd_state": 0, "before": {"acd_state": 1}}));
    let closed = floor.send("POST", "/acd", r#"{"state":0}"#).await;
    assert_eq!(closed.json, json!({"acd_state": 0}));
}

/// An agent's token completes only a contact that is with that agent at the time of the change, not
/// at the time of the request: also if the body arrives later.
#[tokio::test]
async fn an_agent_does_not_complete_what_went_to_somebody_else_meanwhile() {
    let tokens = Tokens::new();
    let mine = tokens.create("ada", "agent");
    let admin = tokens.create("boss", "admin");
    let acd = shared::open(None, "acd".parse().unwrap()).await;
    let authorization = Authorization::with_tokens(&tokens.file(), vec![]).unwrap();
    let floor = Floor::behind(acd.unwrap(), authorization).await;
    for agent in ["agent:7", "agent:8"] {
        let body = r#"{"fname":"","lname":"","skills":[]}"#;
        let hire = with(floor.request("POST", &format!("/agent/{agent}")), &admin);
        assert_eq!(Answer::to(hire.body(body)).await.status, 201);
    }
    let made = with(floor.request("POST", "/contact"), &admin).body(r#"{"skills":[]}"#);
    let key = Answer::to(made).await.json["contact_key"].clone();
    let key = key.as_str().unwrap();
    let available = with(floor.request("PATCH", "/agent/agent:7/state"), &admin);
    Answer::to(available.body(r#"{"state":1}"#)).await;

    let address = floor.running.address().unwrap();
    let mut slow = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PATCH /contact/{key} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {mine}\r\n\
         Transfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    // This answer means that the token was accepted, and that the engine waits for the body.
    let mut said = [0; 25];
    slow.read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    move_on(&floor, key, "agent:7", "agent:8").await;
    slow.write_all(b"0\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 409"), "{answer}");
    assert!(answer.contains("it is with agent agent:8"), "{answer}");
    let there = floor.acd.contact(key.parse().unwrap()).await.unwrap();
    assert_eq!(there.state.number(), 2);

    // Nor with a forged precondition.
    let forged = format!("/contact/{key}?agent=agent:8");
    let answer = Answer::to(with(floor.request("PATCH", &forged), &mine)).await;
    answer.problem(403, "forbidden");
}
