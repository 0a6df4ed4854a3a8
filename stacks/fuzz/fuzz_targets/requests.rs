//! Requests of every kind, through all layers of the API to an embedded ACD, whose core checks
//! after every operation what always holds.
//!
//! A line is a request, its parts separated by tabs: method, path, key (sent as each header that
//! takes one), body. A line `wait` and a number lets so many seconds pass.

#![no_main]

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header::CONTENT_TYPE};
use libfuzzer_sys::fuzz_target;
use shared::{Acd, Error, Store};
use shared::contact::ContactId;
use shared::embedded::EmbeddedAcd;
use shared::seen::{AgentSeen, ContactSeen};
use shared::time::{ManualClock, Moment};
use shared::view::{LONGEST_PAGE, Page};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const HEADERS: [&str; 4] = ["idempotency-key", "last-event-id", "x-request-id", "authorization"];
/// 22 November 2026, 12:00 UTC.
const NOON: Moment = Moment(1_795_348_800_000_000);

/// How many inputs one API serves: to make one takes as long as a hundred requests.
const SESSIONS: u32 = 1_000;
/// The longest that a line lets pass, so that the clock stays within its century.
const LONGEST_WAIT: Duration = Duration::from_secs(7_200);

/// Takes all settings back.
const NOTHING_SET: &str = r#"{"known_skills_only":null,"reasons":null,"short_abandon_s":null,
    "skills":null,"priority":null,"offer_timeout_s":null,"max_misses":null,"penalty_s":null,
    "wrap_up":null,"dispositions":null}"#;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(fuzz::runtime);
static FLOOR: Mutex<Option<Floor>> = Mutex::new(None);

fuzz_target!(|input: &[u8]| {
    let mut kept = FLOOR.lock().expect("a panic ends the process");
    if kept.as_ref().is_none_or(|floor| floor.sessions == SESSIONS) {
        // What the API begins on its own, it begins on the runtime.
        let _within = RUNTIME.enter();
        *kept = Some(Floor::new());
    }
    let floor = kept.as_mut().expect("it was just made");
    RUNTIME.block_on(floor.session(input));
});

struct Floor {
    api: Router,
    acd: Arc<EmbeddedAcd>,
    clock: Arc<ManualClock>,
    sessions: u32,
}

impl Floor {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOON));
        let name = "acd".parse().expect("three letters are a name");
        let acd = Arc::new(EmbeddedAcd::new(name, clock.clone()));
        let api = engine::testing::router(acd.clone());
        Self { api, acd, clock, sessions: 0 }
    }

    async fn session(&mut self, input: &[u8]) {
        self.sessions += 1;
        for line in input.split(|byte| *byte == b'\n') {
            if let Some(seconds) = line.strip_prefix(b"wait ") {
                let seconds = std::str::from_utf8(seconds).ok().and_then(|text| text.parse().ok());
                self.wait(Duration::from_secs(seconds.unwrap_or(1))).await;
            } else if let Some(request) = request(line) {
                send(&self.api, request).await;
            }
        }
        let emptied = self.empty().await;
        emptied.expect("whatever was asked of a floor, it can be emptied");
    }

    async fn wait(&self, how_long: Duration) {
        self.clock.advance(how_long.min(LONGEST_WAIT));
        let due = self.acd.run_due().await;
        due.expect("the embedded store is always available");
    }

    /// Takes everything off the floor for the next input.
    async fn empty(&self) -> shared::Result<()> {
        self.acd.open().await?;
        let nothing = serde_json::from_str(NOTHING_SET).expect("all of these are settings");
        self.acd.change_settings(nothing).await?;
        for contact in self.acd.queue(Page::first(LONGEST_PAGE)).await?.items {
            self.acd.cancel_contact(contact.id, &ContactSeen::ANYTHING).await?;
        }
        for agent in self.acd.agents(Page::first(LONGEST_PAGE)).await?.items {
            // One that is offered to them would wait again.
            if let Some(contact) = agent.state.contact() {
                self.end(contact).await?;
            }
            self.acd.delete_agent(&agent.id, &AgentSeen::ANYTHING).await?;
        }
        for known in self.acd.types().await? {
            self.acd.delete_type(&known.name).await?;
        }
        self.wait(LONGEST_WAIT).await;
        let overview = self.acd.overview().await?;
        assert_eq!((overview.agents, overview.busy, overview.waiting), (0, 0, 0));
        assert_eq!((overview.offered, overview.wrap_up, overview.penalty), (0, 0, 0));
        Ok(())
    }

    /// Ends a contact. One that an agent in wrap-up was on may be forgotten.
    async fn end(&self, contact: ContactId) -> shared::Result<()> {
        match self.acd.cancel_contact(contact, &ContactSeen::ANYTHING).await {
            Err(Error::UnknownContact(_)) => Ok(()),
            ended => ended.map(drop),
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
