//! Ownership: contacts of integrators, successive agents with the same id, tokens that expire.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use engine::authorization::Authorization;
use futures::StreamExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::redis::RedisServer;
use shared::testing::{has_no_redis, redis_url};

use crate::authorization::{Tokens, read_until, status, with};
use crate::floor::{Answer, Floor};

/// Starts an engine over each store, with these tokens. The embedded store is the first.
async fn each_store(tokens: &Tokens) -> Vec<Floor> {
    let mut stores = vec![None];
    if !has_no_redis() {
        stores.push(Some(RedisServer::at(redis_url())));
    }
    let mut floors = vec![];
    for redis in &stores {
        let name = shared::testing::fresh_name();
        let acd = shared::open(redis.as_ref(), name).await.unwrap();
        let authorization = Authorization::with_tokens(&tokens.file(), vec![]).unwrap();
        floors.push(Floor::behind(acd, authorization).await);
    }
    floors
}

async fn send(floor: &Floor, token: &str, line: &str, body: &Value) -> Answer {
    let (method, path) = line.split_once(' ').unwrap();
    let request = floor.request(method, path).body(body.to_string());
    Answer::to(with(request, token)).await
}

async fn create(floor: &Floor, token: &str, key: &str, body: &Value) -> Answer {
    let request = floor.request("POST", "/contact");
    let request = request.header("Idempotency-Key", key);
    Answer::to(with(request.body(body.to_string()), token)).await
}

