//! A fake Redis Enterprise cluster, with what `provision` needs.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// `admin@example.com:long-enough`, encoded for HTTP basic authentication.
const LOGIN: &str = "Basic YWRtaW5AZXhhbXBsZS5jb206bG9uZy1lbm91Z2g=";
/// How many checks it takes until something is complete.
const LOOKS: u32 = 2;

/// A failure that happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hitch {
    Overloaded,
    Slow,
    Conflict,
    Refused,
    /// It is done, but the answer is lost.
    AnswerLost,
}

#[derive(Debug, Default)]
struct Cluster {
    /// How many checks it takes until a node is a member; `None` before it was asked to join.
    nodes: Vec<Option<u32>>,
    databases: Vec<Value>,
    database_looks: u32,
    changes: Vec<String>,
    bodies: Vec<Value>,
    hitch: Option<Hitch>,
    hitched: HashSet<String>,
    bootstrap_error: Option<&'static str>,
}

/// The cluster and the addresses of its nodes.
pub(crate) struct Fake {
    cluster: Arc<Mutex<Cluster>>,
    nodes: Vec<Url>,
}

impl Fake {
    pub(crate) async fn start(size: usize) -> Self {
        let cluster = Arc::new(Mutex::new(Cluster {
            nodes: vec![None; size],
            ..Cluster::default()
        }));
        let mut nodes = Vec::new();
        for number in 0..size {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            nodes.push(format!("http://{address}").parse().unwrap());
            let state = (number, Arc::clone(&cluster));
            let router = Router::new().fallback(answer).with_state(state);
            tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        }
        Self { cluster, nodes }
    }

    pub(crate) fn nodes(&self) -> Vec<Url> {
        self.nodes.clone()
    }

    pub(crate) fn make_member(&self, node: usize) {
        self.cluster.lock().unwrap().nodes[node] = Some(0);
    }

    pub(crate) fn hitch_everywhere(&self, hitch: Hitch) {
        self.cluster.lock().unwrap().hitch = Some(hitch);
    }

    pub(crate) fn fail_bootstrap(&self, code: &'static str) {
        self.cluster.lock().unwrap().bootstrap_error = Some(code);
    }

    pub(crate) fn changes(&self) -> Vec<String> {
        self.cluster.lock().unwrap().changes.clone()
    }

    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.cluster.lock().unwrap().bodies.clone()
    }

    pub(crate) fn databases(&self) -> usize {
        self.cluster.lock().unwrap().databases.len()
    }

    pub(crate) fn members(&self) -> usize {
        let cluster = self.cluster.lock().unwrap();
        cluster
            .nodes
            .iter()
            .filter(|node| **node == Some(0))
            .count()
    }
}

async fn answer(
    State((node, cluster)): State<(usize, Arc<Mutex<Cluster>>)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let login = headers.get("authorization").map(|login| login == LOGIN);
    let what = format!("{node} {method} {}", uri.path());
    let hitch = {
        let mut cluster = cluster.lock().unwrap();
        let first = cluster.hitched.insert(what.clone());
        cluster.hitch.filter(|_| first)
    };
    let refused = match hitch {
        Some(Hitch::Overloaded) => Some(StatusCode::SERVICE_UNAVAILABLE),
        Some(Hitch::Conflict) => Some(StatusCode::CONFLICT),
        Some(Hitch::Refused) => Some(StatusCode::BAD_REQUEST),
        _ => None,
    };
    if let Some(status) = refused {
        return status.into_response();
    }
    if hitch == Some(Hitch::Slow) {
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    let (status, said) = cluster.lock().unwrap().act(node, &what, login, &body);
    if hitch == Some(Hitch::AnswerLost) {
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    (status, said.to_string()).into_response()
}

impl Cluster {
    fn act(
        &mut self,
        node: usize,
        what: &str,
        login: Option<bool>,
        body: &[u8],
    ) -> (StatusCode, Value) {
        let member = self.nodes[node] == Some(0);
        // A new node knows no user, and must not be sent a password that it did not ask for.
        let wanted = member.then_some(true);
        let path = what.split_once(' ').unwrap().1;
        if login != wanted {
            return (StatusCode::UNAUTHORIZED, Value::Null);
        }
        if !path.starts_with("GET") {
            self.changes.push(what.to_owned());
            self.bodies.push(serde_json::from_slice(body).unwrap());
        }
        let said = match path {
            "GET /v1/bootstrap" => self.look(node),
            "POST /v1/bootstrap/create_cluster" | "POST /v1/bootstrap/join_cluster" => {
                self.nodes[node] = Some(LOOKS);
                json!({})
            }
            "PUT /v1/cluster" => json!({}),
            "GET /v1/bdbs" => self.databases.clone().into(),
            "POST /v1/bdbs" => self.create(),
            "GET /v1/bdbs/1" => self.database(),
            _ => return (StatusCode::NOT_FOUND, Value::Null),
        };
        (StatusCode::OK, said)
    }

    fn look(&mut self, node: usize) -> Value {
        let state = match self.nodes[node] {
            None => "idle",
            Some(0) => "completed",
            Some(left) => {
                self.nodes[node] = Some(left - 1);
                if let Some(code) = self.bootstrap_error {
                    self.nodes[node] = None;
                    return json!({"bootstrap_status": {"state": "error", "error_code": code}});
                }
                "creating_cluster"
            }
        };
        json!({"bootstrap_status": {"state": state}})
    }

    fn create(&mut self) -> Value {
        self.databases
            .push(json!({"uid": 1, "name": "switchboard", "status": "pending"}));
        json!({"uid": 1, "action_uid": "x"})
    }

    fn database(&mut self) -> Value {
        self.database_looks += 1;
        if self.database_looks > LOOKS {
            self.databases[0]["status"] = "active".into();
        }
        self.databases[0].clone()
    }
}
