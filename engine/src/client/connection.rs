//! The HTTP connection to the API of an engine: sends calls and reads answers. Its callers know the
//! operations.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::ACCEPT;
use serde::de::DeserializeOwned;
use shared::{Error, Result};

use super::access::{Access, Unusable};
use super::call::{About, Call};
use super::refusal::{error_of, no_answer};
use crate::http::api::{ApiClient, ApiRequest};

/// How long an answer may take: no longer than the engine's own timeout. The screens do not wait
/// that long.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long sent data may stay unacknowledged before the peer counts as gone. If a virtual address
/// has moved by then, a new connection works at once.
const UNCONFIRMED: Duration = Duration::from_secs(3);
/// How long an idle connection is kept: shorter than servers and balancers keep one, so that it is
/// seldom closed just as it is used.
const IDLE: Duration = Duration::from_secs(15);
/// The pause before a call is repeated after a broken connection.
const PAUSE: Duration = Duration::from_millis(100);

/// The connection to an engine.
#[derive(Debug)]
pub(super) struct Connection {
    api: ApiClient,
    address: String,
}

impl Connection {
    pub(super) fn new(access: &Access) -> Result<Self, Unusable> {
        let mut http = crate::http::client()
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(5))
            .tcp_keepalive_interval(Duration::from_secs(2))
            .tcp_keepalive_retries(2)
            .tcp_user_timeout(UNCONFIRMED);
        if !access.authorities.is_empty() {
            http = http.tls_certs_merge(access.authorities.clone());
        }
        let api = ApiClient::new(http, access.url.clone(), access.token.clone());
        let api = api.map_err(|why| {
            let why = crate::http::root(&why);
            Unusable::new(format!("no connection can be made to any API: {why}"))
        })?;
        Ok(Self {
            api,
            address: access.address(),
        })
    }

    /// Returns the engine's address.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a call, and parses the answer.
    pub(super) async fn request<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let response = self.send_with_retry(&call).await?;
        let body = self.body_of(response, &call.request, &call.about).await?;
        serde_json::from_slice(&body).map_err(|why| {
            let (address, asked) = (&self.address, call.request.name_with_path());
            Error::Contract(format!(
                "{address} answers {asked} in a form that is not known here ({why}): use the same \
                 version of console and engine"
            ))
        })
    }

    /// Sends a call, and ignores the body of a successful answer.
    pub(super) async fn send(&self, call: Call) -> Result<()> {
        let response = self.send_with_retry(&call).await?;
        let body = self.body_of(response, &call.request, &call.about).await;
        body.map(drop)
    }

    /// Opens a stream of server-sent events. It ends with the connection.
    pub(super) async fn stream(&self, route: &'static str) -> Result<Response> {
        let request = ApiRequest::get(route, &[]).with_header(ACCEPT, "text/event-stream");
        let sent = self.api.build(&request)?.send();
        let response = match tokio::time::timeout(ANSWER_TIMEOUT, sent).await {
            Ok(Ok(response)) => response,
            Ok(Err(why)) => return Err(no_answer(&self.address, &why)),
            Err(_) => return Err(Error::Unavailable("no event stream started".to_owned())),
        };
        if response.status().is_success() {
            return Ok(response);
        }
        let refused = self.body_of(response, &request, &About::default()).await;
        Err(refused
            .err()
            .unwrap_or_else(|| Error::Unavailable(request.name_with_path())))
    }

    /// Sends a call. Sends it again if the connection broke before an answer and a repeat gets the
    /// same answer: behind a balancer it may reach an engine that is up.
    async fn send_with_retry(&self, call: &Call) -> Result<Response> {
        let answer = match self.send_once(call).await? {
            Err(why) if !why.is_timeout() && (call.repeatable || why.is_connect()) => {
                tokio::time::sleep(PAUSE).await;
                self.send_once(call).await?
            }
            answer => answer,
        };
        answer.map_err(|why| no_answer(&self.address, &why))
    }

    async fn send_once(&self, call: &Call) -> Result<reqwest::Result<Response>> {
        let request = self.api.build(&call.request)?;
        Ok(request.timeout(ANSWER_TIMEOUT).send().await)
    }

    /// Returns the body of a successful answer; maps a refusal to an error.
    async fn body_of(
        &self,
        response: Response,
        request: &ApiRequest,
        about: &About,
    ) -> Result<Vec<u8>> {
        let status = response.status();
        let body = response.bytes().await;
        let body = body.map_err(|why| no_answer(&self.address, &why))?;
        if status.is_success() {
            return Ok(body.into());
        }
        let asked = request.name_with_path();
        let asked = (&*self.address, &*asked);
        Err(error_of(asked, status, &body, about, self.api.has_token()))
    }
}
