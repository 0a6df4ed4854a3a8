//! Errors as the API returns them: `application/problem+json` (RFC 9457).
//!
//! `kind` is the table of refusals. Programs compare `code`, people read `detail`, and `instance` is
//! the id of the request, as in the logs.

mod head;
pub(crate) mod kind;
mod overload;

use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::Error;
use shared::text::Invalid;
use utoipa::ToSchema;

pub(crate) use kind::Kind;

/// The media type of a problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Returns whether the status refuses the caller as such: no token, no permission, or over a limit.
pub(crate) fn is_turned_away(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    )
}

/// The most characters of a detail that are sent; longer ones lose their middle.
const LONGEST_DETAIL: usize = 400;

/// Why a request was refused.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    kind: Kind,
    status: StatusCode,
    detail: String,
    /// The parts of `detail`, for an invalid value.
    invalid: Option<Box<InvalidBody>>,
    fault: Option<String>,
}

impl Problem {
    fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            status: kind.status(),
            detail: shortened(detail.into()),
            invalid: None,
            fault: None,
        }
    }

    /// What was sent is malformed.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, detail)
    }

    /// A value is invalid: with what it should have been, what is wrong, and what would be right.
    fn with_invalid(kind: Kind, invalid: &Invalid) -> Self {
        let problem = Self::new(kind, invalid.to_string());
        let invalid = Some(Box::new(InvalidBody::from(invalid)));
        Self { invalid, ..problem }
    }

    /// The body is longer than the limit.
    pub(crate) fn too_large(most: usize) -> Self {
        let detail = format!("the body is longer than {most} bytes");
        Self::new(Kind::TooLarge, detail)
    }

    /// The body has an unsupported media type or encoding.
    pub(crate) fn unsupported(detail: impl Into<String>) -> Self {
        Self::new(Kind::UnsupportedBody, detail)
    }

    /// The body did not arrive in time.
    pub(crate) fn body_too_slow(seconds: u64) -> Self {
        let detail = format!("the body did not arrive within {seconds} s; nothing was done");
        Self::new(Kind::BodyTooSlow, detail)
    }

    /// The request is not authenticated.
    pub(crate) fn unauthorized() -> Self {
        let detail = "the header `Authorization: Bearer TOKEN` with a valid token is needed; \
                      `switchboard-engine token create` creates one";
        Self::new(Kind::Unauthorized, detail)
    }

    /// The token has expired.
    pub(crate) fn token_expired() -> Self {
        let detail = "this token has expired: an administrator can create another with \
                      `switchboard-engine token create`";
        Self::new(Kind::Unauthorized, detail)
    }

    /// The caller lacks the permission.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, detail)
    }

    /// Without tokens: the request's host is not a name of this machine.
    pub(crate) fn foreign_host(name: &str) -> Self {
        let detail = format!(
            "without tokens this engine accepts only names of this machine as the host \
             (localhost, *.localhost, 127.0.0.0/8, [::1]), not {name}: use localhost, or start the \
             engine with --tokens FILE (`switchboard-engine token create` creates one)"
        );
        Self::new(Kind::ForeignHost, detail)
    }

    /// Without tokens: a page of another site caused the request.
    pub(crate) fn foreign_origin(said: &str) -> Self {
        let detail = format!(
            "without tokens this engine refuses requests from pages of other sites ({said}): use a \
             program or the engine's own page, type the address yourself, or start the engine with \
             --tokens FILE (`switchboard-engine token create` creates one)"
        );
        Self::new(Kind::ForeignOrigin, detail)
    }

    /// There is no such path.
    pub(crate) fn unknown_route(path: &str) -> Self {
        let detail = format!("there is no route {path}; GET /docs lists all routes");
        Self::new(Kind::UnknownRoute, detail)
    }

    /// The path exists, but not for this method.
    pub(crate) fn method_not_allowed(method: &str) -> Self {
        let detail =
            format!("{method} is not supported here; the header Allow lists the methods that are");
        Self::new(Kind::MethodNotAllowed, detail)
    }

    /// The handler took too long.
    pub(crate) fn timed_out(seconds: u64) -> Self {
        let detail = format!(
            "there was no answer within {seconds} s; the request may or may not have been carried \
             out, and a retry with the same ids is safe"
        );
        Self::new(Kind::TimedOut, detail)
    }

    /// A plain request came to a TLS port.
    pub(crate) fn tls_required() -> Self {
        let detail = "the request did not use TLS; use https:// with this host and port";
        Self::new(Kind::TlsRequired, detail)
    }

    /// This process is stopping and takes no more work.
    pub(crate) fn stopping() -> Self {
        let detail = "this engine is stopping; use another one";
        Self::new(Kind::Stopping, detail)
    }

    /// The change cannot be written to the audit file, so it is not made.
    pub(crate) fn audit_unavailable() -> Self {
        let detail = "the audit file cannot be written, so changes are refused and nothing was done; \
                      requests that only read still work: free space on its disk, or see the \
                      engine's log for the cause, and retry";
        Self::new(Kind::AuditUnavailable, detail)
    }

    /// The store is unavailable.
    pub(crate) fn store_unavailable() -> Self {
        let detail = "the store does not answer now; the request may or may not have been carried \
                      out, and a retry with the same ids is safe";
        Self::new(Kind::StoreUnavailable, detail)
    }

    /// An internal fault. Its details go to the log only.
    pub(crate) fn internal(kind: Kind, fault: String) -> Self {
        let detail =
            "this is a fault of the engine; its log describes it under the id in `instance`";
        Self {
            fault: Some(fault),
            ..Self::new(kind, detail)
        }
    }

    /// The store's data or its reply is not what this engine can read. The reason goes to the log
    /// only.
    fn store_contract(reason: &str) -> Self {
        let detail = "the engine cannot read data in the store, or a reply of it: \
                      `switchboard-engine check` reports what is wrong with the data, and the \
                      engine's log describes the failure under the id in `instance`";
        Self {
            fault: Some(format!("the store broke its contract: {reason}")),
            ..Self::new(Kind::StoreContract, detail)
        }
    }

    /// Returns the details of a fault that go to the log and not to the caller.
    pub(crate) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Words an error status that did not come from our handlers.
    pub(crate) fn bare(status: StatusCode, path: &str) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::unknown_route(path),
            status if status.is_server_error() => {
                Self::internal(Kind::Internal, format!("it answered {status}"))
            }
            status => {
                let reason = status.canonical_reason().unwrap_or("refused");
                let problem = Self::new(Kind::Refused, reason);
                Self { status, ..problem }
            }
        }
    }

    /// Returns the problem as it is sent, with the request's id if it is known.
    pub(crate) fn body(&self, instance: Option<&str>) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:switchboard:problem:{}", self.kind.code()),
            title: self.kind.title().to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.kind.code().to_owned(),
            invalid: self.invalid.as_deref().cloned(),
            instance: instance.map(str::to_owned),
        }
    }

    /// Writes the problem into a response, with the request's id if it is known.
    pub(crate) fn write(&self, response: &mut Response, instance: Option<&str>) {
        // A struct of strings and a number always serializes.
        let json = serde_json::to_vec(&self.body(instance)).unwrap_or_default();
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.remove(axum::http::header::CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        *response.body_mut() = json.into();
    }
}

