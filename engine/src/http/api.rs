//! Requests to the API of an engine. They are built here for both clients; each interprets the
//! answers for its purpose.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Url};
use serde::Serialize;
use serde_json::Value;
use shared::text::Invalid;

use crate::route;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A request to the API.
#[derive(Clone, Debug)]
pub(crate) struct ApiRequest {
    method: Method,
    route: &'static str,
    /// The segments of the path.
    path: Vec<String>,
    query: Value,
    /// JSON.
    body: Option<Vec<u8>>,
    headers: Vec<(HeaderName, String)>,
}

impl ApiRequest {
    fn new(method: Method, route: &'static str, names: &[&str]) -> Self {
        Self {
            method,
            route,
            path: route::segments(route, names),
            query: Value::Null,
            body: None,
            headers: vec![],
        }
    }

    /// Builds a GET request. `names` are for the variables of the route.
    pub(crate) fn get(route: &'static str, names: &[&str]) -> Self {
        Self::new(Method::GET, route, names)
    }

    /// Builds a POST request.
    pub(crate) fn post(route: &'static str, names: &[&str], body: &impl Serialize) -> Self {
        Self::new(Method::POST, route, names).with_body(body)
    }

    /// Builds a PUT request.
    pub(crate) fn put(route: &'static str, names: &[&str], body: &impl Serialize) -> Self {
        Self::new(Method::PUT, route, names).with_body(body)
    }

    /// Builds a PATCH request without a body.
    pub(crate) fn patch(route: &'static str, names: &[&str]) -> Self {
        Self::new(Method::PATCH, route, names)
    }

    /// Builds a DELETE request.
    pub(crate) fn delete(route: &'static str, names: &[&str]) -> Self {
        Self::new(Method::DELETE, route, names)
    }

    /// Adds a body.
    pub(crate) fn with_body(self, body: &impl Serialize) -> Self {
        // Structs of strings and numbers always serialize.
        let body = serde_json::to_vec(body).ok();
        Self { body, ..self }
    }

    /// Adds query parameters.
    pub(crate) fn with_query(self, query: &impl Serialize) -> Self {
        // Structs of strings always serialize.
        let mut query = serde_json::to_value(query).unwrap_or_default();
        if let Value::Object(fields) = &mut query {
            // A query cannot express an absent value.
            fields.retain(|_, value| !value.is_null());
        }
        Self { query, ..self }
    }

    /// Adds a header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Returns the method and the route, for messages that must not name one contact or agent.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.route)
    }

    /// Returns the method and the path.
    pub(crate) fn name_with_path(&self) -> String {
        format!("{} /{}", self.method, self.path.join("/"))
    }
}

/// Sends requests to one API.
#[derive(Debug)]
pub(crate) struct ApiClient {
    http: Client,
    url: Url,
    token: Option<HeaderValue>,
}

impl ApiClient {
    /// Builds a client for the API at that address, with the value of its header `Authorization`.
    pub(crate) fn new(
        http: ClientBuilder,
        url: Url,
        token: Option<HeaderValue>,
    ) -> reqwest::Result<Self> {
        let http = http
            .connect_timeout(CONNECT_TIMEOUT)
            // A token must not follow a redirect to another server.
            .redirect(Policy::none())
            .build()?;
        Ok(Self { http, url, token })
    }

    /// Returns whether requests carry a token.
    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Builds a request. It fails for a name that cannot stand in a URL.
    pub(crate) fn build(&self, request: &ApiRequest) -> Result<RequestBuilder, Invalid> {
        let url = self.url_of(&request.path)?;
        let mut built = self.http.request(request.method.clone(), url);
        if !request.query.is_null() {
            built = built.query(&request.query);
        }
        for (name, value) in &request.headers {
            built = built.header(name, value);
        }
        if let Some(body) = &request.body {
            built = built.header(CONTENT_TYPE, "application/json");
            built = built.body(body.clone());
        }
        Ok(match &self.token {
            Some(token) => built.header(AUTHORIZATION, token),
            None => built,
        })
    }

    /// Returns the URL of a path. Names become segments unchanged; `.` and `..` are refused,
    /// because every URL parser would resolve them to another path.
    fn url_of(&self, path: &[String]) -> Result<Url, Invalid> {
        if let Some(name) = path
            .iter()
            .find(|segment| [".", ".."].contains(&&***segment))
        {
            let problem = "cannot be named in a URL";
            let rule = "use a console on the store itself for it";
            return Err(Invalid::new(format!("the name {name:?}"), problem, rule));
        }
        let mut url = self.url.clone();
        // Fails only for a URL without a host, which callers exclude.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base: &str, path: &[&str]) -> Result<String, Invalid> {
        let client = ApiClient::new(crate::http::client(), base.parse().unwrap(), None).unwrap();
        let path: Vec<String> = path.iter().map(|segment| (*segment).to_owned()).collect();
        client.url_of(&path).map(String::from)
    }

    #[test]
    fn names_stand_in_a_path_as_they_are() {
        for (base, path, expected) in [
            ("http://h", &["acd"][..], "http://h/acd"),
            ("https://h/floor/", &["agent"], "https://h/floor/agent"),
            ("http://h", &["agent", "a b:7"], "http://h/agent/a%20b:7"),
            (
                "http://h",
                &["skill", "日本"],
                "http://h/skill/%E6%97%A5%E6%9C%AC",
            ),
        ] {
            assert_eq!(url(base, path).unwrap(), expected);
        }
    }

    #[test]
    fn a_name_that_would_lead_elsewhere_is_refused() {
        for name in [".", ".."] {
            assert!(url("http://h", &["agent", name, "state"]).is_err());
        }
    }

    #[test]
    fn messages_name_the_route_and_not_the_contact() {
        let request = ApiRequest::get(route::CONTACT, &["contact:0198-aa"]);
        assert_eq!(request.name(), "GET /contact/{key}");
        assert_eq!(request.name_with_path(), "GET /contact/contact:0198-aa");
    }

    #[test]
    fn a_cursor_may_hold_any_character() {
        let client = ApiClient::new(crate::http::client(), "http://h".parse().unwrap(), None);
        let query = [("limit", "500"), ("cursor", "demo:9 é&")];
        let query: Value = query.into_iter().collect();
        let request = ApiRequest::get(route::AGENTS, &[]).with_query(&query);
        let built = client.unwrap().build(&request).unwrap().build().unwrap();
        let sent = built.url().query().unwrap();
        assert!(sent.contains("cursor=demo%3A9+%C3%A9%26"), "{sent}");
    }
}
