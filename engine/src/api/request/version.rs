//! The version in the path: every route exists as it is, and also under `/v1`.
//!
//! The prefix is removed before routing. So there is one set of routes, and roles, audit and
//! metrics have one name for each.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Request, Uri};
use axum::response::{IntoResponseParts, ResponseParts};
use reqwest::Url;
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::contact_type::TypeName;

/// The prefix of this version's routes.
const PREFIX: &str = "/v1";

/// Marks a request that came with the prefix.
#[derive(Clone, Copy, Debug)]
struct Prefixed;

/// Removes the version from the path of a request. Unknown versions are kept, and match no route.
pub(crate) fn remove_prefix<B>(request: &mut Request<B>) {
    if let Some(uri) = without_prefix(request.uri()) {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(Prefixed);
    }
}

fn without_prefix(uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(PREFIX)?;
    if !rest.starts_with('/') {
        return None;
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
    Uri::from_parts(parts).ok()
}

/// The prefix that the client used.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct ApiVersion(&'static str);

impl ApiVersion {
    /// Returns a path with the client's prefix.
    pub(in crate::api) fn written(self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ApiVersion {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let prefixed = parts.extensions.get::<Prefixed>().is_some();
        Ok(Self(if prefixed { PREFIX } else { "" }))
    }
}

/// The header `Location`: where the created thing can be read.
#[derive(Debug)]
pub(in crate::api) struct Location(Option<HeaderValue>);

impl Location {
    pub(in crate::api) fn of_contact(ApiVersion(version): ApiVersion, id: ContactId) -> Self {
        let key = String::from(id);
        Self(HeaderValue::try_from(format!("{version}/contact/{key}")).ok())
    }

    pub(in crate::api) fn of_agent(version: ApiVersion, id: &AgentId) -> Self {
        Self::named(version, "agent", id.as_str())
    }

    pub(in crate::api) fn of_type(version: ApiVersion, name: &TypeName) -> Self {
        Self::named(version, "type", name.as_str())
    }

    fn named(ApiVersion(version): ApiVersion, kind: &str, name: &str) -> Self {
        Self(segment(name).and_then(|name| {
            // A path of ASCII characters is always a valid header value.
            HeaderValue::try_from(format!("{version}/{kind}/{name}")).ok()
        }))
    }
}

/// Encodes a name as a path segment.
fn segment(name: &str) -> Option<String> {
    let mut url = Url::parse("http://localhost").ok()?;
    url.path_segments_mut().ok()?.push(name);
    Some(url.path().trim_start_matches('/').to_owned())
}

impl IntoResponseParts for Location {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Some(place) = self.0 {
            response.headers_mut().insert(LOCATION, place);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_taken_off_the_path_once() {
        for (asked, routed) in [
            ("/v1/acd", "/acd"),
            ("/v1/agent/a%20b?x=1", "/agent/a%20b?x=1"),
            ("/v1/", "/"),
            ("/v1/v1/acd", "/v1/acd"),
            ("http://localhost:8000/v1/acd", "http://localhost:8000/acd"),
            ("/v1", "/v1"),
            ("/v12/acd", "/v12/acd"),
            ("/v2/acd", "/v2/acd"),
            ("/acd", "/acd"),
            ("*", "*"),
        ] {
            let mut request = Request::builder().uri(asked).body(()).unwrap();
            remove_prefix(&mut request);
            assert_eq!(request.uri().to_string(), routed, "{asked}");
        }
    }

    #[test]
    fn a_name_is_one_segment_of_a_path() {
        for (name, written) in [
            ("agent:7", "agent:7"),
            ("Jörg 1", "J%C3%B6rg%201"),
            ("a/b?c#d%e", "a%2Fb%3Fc%23d%25e"),
        ] {
            assert_eq!(segment(name).as_deref(), Some(written));
        }
    }
}
