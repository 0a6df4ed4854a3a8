//! Requests of every kind, through all layers of the API to an embedded ACD, whose core checks
//! after every operation what always holds.
//!
//! A line is a request, its parts separated by tabs: method, path, key (sent as each header that
//! takes one), body. A line `wait` and a number lets so many seconds pass.

#![no_main]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header::CONTENT_TYPE};
use libfuzzer_sys::fuzz_target;
use shared::Acd;
use shared::embedded::EmbeddedAcd;
use shared::time::{ManualClock, Moment};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const HEADERS: [&str; 4] = ["idempotency-key", "last-event-id", "x-request-id", "authorization"];
/// 22 November 2026, 12:00 UTC.
const NOON: Moment = Moment(1_795_348_800_000_000);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(fuzz::runtime);

fuzz_target!(|input: &[u8]| RUNTIME.block_on(session(input)));

async fn session(input: &[u8]) {
    let clock = Arc::new(ManualClock::new(NOON));
    let name = "acd".parse().expect("three letters are a name");
    let acd = Arc::new(EmbeddedAcd::new(name, clock.clone()));
    let api = engine::testing::router(acd.clone());
    for line in input.split(|byte| *byte == b'\n') {
        if let Some(seconds) = line.strip_prefix(b"wait ") {
            let seconds = std::str::from_utf8(seconds).ok().and_then(|text| text.parse().ok());
            clock.advance(Duration::from_secs(u64::from(seconds.unwrap_or(1_u32))));
            let due = acd.run_due().await;
            due.expect("the embedded store is never away");
        } else if let Some(request) = request(line) {
            send(&api, request).await;
        }
    }
}

fn request(line: &[u8]) -> Option<Request<Body>> {
    let mut parts = line.splitn(4, |byte| *byte == b'\t');
    let mut request = Request::builder().method(parts.next()?).uri(parts.next()?);
    if let Some(key) = parts.next().filter(|key| !key.is_empty()) {
        request = HEADERS.iter().fold(request, |request, name| request.header(*name, key));
    }
    let body = parts.next().unwrap_or_default().to_vec();
    request.body(body.into()).ok()
}

async fn send(api: &Router, request: Request<Body>) {
    let said = format!("{} {}", request.method(), request.uri());
    let Ok(response) = api.clone().oneshot(request).await;
    let status = response.status();
    assert!(!status.is_server_error(), "{said}: {status}");
    let kind = kind(&response);
    // A stream has no end.
    if kind != "text/event-stream" {
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("it is in memory");
        check(&said, status, &kind, &body);
    }
}

fn kind(response: &Response<Body>) -> String {
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    kind.unwrap_or_default().to_owned()
}

fn check(said: &str, status: StatusCode, kind: &str, body: &[u8]) {
    if status.is_client_error() && !said.starts_with("HEAD ") {
        assert_eq!(kind, "application/problem+json", "{said}: {status}");
    }
    if kind.ends_with("json") && !said.starts_with("HEAD ") {
        let json = serde_json::from_slice::<serde_json::Value>(body);
        assert!(json.is_ok(), "{said}: {status} {json:?}");
    }
}
