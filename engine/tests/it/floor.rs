//! An engine with its own ACD for each test, and a client for it.

use std::sync::Arc;

use engine::authorization::Authorization;
use engine::serve::{self, Options, Running};
use engine::server::Limits;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shared::Store;
use shared::contact::ContactId;
use shared::redis::RedisServer;
use shared::testing::redis_url;
use shared::text::AcdName;

/// Creates a test of each function for each store.
macro_rules! on_each_store {
    ($($test:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::floor::Floor::embedded().await).await;
            })*
        }
        mod redis {
            $(#[tokio::test]
            async fn $test() {
                shared::needs_redis!();
                super::$test($crate::floor::Floor::redis().await).await;
            })*
        }
    };
}
pub(crate) use on_each_store;

/// A running engine and a client for it.
pub(crate) struct Floor {
    pub(crate) running: Running,
    pub(crate) acd: Arc<dyn Store>,
    client: reqwest::Client,
}

impl Floor {
    /// Starts an engine over the embedded store.
    pub(crate) async fn embedded() -> Self {
        Self::over(shared::open(None, unique()).await.unwrap()).await
    }

    /// Starts an engine over the test Redis.
    pub(crate) async fn redis() -> Self {
        let server = RedisServer::at(redis_url());
        Self::over(shared::open(Some(&server), unique()).await.unwrap()).await
    }

    /// Starts an engine over this ACD.
    pub(crate) async fn over(acd: Arc<dyn Store>) -> Self {
        Self::with(acd, Options::default()).await
    }

    /// Starts an engine over this ACD, with this access control.
    pub(crate) async fn behind(acd: Arc<dyn Store>, authorization: Authorization) -> Self {
        let options = Options {
            authorization,
            ..Options::default()
        };
        Self::with(acd, options).await
    }

    /// Starts an engine over the embedded store, with an empty token file.
    pub(crate) async fn locked() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        std::fs::write(&file, r#"{"tokens":[]}"#).unwrap();
        let acd = shared::open(None, unique()).await.unwrap();
        Self::behind(acd, Authorization::with_tokens(&file, vec![]).unwrap()).await
    }

    /// Starts an engine over the embedded store, with these limits.
    pub(crate) async fn limited(limits: Limits) -> Self {
        let options = Options {
            limits,
            ..Options::default()
        };
        let acd = shared::open(None, unique()).await.unwrap();
        Self::with(acd, options).await
    }

    /// Starts an engine over this ACD, with a dispatcher and a free port.
    pub(crate) async fn with(acd: Arc<dyn Store>, options: Options) -> Self {
        let options = Options {
            listen: Some(([127, 0, 0, 1], 0).into()),
            dispatchers: 1,
            ..options
        };
        let running = serve::start(Arc::clone(&acd), options).await.unwrap();
        let client = engine::http::client().build().unwrap();
        Self {
            running,
            acd,
            client,
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let address = self.running.address().unwrap();
        self.client
            .request(method, format!("http://{address}{path}"))
    }

    /// Sends a request with a body; an empty text means no body.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = self.request(method, path);
        Answer::to(match body {
            "" => request,
            body => request.body(body.to_owned()),
        })
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, "").await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.json);
        answer.json
    }

    /// Creates an agent with these skills, and makes them available.
    pub(crate) async fn staff(&self, key: &str, skills: &[&str]) {
        let body = json!({"fname": "Ada", "lname": "Lovelace", "skills": skills});
        let created = self
            .send("POST", &format!("/agent/{key}"), &body.to_string())
            .await;
        assert_eq!(created.status, 201, "{}", created.json);
        self.choose(key, r#"{"state":1}"#).await;
    }

    /// Sets an agent's state.
    pub(crate) async fn choose(&self, key: &str, body: &str) {
        let path = format!("/agent/{key}/state");
        let chosen = self.send("PATCH", &path, body).await;
        assert_eq!(chosen.status, 200, "{}", chosen.json);
    }

    /// Creates a contact that needs these skills, and returns its key.
    pub(crate) async fn call(&self, skills: &[&str]) -> String {
        let body = json!({"skills": skills}).to_string();
        let created = self.send("POST", "/contact", &body).await;
        assert_eq!(created.status, 201, "{}", created.json);
        created.json["contact_key"].as_str().unwrap().to_owned()
    }

    /// Returns all visible state except the time.
    pub(crate) async fn everything(&self) -> Value {
        let mut acd = self.get("/acd").await;
        acd.as_object_mut().unwrap().remove("now_ms");
        let agents = self.get("/agent").await;
        let mut queue = self.get("/queue").await;
        for contact in queue["items"].as_array_mut().unwrap() {
            contact.as_object_mut().unwrap().remove("wait_ms");
        }
        let skills = self.get("/skill").await;
        let types = self.get("/type").await;
        json!({"acd": acd, "agents": agents, "queue": queue, "skills": skills, "types": types})
    }
}

/// The answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    /// The body as JSON; null if it is not JSON.
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            json,
            text,
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that this is an RFC 9457 problem with this status and code, and returns its detail.
    pub(crate) fn problem(&self, status: u16, code: &str) -> &str {
        let seen = (self.status, self.json["code"].as_str().unwrap_or("none"));
        assert_eq!(seen, (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json["status"], status);
        assert_eq!(self.json["type"], format!("urn:switchboard:problem:{code}"));
        assert_eq!(self.json["instance"], self.header("x-request-id"));
        assert!(!self.json["title"].as_str().unwrap().is_empty());
        let detail = self.json["detail"].as_str().unwrap();
        assert!(!detail.is_empty());
        detail
    }
}

/// Returns a name that no other test uses.
fn unique() -> AcdName {
    let id = ContactId::random().0.simple().to_string();
    format!("test-engine-{id}").parse().unwrap()
}