impl Problem {
    /// Returns whether a change was refused because it could not be written to the audit file.
    pub(crate) fn is_not_audited(response: &Response) -> bool {
        let problem = response.extensions().get::<Self>();
        problem.is_some_and(|problem| problem.kind == Kind::AuditUnavailable)
    }

    /// Builds the answer to any request on a connection that then closes.
    pub(crate) fn refusing_all(self) -> Response {
        let mut response = self.into_response();
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
        response
    }
}

impl IntoResponse for Problem {
    /// Writes the problem, and keeps it in the response's extensions, so that the outermost layer
    /// can add the request's id.
    fn into_response(self) -> Response {
        let mut response = Response::default();
        self.write(&mut response, None);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::with_invalid(Kind::Invalid, &invalid)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let kind = Kind::of(&error);
        match error {
            Error::Invalid(invalid)
            | Error::NobodyHolds(invalid)
            | Error::UnknownReason(invalid)
            | Error::UnknownDisposition(invalid) => Self::with_invalid(kind, &invalid),
            Error::Unavailable(reason) => {
                // The store logs an outage once; here it would be logged for each request.
                tracing::debug!(reason, "the store did not answer a request");
                Self::store_unavailable()
            }
            Error::Contract(reason) => Self::store_contract(&reason),
            error => Self::new(kind, error.to_string()),
        }
    }
}

/// A refusal (RFC 9457).
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// The kind of problem, as a name that never changes.
    #[serde(rename = "type")]
    #[schema(example = "urn:switchboard:problem:unknown_agent")]
    kind: String,
    /// The kind of problem, for people.
    #[schema(example = "There is no such agent")]
    title: String,
    /// The status code again.
    #[schema(example = 404)]
    pub(crate) status: u16,
    /// What is wrong with this very request.
    #[schema(example = "there is no agent agent:7")]
    pub(crate) detail: String,
    /// The kind of problem, for programs.
    #[schema(example = "unknown_agent")]
    pub(crate) code: String,
    /// With `invalid`, `unknown_reason`, and `unknown_skill` with the status 422: the parts of
    /// `detail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) invalid: Option<InvalidBody>,
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

/// What is wrong with a value, in parts.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = InvalidValue)]
pub(crate) struct InvalidBody {
    /// The value, and what it should have been.
    #[schema(example = "priority 256")]
    what: String,
    /// What is wrong with it.
    #[schema(example = "is not a priority")]
    problem: String,
    /// What would be right.
    #[schema(example = "use a whole number from 0 to 255")]
    rule: String,
}

impl From<&Invalid> for InvalidBody {
    fn from(invalid: &Invalid) -> Self {
        let part = |text: &String| shortened(text.clone());
        Self {
            what: part(&invalid.what),
            problem: part(&invalid.problem),
            rule: part(&invalid.rule),
        }
    }
}

impl From<InvalidBody> for Invalid {
    fn from(body: InvalidBody) -> Self {
        Self::new(body.what, body.problem, body.rule)
    }
}

/// Cuts the middle out of a long text: both ends usually say what is wrong.
fn shortened(text: String) -> String {
    let length = text.chars().count();
    if length <= LONGEST_DETAIL {
        return text;
    }
    let half = LONGEST_DETAIL / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(length - half).collect();
    format!("{start} ... {end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_does_not_tell_the_inside_of_the_store() {
        for error in [
            Error::Contract("WRONGTYPE at {acd}:queue".into()),
            Error::Unavailable("redis://secret@host".into()),
        ] {
            let detail = Problem::from(error).detail;
            assert!(
                !detail.contains("acd") && !detail.contains("secret"),
                "{detail}"
            );
        }
    }

    #[test]
    fn a_long_detail_keeps_both_its_ends() {
        let detail = Problem::invalid(format!("skills: {} is wrong", "x".repeat(10_000))).detail;
        assert!(detail.starts_with("skills: x") && detail.ends_with("x is wrong"));
        assert!(detail.len() < 420);
    }
}
