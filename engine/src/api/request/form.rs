//! Checks a request against the document: which query parameters and preconditions it may have, and
//! whether a body. Anything else is refused, for every route and before its handler, because
//! ignoring it would do something other than what was asked.
//!
//! The fields of a body are checked where it is parsed, in `extract`.

use std::collections::HashMap;

use axum::extract::{MatchedPath, Query};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use shared::nearest::nearest;
use shared::text::Invalid;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use crate::api::document::operations;
use crate::method::routed_method;
use crate::problem::Problem;

/// What each operation accepts, by its route.
#[derive(Debug, Default)]
pub(in crate::api) struct AcceptedInputs(HashMap<String, Vec<AcceptedInput>>);

/// What an operation accepts.
#[derive(Debug)]
struct AcceptedInput {
    method: &'static str,
    /// The parameters of its query.
    query: Vec<String>,
    /// Whether it changes something.
    changes: bool,
    /// Whether it evaluates `If-Match`.
    if_match: bool,
    /// Whether it has a body.
    body: bool,
    /// The first sentence of its summary.
    does: String,
}

impl AcceptedInputs {
    /// Reads them from the document.
    pub(in crate::api) fn of(document: &mut OpenApi) -> Self {
        let routes = document.paths.paths.iter_mut();
        let forms = routes.map(|(route, item)| {
            let forms =
                operations(item).map(|(method, operation)| AcceptedInput::of(method, operation));
            (route.clone(), forms.collect())
        });
        Self(forms.collect())
    }

    /// Returns what the operation of a request accepts; `None` for a route or method that is not in
    /// the document.
    fn of_request(&self, parts: &Parts) -> Option<(&str, &AcceptedInput)> {
        let route = parts.extensions.get::<MatchedPath>()?.as_str();
        let (route, forms) = self.0.get_key_value(route)?;
        let method = routed_method(&parts.method);
        let form = forms.iter().find(|form| form.method == method)?;
        Some((route, form))
    }

    /// Refuses a query that the operation does not accept.
    pub(in crate::api) fn check_query(&self, parts: &Parts) -> Result<(), Problem> {
        if parts.uri.query().is_none_or(str::is_empty) {
            return Ok(());
        }
        match self.of_request(parts) {
            Some((_, form)) => form.check_query(parts),
            None => Ok(()),
        }
    }

    /// Refuses a precondition that the operation does not evaluate: the change would be made although
    /// the client forbids it. What only reads may ignore preconditions, as HTTP permits. So may
    /// every operation those with dates, as nothing here has a modification date (RFC 9110, 13.1.4).
    pub(in crate::api) fn check_precondition(&self, parts: &Parts) -> Result<(), Problem> {
        let if_match = parts.headers.contains_key(IF_MATCH);
        let if_none_match = parts.headers.contains_key(IF_NONE_MATCH);
        if !if_match && !if_none_match {
            return Ok(());
        }
        match self.of_request(parts).filter(|(_, form)| form.changes) {
            Some((route, form)) if if_match && !form.if_match => {
                Err(form.not_evaluated("If-Match", route))
            }
            Some((route, form)) if if_none_match => Err(form.not_evaluated("If-None-Match", route)),
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses a body that the operation does not accept, or whose media type is not JSON.
    pub(in crate::api) fn check_body(&self, parts: &Parts, body: &[u8]) -> Result<(), Problem> {
        if body.is_empty() {
            return Ok(());
        }
        match self.of_request(parts) {
            Some((_, form)) if form.body => check_kind(&parts.headers),
            Some((route, form)) if !is_no_body(body) => Err(form.no_body(route)),
            Some(_) | None => Ok(()),
        }
    }
}

impl AcceptedInput {
    fn of(method: &'static str, operation: &Operation) -> Self {
        let parameters = operation.parameters.iter().flatten();
        let query = parameters.filter_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
                Some(parameter.name.clone())
            }
            _ => None,
        });
        let mut parameters = operation.parameters.iter().flatten();
        let if_match = parameters.any(|parameter| match parameter {
            RefOr::T(parameter) => {
                parameter.parameter_in == ParameterIn::Header && parameter.name == "If-Match"
            }
            RefOr::Ref(_) => false,
        });
        Self {
            method,
            query: query.collect(),
            changes: method != "GET",
            if_match,
            body: operation.request_body.is_some(),
            does: first_sentence(operation.summary.as_deref().unwrap_or_default()),
        }
    }

    fn check_query(&self, parts: &Parts) -> Result<(), Problem> {
        let Query(given) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|refused| Problem::invalid(refused.body_text()))?;
        for (place, (name, _)) in given.iter().enumerate() {
            if !self.query.contains(name) {
                let known: Vec<&str> = self.query.iter().map(String::as_str).collect();
                return Err(Problem::invalid(unknown("parameter", name, &known)));
            }
            if given[..place].iter().any(|(before, _)| before == name) {
                let detail = format!("the parameter {name} is given more than once; give it once");
                return Err(Problem::invalid(detail));
            }
        }
        Ok(())
    }

    fn not_evaluated(&self, header: &str, route: &str) -> Problem {
        let method = self.method;
        let rule = if self.if_match {
            "send If-Match with the ETag from GET instead"
        } else {
            "send the request without it"
        };
        let problem = format!("is not evaluated by {method} {route}, and nothing was done");
        Problem::from(Invalid::new(header, problem, rule))
    }

    fn no_body(&self, route: &str) -> Problem {
        let (method, does) = (self.method, self.does.as_str());
        Problem::invalid(format!(
            "{method} {route} takes no body (what it does: {does}), and nothing was done; send it \
             without a body"
        ))
    }
}

