//! The REST client: one call at a time, retried while that makes sense.
//!
//! It knows how to call and when to retry; its callers know the operations.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderName;
use reqwest::{Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use shared::backoff::Backoff;
use shared::secret::Secret;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::call_error::CallError;
use crate::http;
use crate::http::api::{ApiClient, ApiRequest};
use crate::problem::ProblemBody;

/// The most requests in progress; others wait.
const MOST_AT_ONCE: usize = 256;
/// How long a stopping run waits for an answer to any of its calls before it counts the engine as
/// gone: whoever sent the signal waits for the run to end.
pub(super) const GONE_AFTER: Duration = Duration::from_secs(3);
/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// For how long transient failures are retried, unless a call says otherwise.
const RETRY_WITHIN: Duration = Duration::from_secs(15);
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest pause before the second attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A call to the API.
#[derive(Clone, Debug)]
pub(super) struct Call {
    request: ApiRequest,
    /// For how long transient failures are retried.
    within: Duration,
}

impl From<ApiRequest> for Call {
    fn from(request: ApiRequest) -> Self {
        Self {
            request,
            within: RETRY_WITHIN,
        }
    }
}

impl Call {
    /// Sets an idempotency key, so that the server carries the call out once however often it
    /// arrives.
    pub(super) fn once_as(self, key: Uuid) -> Self {
        let request = self.request.with_header(IDEMPOTENCY_KEY, key.to_string());
        Self { request, ..self }
    }

    /// Sets for how long transient failures are retried.
    pub(super) fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }
}

/// A connection to the API.
#[derive(Debug)]
pub(super) struct Client {
    api: ApiClient,
    turns: Semaphore,
    retries: AtomicU64,
    /// Cancelled once the run is to stop.
    stopping: CancellationToken,
    /// When the engine last answered a call.
    last_answer: Mutex<Instant>,
    /// Whether it has not answered for too long since then.
    is_gone: AtomicBool,
}

impl Client {
    pub(super) fn new(
        url: &Url,
        token: Option<&Secret>,
        stopping: CancellationToken,
    ) -> Result<Self, reqwest::Error> {
        let mut base = url.clone();
        base.set_query(None);
        base.set_fragment(None);
        Ok(Self {
            api: ApiClient::new(http::client(), base, token.and_then(http::bearer))?,
            turns: Semaphore::new(MOST_AT_ONCE),
            retries: AtomicU64::new(0),
            stopping,
            last_answer: Mutex::new(Instant::now()),
            is_gone: AtomicBool::new(false),
        })
    }

    /// Returns how many calls were retried.
    pub(super) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Sends a call, and retries transient failures while there is time. Of a stopping run all calls
    /// fail together once the engine has not answered any for [`GONE_AFTER`].
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        call: impl Into<Call>,
    ) -> Result<T, CallError> {
        let call = call.into();
        tokio::select! {
            biased;
            () = self.gone() => Err(CallError::gone(&call.request.name(), GONE_AFTER)),
            answer = self.try_call(&call) => answer,
        }
    }

    /// Waits until the run is to stop and the engine is gone. Once it was gone, no later call waits
    /// for it.
    async fn gone(&self) {
        self.stopping.cancelled().await;
        let asked = Instant::now();
        while !self.is_gone.load(Ordering::Relaxed) {
            let quiet_since = self.last_answer().max(asked);
            sleep_until(quiet_since + GONE_AFTER).await;
            if self.last_answer() <= quiet_since {
                self.is_gone.store(true, Ordering::Relaxed);
            }
        }
    }

    fn last_answer(&self) -> Instant {
        *self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn note_answer(&self) {
        let last = self.last_answer.lock();
        *last.unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    async fn try_call<T: DeserializeOwned>(&self, call: &Call) -> Result<T, CallError> {
        let give_up = Instant::now() + call.within;
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let trouble = match self.call_once(call).await {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            let pause = trouble.pause_after(backoff.next_wait());
            match pause {
                Some(pause) if Instant::now() + pause < give_up => sleep(pause).await,
                _ => return Err(trouble),
            }
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn call_once<T: DeserializeOwned>(&self, call: &Call) -> Result<T, CallError> {
        let _turn = self.turns.acquire().await;
        let asked = || call.request.name();
        let broken = |error| CallError::on_the_way(&asked(), &error);
        let request = self.api.build(&call.request);
        let request = request.map_err(|why| CallError::other("invalid", why.to_string()))?;
        let response = request.timeout(ANSWER_TIMEOUT).send().await;
        let response = response.map_err(broken)?;
        let (status, retry_after) = (response.status(), retry_after(&response));
        let body = response.bytes().await.map_err(broken)?;
        self.note_answer();
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|error| CallError::bad_answer(&asked(), &error.to_string()));
        }
        let problem: Option<ProblemBody> = serde_json::from_slice(&body).ok();
        let passing = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        )
        .then_some(retry_after);
        Err(CallError::refused(&asked(), status, problem, passing))
    }
}

fn retry_after(response: &Response) -> Duration {
    let header = response.headers().get(reqwest::header::RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0)).min(LONGEST_PAUSE)
}
