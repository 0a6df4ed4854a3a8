//! The REST client: one call at a time, retried while that makes sense.
//!
//! It knows how to call and when to retry; its callers know the operations.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Method, Response, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::secret::Secret;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::call_error::CallError;

/// The most requests in progress; others wait.
const MOST_AT_ONCE: usize = 256;
/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A call to the API.
#[derive(Clone, Debug)]
pub(super) struct Call {
    method: Method,
    path: String,
    body: Option<Value>,
    key: Option<Uuid>,
    /// For how long transient failures are retried.
    within: Duration,
}

impl Call {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path, None)
    }

    pub(super) fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, path, Some(body))
    }

    pub(super) fn patch(path: impl Into<String>, body: Option<Value>) -> Self {
        Self::new(Method::PATCH, path, body)
    }

    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path, None)
    }

    fn new(method: Method, path: impl Into<String>, body: Option<Value>) -> Self {
        Self {
            method,
            path: path.into(),
            body,
            key: None,
            within: Duration::from_secs(15),
        }
    }

    /// Sets an idempotency key, so that the server carries the call out once however often it
    /// arrives.
    pub(super) fn once_as(self, key: Uuid) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// Sets for how long transient failures are retried.
    pub(super) fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }
}

/// A connection to the API.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<Secret>,
    turns: Semaphore,
    retries: AtomicU64,
}

impl Client {
    pub(super) fn new(url: &Url, token: Option<Secret>) -> Result<Self, reqwest::Error> {
        let http = crate::http::client()
            .timeout(ANSWER_WITHIN)
            .connect_timeout(CONNECT_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let mut base = url.clone();
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self {
            http,
            base: base.as_str().trim_end_matches('/').to_owned(),
            token,
            turns: Semaphore::new(MOST_AT_ONCE),
            retries: AtomicU64::new(0),
        })
    }

    /// Returns how many calls were retried.
    pub(super) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Sends a call, and retries transient failures while there is time.
    pub(super) async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, CallError> {
        let give_up = Instant::now() + call.within;
        let mut attempt = 0;
        loop {
            let trouble = match self.call_once(&call).await {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            let pause = trouble.pause_after(pause_after(attempt));
            match pause {
                Some(pause) if Instant::now() + pause < give_up => sleep(pause).await,
                _ => return Err(trouble),
            }
            self.retries.fetch_add(1, Ordering::Relaxed);
            attempt += 1;
        }
    }

    async fn call_once<T: DeserializeOwned>(&self, call: &Call) -> Result<T, CallError> {
        let _turn = self.turns.acquire().await;
        let mut request = self
            .http
            .request(call.method.clone(), format!("{}{}", self.base, call.path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.reveal());
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        if let Some(key) = call.key {
            request = request.header("Idempotency-Key", key.to_string());
        }
        let asked = || format!("{} {}", call.method, shape(&call.path));
        let broken = |error| CallError::on_the_way(&asked(), &error);
        let response = request.send().await.map_err(broken)?;
        let (status, retry_after) = (response.status(), retry_after(&response));
        let body = response.bytes().await.map_err(broken)?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|error| CallError::bad_answer(&asked(), &error.to_string()));
        }
        let problem: Problem = serde_json::from_slice(&body).unwrap_or_default();
        let passing = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        )
        .then_some(retry_after);
        let says = problem.detail.unwrap_or_default();
        Err(CallError::refused(
            &asked(),
            status,
            (problem.code, &says),
            passing,
        ))
    }
}

/// The relevant part of an RFC 9457 problem document.
#[derive(Default, Deserialize)]
struct Problem {
    code: Option<String>,
    detail: Option<String>,
}

fn retry_after(response: &Response) -> Duration {
    let header = response.headers().get(reqwest::header::RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0)).min(LONGEST_PAUSE)
}

/// Returns the pause after this many attempts: it doubles from 50 ms, with jitter, so that clients
/// that failed together do not retry together.
fn pause_after(attempt: u32) -> Duration {
    let longest = Duration::from_millis(50 << attempt.min(6)).min(LONGEST_PAUSE);
    longest.mul_f64(0.5 + rand::random::<f64>() / 2.0)
}

/// Returns the path without the ids of contacts and agents.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let words = path.split('/').map(|word| match word.split_once(':') {
        Some(("contact" | "agent" | "demo", _)) => "{key}",
        _ => word,
    });
    words.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_ceiling() {
        assert!(pause_after(0) <= Duration::from_millis(50));
        assert!(pause_after(0) >= Duration::from_millis(25));
        assert!(pause_after(3) >= Duration::from_millis(200));
        assert!(pause_after(u32::MAX) <= LONGEST_PAUSE);
    }

    #[test]
    fn messages_name_the_route_and_not_the_contact() {
        assert_eq!(shape("/contact/contact:0198-aa"), "/contact/{key}");
        assert_eq!(shape("/agent/agent:7/state"), "/agent/{key}/state");
        assert_eq!(shape("/acd"), "/acd");
    }
}
