//! The HTTP connection to the API of an engine: sends calls and reads answers. Its callers know the
//! operations.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, IF_MATCH};
use reqwest::{Client, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;
use shared::text::Invalid;
use shared::{Error, Result};

use super::access::{Access, Unusable};
use super::call::{About, Call};
use super::refusal::{error_of, no_answer};
use crate::messages::change::RETURN_REPRESENTATION;

/// How long an answer may take: no longer than the engine's own timeout. The screens do not wait
/// that long.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
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
    http: Client,
    url: Url,
    address: String,
    token: Option<HeaderValue>,
}

impl Connection {
    pub(super) fn new(access: &Access) -> Result<Self, Unusable> {
        let mut http = crate::http::client()
            .connect_timeout(CONNECT_WITHIN)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(5))
            .tcp_keepalive_interval(Duration::from_secs(2))
            .tcp_keepalive_retries(2)
            .tcp_user_timeout(UNCONFIRMED)
            // A token must not follow a redirect to another server.
            .redirect(reqwest::redirect::Policy::none());
        if !access.authorities.is_empty() {
            http = http.tls_certs_merge(access.authorities.clone());
        }
        let http = http.build().map_err(|why| {
            let why = crate::http::root(&why);
            Unusable::new(format!("no connection can be made to any API: {why}"))
        })?;
        Ok(Self {
            http,
            url: access.url.clone(),
            address: access.address(),
            token: access.token.clone(),
        })
    }

    /// Returns the engine's address.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a call, and parses the answer.
    pub(super) async fn request<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let asked = format!("{} /{}", call.method, call.path.join("/"));
        let response = self.send_with_retry(&call).await?;
        let body = self.body_of(response, &asked, &call.about).await?;
        serde_json::from_slice(&body).map_err(|why| {
            let address = &self.address;
            Error::Contract(format!(
                "{address} answers {asked} in a form that is not known here ({why}): use the same \
                 version of console and engine"
            ))
        })
    }

    /// Sends a call, and ignores the body of a successful answer.
    pub(super) async fn send(&self, call: Call) -> Result<()> {
        let asked = format!("{} /{}", call.method, call.path.join("/"));
        let response = self.send_with_retry(&call).await?;
        self.body_of(response, &asked, &call.about).await.map(drop)
    }

    /// Opens a stream of server-sent events. It ends with the connection.
    pub(super) async fn stream(&self, path: &[&str]) -> Result<Response> {
        let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
        let request = self.http.get(self.at(&path)?);
        let request = self.with_token(request).header(ACCEPT, "text/event-stream");
        let sent = tokio::time::timeout(ANSWER_WITHIN, request.send()).await;
        let response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(why)) => return Err(no_answer(&self.address, &why)),
            Err(_) => return Err(Error::Unavailable("no stream begins".to_owned())),
        };
        if response.status().is_success() {
            return Ok(response);
        }
        let asked = format!("GET /{}", path.join("/"));
        let refused = self.body_of(response, &asked, &About::default()).await;
        Err(refused.err().unwrap_or(Error::Unavailable(asked)))
    }

    /// Sends a call. Sends it again if the connection broke before an answer and a repeat gets the
    /// same answer: behind a balancer it may reach an engine that is up.
    async fn send_with_retry(&self, call: &Call) -> Result<Response> {
        let url = self.at(&call.path)?;
        let first = self.build(call, &url).send().await;
        let answer = match first {
            Err(why) if !why.is_timeout() && (call.repeatable || why.is_connect()) => {
                tokio::time::sleep(PAUSE).await;
                self.build(call, &url).send().await
            }
            answer => answer,
        };
        answer.map_err(|why| no_answer(&self.address, &why))
    }

    fn build(&self, call: &Call, url: &Url) -> RequestBuilder {
        let mut request = self
            .http
            .request(call.method.clone(), url.clone())
            .timeout(ANSWER_WITHIN);
        if !call.query.is_null() {
            request = request.query(&call.query);
        }
        if call.whole {
            request = request.header("prefer", RETURN_REPRESENTATION);
        }
        if let Some(versions) = &call.versions {
            request = request.header(IF_MATCH, versions);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json");
            request = request.body(body.clone());
        }
        self.with_token(request)
    }

    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, token),
            None => request,
        }
    }

    /// Returns the URL of a path. Names become segments unchanged; `.` and `..` are refused,
    /// because every URL parser would resolve them to another path.
    fn at(&self, path: &[String]) -> Result<Url> {
        if let Some(name) = path
            .iter()
            .find(|segment| [".", ".."].contains(&&***segment))
        {
            let problem = "cannot be named in a URL";
            let rule = "use a console on the store itself for it";
            return Err(Invalid::new(format!("the name {name:?}"), problem, rule).into());
        }
        let mut url = self.url.clone();
        // Fails only for a URL without a host, which `Access` excludes.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Ok(url)
    }

    /// Returns the body of a successful answer; maps a refusal to an error.
    async fn body_of(&self, response: Response, asked: &str, about: &About) -> Result<Vec<u8>> {
        let status = response.status();
        let body = response.bytes().await;
        let body = body.map_err(|why| no_answer(&self.address, &why))?;
        if status.is_success() {
            return Ok(body.into());
        }
        let asked = (&*self.address, asked);
        Err(error_of(asked, status, &body, about, self.token.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base: &str, path: &[&str]) -> Result<String> {
        let connection = Connection::new(&Access::to(base).unwrap()).unwrap();
        let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
        connection.at(&path).map(String::from)
    }

    #[test]
    fn names_stand_in_a_path_as_they_are() {
        for (base, path, url) in [
            ("http://h", &["acd"][..], "http://h/acd"),
            ("https://h/floor/", &["agent"], "https://h/floor/agent"),
            ("http://h", &["agent", "a b:7"], "http://h/agent/a%20b:7"),
            (
                "http://h",
                &["skill", "日本"],
                "http://h/skill/%E6%97%A5%E6%9C%AC",
            ),
        ] {
            assert_eq!(at(base, path).unwrap(), url);
        }
    }

    #[test]
    fn a_name_that_would_lead_elsewhere_is_refused() {
        for name in [".", ".."] {
            let refused = at("http://h", &["agent", name, "state"]).unwrap_err();
            assert!(matches!(refused, Error::Invalid(_)), "{refused:?}");
        }
    }
}
