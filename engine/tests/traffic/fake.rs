//! A server with the API's routes and no ACD: it keeps contacts in memory, records requests, and
//! assigns as configured.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

/// How the fake behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    AssignsAtOnce,
    AssignsAfter(Duration),
    NeverAssigns,
    /// As [`Manner::AssignsAtOnce`], but each third answer is lost after the work was done.
    FailsEveryThird,
    Closed,
}

#[derive(Clone)]
struct Contact {
    key: String,
    skills: Value,
    created: Instant,
    assigned: Option<Instant>,
    ended: Option<Instant>,
}

#[derive(Default)]
struct Memory {
    asked: Vec<String>,
    agents: HashSet<String>,
    contacts: HashMap<String, Contact>,
    keys: HashMap<String, String>,
    answers: u64,
}

/// What the routes share: the manner, the start time, and the recorded data.
type Shared = Arc<(Manner, Instant, Mutex<Memory>)>;

/// The server; it ends with the test's runtime.
pub(crate) struct Fake {
    pub(crate) url: String,
    shared: Shared,
}

impl Fake {
    pub(crate) async fn start(manner: Manner) -> Self {
        let shared: Shared = Arc::new((manner, Instant::now(), Mutex::default()));
        let routes = Router::new()
            .route(
                "/acd",
                post(|| async { ok(201, &json!({ "acd_state": 1 })) }),
            )
            .route("/agent/{key}", post(create_agent))
            .route("/agent/{key}/state", patch(answer_agent))
            .route("/agent/{key}/skill", patch(answer_agent))
            .route("/contact", post(create_contact))
            .route("/contact/{key}", get(tell_contact).patch(complete_contact))
            .layer(axum::middleware::from_fn_with_state(shared.clone(), note))
            .with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, shared }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.shared.2.lock().unwrap().asked.clone()
    }

    pub(crate) fn contacts(&self) -> usize {
        self.shared.2.lock().unwrap().contacts.len()
    }

    pub(crate) fn completed(&self) -> usize {
        let memory = self.shared.2.lock().unwrap();
        memory
            .contacts
            .values()
            .filter(|contact| contact.ended.is_some())
            .count()
    }

    pub(crate) fn shortest_hold(&self) -> Duration {
        let memory = self.shared.2.lock().unwrap();
        let holds = memory
            .contacts
            .values()
            .filter_map(|contact| Some(contact.ended?.duration_since(contact.assigned?)));
        holds.min().unwrap()
    }
}

fn ok(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, body.to_string()).into_response()
}

fn problem(status: u16, code: &str, detail: &str) -> Response {
    ok(
        status,
        &json!({
            "type": format!("urn:switchboard:problem:{code}"),
            "title": "It was refused",
            "status": status,
            "code": code,
            "detail": detail,
        }),
    )
}

/// Records a request, and drops an answer now and then if configured.
async fn note(
    State(shared): State<Shared>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    write_down(&shared, &parts.method, &parts.uri, &body);
    let request = axum::extract::Request::from_parts(parts, body.into());
    let answer = next.run(request).await;
    let mut memory = shared.2.lock().unwrap();
    memory.answers += 1;
    if shared.0 == Manner::FailsEveryThird && memory.answers.is_multiple_of(3) {
        return problem(503, "store_unavailable", "the store is not reachable");
    }
    answer
}

fn write_down(shared: &Shared, method: &Method, uri: &Uri, body: &Bytes) {
    let line = format!("{method} {uri} {}", String::from_utf8_lossy(body));
    shared.2.lock().unwrap().asked.push(line);
}

async fn create_agent(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert!(
        body["fname"].is_string() && body["lname"].is_string(),
        "{body}"
    );
    assert_eq!(body["skills"].as_array().unwrap().len(), 2, "{body}");
    if !shared.2.lock().unwrap().agents.insert(key.clone()) {
        return problem(409, "agent_exists", "there is such an agent already");
    }
    ok(201, &json!({ "agent_key": key }))
}

async fn answer_agent(Path(key): Path<String>) -> Response {
    ok(200, &json!({ "agent_key": key }))
}

async fn create_contact(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["skills"].as_array().unwrap().len(), 2, "{body}");
    let name = headers["Idempotency-Key"].to_str().unwrap().to_owned();
    if shared.0 == Manner::Closed {
        return problem(409, "acd_closed", "the ACD is closed");
    }
    let mut memory = shared.2.lock().unwrap();
    let new = format!("contact:{}", Uuid::now_v7());
    let key = memory.keys.entry(name).or_insert(new).clone();
    let now = Instant::now();
    let at_once = matches!(shared.0, Manner::AssignsAtOnce | Manner::FailsEveryThird);
    let contact = memory.contacts.entry(key.clone()).or_insert(Contact {
        key,
        skills: body["skills"].clone(),
        created: now,
        assigned: at_once.then_some(now),
        ended: None,
    });
    let state = state(contact);
    ok(
        201,
        &json!({ "contact_key": contact.key, "state": state, "agent": agent(contact) }),
    )
}

async fn tell_contact(State(shared): State<Shared>, Path(key): Path<String>) -> Response {
    let mut memory = shared.2.lock().unwrap();
    let Some(contact) = memory.contacts.get_mut(&key) else {
        return problem(404, "unknown_contact", "there is no such contact");
    };
    assign_if_due(contact, shared.0);
    let since_start = |moment: Instant| moment.duration_since(shared.1).as_millis();
    let outcome = contact.ended.map(|_| match contact.assigned {
        Some(_) => "handled",
        None => "abandoned",
    });
    ok(
        200,
        &json!({
            "contact_key": contact.key,
            "skills": contact.skills,
            "state": state(contact),
            "agent": agent(contact),
            "created_ms": since_start(contact.created),
            "assigned_ms": contact.assigned.map(since_start),
            "ended_ms": contact.ended.map(since_start),
            "outcome": outcome,
            "priority": 5,
            "asked_priority": 5,
            "rank": 1,
            "wait_ms": 0,
            "requeues": 0,
        }),
    )
}

async fn complete_contact(State(shared): State<Shared>, Path(key): Path<String>) -> Response {
    let mut memory = shared.2.lock().unwrap();
    let Some(contact) = memory.contacts.get_mut(&key) else {
        return problem(404, "unknown_contact", "there is no such contact");
    };
    assign_if_due(contact, shared.0);
    contact.ended.get_or_insert_with(Instant::now);
    ok(200, &json!({ "contact_key": key }))
}

fn assign_if_due(contact: &mut Contact, manner: Manner) {
    let Manner::AssignsAfter(delay) = manner else {
        return;
    };
    if contact.ended.is_none() && contact.created.elapsed() >= delay {
        contact.assigned.get_or_insert(contact.created + delay);
    }
}

fn state(contact: &Contact) -> u8 {
    match (contact.assigned, contact.ended) {
        (_, Some(_)) => 3,
        (Some(_), None) => 2,
        (None, None) => 1,
    }
}

fn agent(contact: &Contact) -> Option<&'static str> {
    contact.assigned.map(|_| "agent:0")
}