fn key(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json["contact_key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_idempotency_key_of_two_integrators_stands_for_two_contacts() {
    let tokens = Tokens::new();
    let [shop, bank] = ["shop", "bank"].map(|name| tokens.create(name, "integrator"));
    for floor in each_store(&tokens).await {
        let of_shop = json!({"skills": [], "attributes": {"phone": "1", "vip": true}});
        let first = key(&create(&floor, &shop, "order 1", &of_shop).await);
        let other_order = json!({"attributes": {"vip": true, "phone": "1"}, "skills": []});
        let again = key(&create(&floor, &shop, "order 1", &other_order).await);
        assert_eq!(first, again);
        let of_bank = json!({"skills": [], "attributes": {"phone": "2"}});
        let second = key(&create(&floor, &bank, "order 1", &of_bank).await);
        assert_ne!(first, second);
        for (token, body) in [(&shop, &of_bank), (&bank, &of_shop)] {
            let reused = create(&floor, token, "order 1", body).await;
            reused.problem(409, "key_reused");
        }
        // A key that the client chooses does not reach it either.
        let taken =
            json!({"contact_key": first, "skills": [], "attributes": {"phone": "1", "vip": true}});
        let answer = send(&floor, &bank, "POST /contact", &taken).await;
        let said = answer.problem(409, "key_reused");
        assert!(!answer.text.contains("phone"), "{said}");
    }
}

#[tokio::test]
async fn an_integrators_contacts_are_nothing_to_another() {
    let tokens = Tokens::new();
    let [shop, bank] = ["shop", "bank"].map(|name| tokens.create(name, "integrator"));
    let all = tokens.create_with("hub", "integrator", &["--scope", "all"]);
    let boss = tokens.create("boss", "supervisor");
    for floor in each_store(&tokens).await {
        let body = json!({"skills": [], "attributes": {"phone": "1"}});
        let mine = key(&create(&floor, &shop, "a", &body).await);
        let of_boss = key(&create(&floor, &boss, "a", &body).await);
        let unknown = "contact:01890a5d-ac96-774b-bcce-b302099a8057".to_owned();
        for method in ["GET", "PATCH", "DELETE"] {
            for contact in [&mine, &of_boss, &unknown] {
                let line = format!("{method} /contact/{contact}");
                let token = if contact == &mine { &bank } else { &shop };
                let request = floor.request(method, &format!("/contact/{contact}"));
                let answer = Answer::to(with(request, token)).await;
                let said = answer.problem(404, "unknown_contact");
                assert!(said.contains(contact.as_str()), "{line}: {said}");
            }
        }
        let path = format!("/contact/{mine}");
        let read = async |token: &str| {
            let answer = Answer::to(with(floor.request("GET", &path), token)).await;
            (answer.status, answer.json)
        };
        for token in [&shop, &all, &boss] {
            let (status, contact) = read(token).await;
            assert_eq!((status, &contact["state"]), (200, &json!(1)));
            assert_eq!(contact["owner"], "shop");
            assert_eq!(contact["attributes"], body["attributes"]);
        }
        let path = format!("/contact/{of_boss}");
        let boss_made = Answer::to(with(floor.request("GET", &path), &all)).await;
        assert_eq!(boss_made.json["owner"], Value::Null, "{}", boss_made.text);
        let cancel = floor.request("DELETE", &format!("/contact/{mine}"));
        assert_eq!(status(with(cancel, &all)).await, 200);
    }
}

#[tokio::test]
async fn a_wallboard_sees_no_attributes_in_any_view() {
    let tokens = Tokens::new();
    let board = tokens.create("board", "wallboard");
    let boss = tokens.create("boss", "supervisor");
    let shop = tokens.create("shop", "integrator");
    for floor in each_store(&tokens).await {
        let follow = with(floor.request("GET", "/events"), &board).send();
        let mut events = follow.await.unwrap();
        let body = json!({"skills": [], "attributes": {"phone": "hush-phone"}});
        let mine = key(&create(&floor, &shop, "a", &body).await);
        let mut seen = vec![read_until(&mut events, 1, "contact_created").await];
        for path in [
            format!("/contact/{mine}"),
            format!("/contact/{mine}/explain"),
            "/queue".to_owned(),
            "/events/past".to_owned(),
            "/acd".to_owned(),
            "/stats".to_owned(),
            "/agent".to_owned(),
            "/skill".to_owned(),
            "/metrics".to_owned(),
        ] {
            let answer = with(floor.request("GET", &path), &board)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            seen.push(answer.text().await.unwrap());
        }
        let seen = seen.join("\n");
        assert!(seen.contains(&mine), "{seen}");
        assert!(
            !seen.contains("hush") && !seen.contains("attributes"),
            "{seen}"
        );
        for path in ["/queue".to_owned(), format!("/contact/{mine}")] {
            let answer = Answer::to(with(floor.request("GET", &path), &boss)).await;
            assert!(
                answer.text.contains("hush-phone"),
                "{path}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn an_integrators_stream_tells_of_its_own_contacts_alone() {
    let tokens = Tokens::new();
    let [shop, bank] = ["shop", "bank"].map(|name| tokens.create(name, "integrator"));
    let all = tokens.create_with("hub", "integrator", &["--scope", "all"]);
    for floor in each_store(&tokens).await {
        let body = json!({"skills": ["English"]});
        // The stream also reports contacts created before it was opened.
        let before = key(&create(&floor, &shop, "before", &body).await);
        let follow = |token: &str| with(floor.request("GET", "/events"), token).send();
        let mut streams = [follow(&shop).await.unwrap(), follow(&all).await.unwrap()];
        let others = key(&create(&floor, &bank, "a", &body).await);
        for contact in [&others, &before] {
            let gone = floor.request("DELETE", &format!("/contact/{contact}"));
            assert_eq!(status(with(gone, &all)).await, 200);
        }
        let [of_shop, of_all] = &mut streams;
        let seen = read_until(of_shop, 1, "event: contact_completed").await;
        assert!(seen.contains(&before) && !seen.contains(&others), "{seen}");
        let seen = read_until(of_all, 2, "event: contact_completed").await;
        assert!(seen.contains(&before) && seen.contains(&others), "{seen}");
    }
}

/// Creates agent:7, available, and returns the contact that they get.
async fn hire(floor: &Floor, admin: &str, name: &str) -> String {
    let agent = json!({"fname": name, "lname": "B", "skills": ["English"]});
    let created = send(floor, admin, "POST /agent/agent:7", &agent).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let state = json!({"state": 1});
    send(floor, admin, "PATCH /agent/agent:7/state", &state).await;
    let body = json!({"skills": [], "attributes": {"phone": name}});
    let contact = send(floor, admin, "POST /contact", &body).await;
    assert_eq!(contact.json["agent"], "agent:7", "{}", contact.text);
    key(&contact)
}

async fn fire(floor: &Floor, admin: &str, contact: &str) {
    let done = with(
        floor.request("PATCH", &format!("/contact/{contact}")),
        admin,
    );
    assert_eq!(status(done).await, 200);
    let gone = with(floor.request("DELETE", "/agent/agent:7"), admin);
    assert_eq!(status(gone).await, 200);
}

#[tokio::test]
async fn a_token_is_for_the_agent_it_was_made_for_and_not_for_the_next_of_that_id() {
    let tokens = Tokens::new();
    let admin = tokens.create("for the test", "admin");
    // The token is created before its agent, as is usual.
    let old = tokens.create("ada", "agent");
    for floor in each_store(&tokens).await {
        let first = hire(&floor, &admin, "Ada").await;
        let follow = |path: &str, token: &str| with(floor.request("GET", path), token).send();
        let mut events = follow("/events", &old).await.unwrap();
        let mut newest = follow("/events/newest", &old).await.unwrap();
        let read = |path: &str, token: &str| status(with(floor.request("GET", path), token));
        assert_eq!(read(&format!("/contact/{first}"), &old).await, 200);
        fire(&floor, &admin, &first).await;
        let second = hire(&floor, &admin, "Bob").await;
        let (mine, before) = (format!("/contact/{second}"), format!("/contact/{first}"));
        for (line, body) in [
            ("GET /agent/agent:7".to_owned(), json!({})),
            ("PATCH /agent/agent:7/state".to_owned(), json!({"state": 0})),
            (format!("GET {mine}"), json!({})),
            (format!("PATCH {mine}"), json!({})),
            (format!("GET {before}"), json!({})),
            ("GET /events".to_owned(), json!({})),
            ("GET /events/newest".to_owned(), json!({})),
        ] {
            let answer = send(&floor, &old, &line, &body).await;
            let said = answer.problem(403, "forbidden");
            assert!(
                said.contains("deleted") && said.contains("token create"),
                "{line}: {said}"
            );
        }
        // Open streams end, whether or not they still reported the deletion, and report nothing of
        // the next agent.
        let seen = read_until(&mut events, 1, "this never comes").await;
        assert!(!seen.contains(&second), "{seen}");
        read_until(&mut newest, 1, "this never comes").await;
        // The new agent with that id sees what is theirs, and nothing from before.
        let new = tokens.create_with("bob", "agent", &["--agent", "agent:7"]);
        let until = Instant::now() + Duration::from_secs(5);
        while read("/agent/agent:7", &new).await != 200 {
            assert!(Instant::now() < until, "the new token is never taken");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(read(&mine, &new).await, 200);
        assert_eq!(read(&before, &new).await, 403);
        let all = floor.request("GET", "/events").header("Last-Event-ID", "0");
        let mut events = with(all, &new).send().await.unwrap();
        let seen = read_until(&mut events, 1, &second).await;
        assert!(
            !seen.contains(&first) && !seen.contains("agent_deleted"),
            "{seen}"
        );
        // A repeated deletion deletes nobody, and so revokes no token.
        fire(&floor, &admin, &second).await;
        assert_eq!(read("/agent/agent:7", &new).await, 403);
        let again = with(floor.request("DELETE", "/agent/agent:7"), &admin);
        assert_eq!(status(again).await, 404);
        tokens.revoke("bob");
    }
}

/// A slow sender is authorized again once the body has arrived.
#[tokio::test]
async fn a_slow_request_does_not_outlive_the_agent_it_was_sent_for() {
    let tokens = Tokens::new();
    let admin = tokens.create("for the test", "admin");
    let old = tokens.create("ada", "agent");
    for floor in each_store(&tokens).await {
        let first = hire(&floor, &admin, "Ada").await;
        let (rest, body) = tokio::sync::oneshot::channel::<Bytes>();
        let begin = futures::stream::iter([Bytes::from_static(b"{\"state\":")]);
        let body = begin.chain(futures::stream::once(async { body.await.unwrap() }));
        let body = reqwest::Body::wrap_stream(body.map(Ok::<_, std::io::Error>));
        let request = floor.request("PATCH", "/agent/agent:7/state").body(body);
        let slow = tokio::spawn(Answer::to(with(request, &old)));
        tokio::time::sleep(Duration::from_millis(200)).await;
        fire(&floor, &admin, &first).await;
        hire(&floor, &admin, "Bob").await;
        rest.send(Bytes::from_static(b"0}")).unwrap();
        let answer = slow.await.unwrap();
        assert!(answer.problem(403, "forbidden").contains("deleted"));
        let bob = Answer::to(with(floor.request("GET", "/agent/agent:7"), &admin)).await;
        assert_eq!(bob.json["state"], 1, "{}", bob.text);
    }
}

#[tokio::test]
async fn a_token_that_expires_opens_nothing_then_and_its_streams_end() {
    let tokens = Tokens::new();
    let long = tokens.create_with("long", "wallboard", &["--expires", "90d"]);
    // Long enough for a busy machine to do everything below before.
    let until = Timestamp::from_second(Timestamp::now().as_second() + 11).unwrap();
    let expires = until.to_string();
    let board = tokens.create_with("board", "wallboard", &["--expires", &expires]);
    let floor = each_store(&tokens).await.swap_remove(0);
    let mut stream = with(floor.request("GET", "/events"), &board)
        .send()
        .await
        .unwrap();
    assert_eq!(
        status(with(floor.request("GET", "/acd"), &board)).await,
        200
    );
    let ended = async { while let Ok(Some(_)) = stream.chunk().await {} };
    let ended = tokio::time::timeout(Duration::from_mins(1), ended).await;
    assert!(ended.is_ok(), "the stream goes on");
    assert!(Timestamp::now() >= until, "not before its time");
    let answer = Answer::to(with(floor.request("GET", "/acd"), &board)).await;
    let said = answer.problem(401, "unauthorized");
    assert!(said.contains("has expired"), "{said}");
    assert_eq!(status(with(floor.request("GET", "/acd"), &long)).await, 200);
    let listed = tokens.command(&["list"]).stdout;
    let listed = String::from_utf8(listed).unwrap();
    let line = |name: &str| listed.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("board").contains("expired"), "{listed}");
    // It was used, and the use was recorded within the first seconds.
    assert!(line("board").ends_with("ago"), "{listed}");
    assert!(line("long").contains("in 89 d"), "{listed}");
    let past = tokens.command(&[
        "create",
        "--name",
        "x",
        "--role",
        "admin",
        "--expires",
        &expires,
    ]);
    let said = String::from_utf8(past.stderr).unwrap();
    assert!(
        !past.status.success() && said.contains("not in the future"),
        "{said}"
    );
}