/// Returns whether a body says nothing: white space, or an empty object, which some clients always
/// send.
fn is_no_body(body: &[u8]) -> bool {
    let text = body.trim_ascii();
    let inner = text
        .strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"));
    inner.unwrap_or(text).trim_ascii().is_empty()
}

/// Returns the first sentence of a text on one line, without its full stop.
fn first_sentence(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let first = line.split(". ").next().unwrap_or_default();
    first.trim_end_matches('.').to_owned()
}

/// Returns the message for an unknown field or parameter, with the known ones.
pub(in crate::api) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let shown: String = name.chars().take(64).collect();
    let meant = nearest(name, known.iter().copied());
    let meant = meant.map_or(String::new(), |meant| format!("did you mean {meant}? "));
    let there_is = match known {
        [] => format!("there are no {what}s here"),
        known => format!("{what}s: {}", known.join(", ")),
    };
    format!("there is no {what} {shown}; {meant}{there_is}")
}

/// Refuses a body whose media type is not JSON. A missing type counts as JSON, and so does curl's
/// default for `-d`. Requests from pages of other sites are refused by `authorization::local`, not here.
fn check_kind(headers: &HeaderMap) -> Result<(), Problem> {
    for (name, written) in [
        (CONTENT_TYPE, "Content-Type"),
        (CONTENT_ENCODING, "Content-Encoding"),
    ] {
        // Another reader of the request, such as a proxy, might take the other one.
        if headers.get_all(name).iter().nth(1).is_some() {
            let detail = format!("{written} is given more than once; give it once");
            return Err(Problem::unsupported(detail));
        }
    }
    let said = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(packed) = said(&CONTENT_ENCODING).filter(|packed| *packed != "identity") {
        let detail =
            format!("a body encoded with {packed} is not supported; send it without encoding");
        return Err(Problem::unsupported(detail));
    }
    let Some(kind) = said(&CONTENT_TYPE) else {
        return Ok(());
    };
    let (media, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    let media = media.trim().to_ascii_lowercase();
    let json = media == "application/json"
        || (media.starts_with("application/") && media.ends_with("+json"))
        || media == "application/x-www-form-urlencoded";
    let charset = parameters.trim().to_ascii_lowercase();
    let charset = charset.strip_prefix("charset=").unwrap_or("utf-8");
    let charset = charset.split(';').next().unwrap_or_default().trim();
    let utf8 = ["utf-8", "utf8", "us-ascii"].contains(&charset.trim_matches('"'));
    if json && utf8 {
        return Ok(());
    }
    Err(Problem::unsupported(format!(
        "a body of the type {kind} is not supported; send JSON in UTF-8, with `Content-Type: \
         application/json`"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn what_is_not_there_is_told_with_what_is_and_what_was_meant() {
        for (name, known, said) in [
            (
                "prioritty",
                &["skills", "priority"][..],
                "there is no field prioritty; did you mean priority? fields: skills, priority",
            ),
            (
                "skill",
                &["limit", "cursor"],
                "there is no field skill; fields: limit, cursor",
            ),
            ("x", &[], "there is no field x; there are no fields here"),
        ] {
            assert_eq!(unknown("field", name, known), said);
        }
    }

    #[test]
    fn a_body_that_says_it_is_no_json_is_refused() {
        let check = |kind: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            check_kind(&headers).is_ok()
        };
        for taken in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json; charset=\"utf-8\"",
            "application/merge-patch+json",
            "application/x-www-form-urlencoded",
        ] {
            assert!(check(taken), "{taken}");
        }
        for refused in [
            "text/plain",
            "text/json",
            "multipart/form-data; boundary=x",
            "application/xml",
            "application/json; charset=latin1",
            "json",
            "",
        ] {
            assert!(!check(refused), "{refused}");
        }
        let mut packed = HeaderMap::new();
        packed.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(check_kind(&packed).is_err());
    }
}
