//! Errors as the API returns them: `application/problem+json` (RFC 9457).
//!
//! The only file that maps errors to status codes. Programs compare `code`, people read `detail`,
//! and `instance` is the id of the request, as in the logs.

mod overload;

use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::Error;
use shared::text::Invalid;
use utoipa::ToSchema;

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
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    fault: Option<String>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            title,
            detail: shortened(detail.into()),
            fault: None,
        }
    }

    /// What was sent is malformed.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        let title = "The request is not valid";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title, detail)
    }

    /// The body is longer than the limit.
    pub(crate) fn too_large(most: usize) -> Self {
        let detail = format!("the body is longer than {most} bytes");
        let title = "The body is too large";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title, detail)
    }

    /// The body has an unsupported media type or encoding.
    pub(crate) fn unsupported(detail: impl Into<String>) -> Self {
        let title = "The type of the body is not supported";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(status, "unsupported_body", title, detail)
    }

    /// The body did not arrive in time.
    pub(crate) fn body_too_slow(seconds: u64) -> Self {
        let detail = format!("the body did not arrive within {seconds} s; nothing was done");
        let title = "The body arrived too slowly";
        Self::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", title, detail)
    }

    /// The request is not authenticated.
    pub(crate) fn unauthorized() -> Self {
        let detail = "the header `Authorization: Bearer TOKEN` with a valid token is needed; \
                      `switchboard-engine token create` creates one";
        let title = "There is no valid token";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", title, detail)
    }

    /// The token has expired.
    pub(crate) fn token_expired() -> Self {
        let detail = "this token has expired: an administrator can create another with \
                      `switchboard-engine token create`";
        let title = "There is no valid token";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", title, detail)
    }

    /// The caller lacks the permission.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        let title = "This token does not permit that";
        Self::new(StatusCode::FORBIDDEN, "forbidden", title, detail)
    }

    /// Without tokens: the request's host is not a name of this machine.
    pub(crate) fn foreign_host(name: &str) -> Self {
        let detail = format!(
            "without tokens this engine accepts only names of this machine as the host \
             (localhost, *.localhost, 127.0.0.0/8, [::1]), not {name}: use localhost, or start the \
             engine with --tokens FILE (`switchboard-engine token create` creates one)"
        );
        let title = "The host is not a name of this machine";
        Self::new(StatusCode::FORBIDDEN, "foreign_host", title, detail)
    }

    /// Without tokens: a page of another site caused the request.
    pub(crate) fn foreign_origin(said: &str) -> Self {
        let detail = format!(
            "without tokens this engine refuses requests from pages of other sites ({said}): use a \
             program or the engine's own page, type the address yourself, or start the engine with \
             --tokens FILE (`switchboard-engine token create` creates one)"
        );
        let title = "A page of another site caused this request";
        Self::new(StatusCode::FORBIDDEN, "foreign_origin", title, detail)
    }

    /// There is no such path.
    pub(crate) fn unknown_route(path: &str) -> Self {
        let detail = format!("there is no route {path}; GET /docs lists all routes");
        let title = "There is no such route";
        Self::new(StatusCode::NOT_FOUND, "unknown_route", title, detail)
    }

    /// The path exists, but not for this method.
    pub(crate) fn method_not_allowed(method: &str) -> Self {
        let detail =
            format!("{method} is not supported here; the header Allow lists the methods that are");
        let title = "The route does not support this method";
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(status, "method_not_allowed", title, detail)
    }

    /// The handler took too long.
    pub(crate) fn timed_out(seconds: u64) -> Self {
        let detail = format!(
            "there was no answer within {seconds} s; the request may or may not have been carried \
             out, and a retry with the same ids is safe"
        );
        let title = "The answer took too long";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timed_out", title, detail)
    }

    /// A plain request came to a TLS port.
    pub(crate) fn tls_required() -> Self {
        let title = "This port needs TLS";
        let detail = "the request did not use TLS; use https:// with this host and port";
        Self::new(StatusCode::BAD_REQUEST, "tls_required", title, detail)
    }

    /// This process is stopping and takes no more work.
    pub(crate) fn stopping() -> Self {
        let title = "The engine is stopping";
        let detail = "this engine is stopping; use another one";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", title, detail)
    }

    /// The change cannot be written to the audit file, so it is not made.
    pub(crate) fn audit_unavailable() -> Self {
        let title = "The audit file cannot be written";
        let detail = "the audit file cannot be written, so changes are refused and nothing was done; \
                      requests that only read still work: free space on its disk, or see the \
                      engine's log for the cause, and retry";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, Self::NOT_AUDITED, title, detail)
    }

    /// The store is unavailable.
    pub(crate) fn store_unavailable() -> Self {
        let detail = "the store does not answer now; the request may or may not have been carried \
                      out, and a retry with the same ids is safe";
        let title = "The store is not reachable";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "store_unavailable", title, detail)
    }

    /// An internal fault. Its details go to the log only.
    pub(crate) fn internal(code: &'static str, fault: String) -> Self {
        let detail =
            "this is a fault of the engine; its log describes it under the id in `instance`";
        let title = "The engine has a fault";
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, title, detail);
        let fault = Some(fault);
        Self { fault, ..problem }
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
                Self::internal("internal", format!("it answered {status}"))
            }
            status => {
                let reason = status.canonical_reason().unwrap_or("refused");
                Self::new(status, "refused", "The request was refused", reason)
            }
        }
    }

    /// Returns the problem as it is sent, with the request's id if it is known.
    pub(crate) fn body(&self, instance: Option<&str>) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:switchboard:problem:{}", self.code),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.to_owned(),
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
    /// The code of a change that could not be written to the audit file.
    const NOT_AUDITED: &str = "audit_unavailable";

    /// Returns whether a change was refused because it could not be written to the audit file.
    pub(crate) fn is_not_audited(response: &Response) -> bool {
        let problem = response.extensions().get::<Self>();
        problem.is_some_and(|problem| problem.code == Self::NOT_AUDITED)
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
        Self::invalid(invalid.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (status, title) = match &error {
            Error::Invalid(_) => return Self::invalid(error.to_string()),
            Error::UnknownContact(_) => (StatusCode::NOT_FOUND, "There is no such contact"),
            Error::UnknownAgent(_) => (StatusCode::NOT_FOUND, "There is no such agent"),
            Error::UnknownSkill(_) => (StatusCode::NOT_FOUND, "There is no such skill"),
            Error::NobodyHolds(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "No agent holds this skill",
            ),
            Error::SkillNotHeld { .. } => {
                (StatusCode::NOT_FOUND, "The agent does not hold the skill")
            }
            Error::AgentExists(_) => (StatusCode::CONFLICT, "The agent already exists"),
            Error::AgentBusy(_) => (StatusCode::CONFLICT, "The agent is on a contact"),
            Error::Stale(_) => (StatusCode::CONFLICT, "It is no longer what was seen"),
            Error::Changed(_) => (
                StatusCode::PRECONDITION_FAILED,
                "It has changed since it was seen",
            ),
            Error::ContactEnded(_) => (StatusCode::CONFLICT, "The contact has ended"),
            Error::Closed => (StatusCode::CONFLICT, "The ACD is closed"),
            Error::KeyReused => (StatusCode::CONFLICT, "The key was used for something else"),
            Error::Forbidden(_) => (StatusCode::FORBIDDEN, "This is not allowed"),
            Error::Unavailable(reason) => {
                // The store logs an outage once; here it would be logged for each request.
                tracing::debug!(reason, "the store did not answer a request");
                return Self::store_unavailable();
            }
            Error::StoreRefuses(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The store refuses requests",
            ),
            Error::Unconfirmed => (
                StatusCode::SERVICE_UNAVAILABLE,
                "No replica has confirmed the change",
            ),
            Error::Contract(reason) => {
                let fault = format!("the store broke its contract: {reason}");
                return Self::internal(error.code(), fault);
            }
        };
        Self::new(status, error.code(), title, error.to_string())
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
    status: u16,
    /// What is wrong with this very request.
    #[schema(example = "there is no agent agent:7")]
    pub(crate) detail: String,
    /// The kind of problem, for programs.
    #[schema(example = "unknown_agent")]
    pub(crate) code: String,
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
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
    fn every_error_has_its_status_and_its_own_code() {
        let agent = || "agent:7".parse().unwrap();
        let skill = || "English".parse().unwrap();
        let table = [
            (Error::from(Invalid::new("x", "is wrong", "use y")), 422),
            (
                Error::UnknownContact(shared::contact::ContactId::random()),
                404,
            ),
            (Error::UnknownAgent(agent()), 404),
            (Error::UnknownSkill(skill()), 404),
            (
                Error::NobodyHolds(Invalid::new("x", "is wrong", "use y")),
                422,
            ),
            (
                Error::SkillNotHeld {
                    agent: agent(),
                    skill: skill(),
                },
                404,
            ),
            (Error::AgentExists(agent()), 409),
            (Error::AgentBusy(agent()), 409),
            (Error::Closed, 409),
            (Error::Stale("it waits".into()), 409),
            (Error::Changed("it has another ETag".into()), 412),
            (Error::KeyReused, 409),
            (Error::Forbidden("not you".into()), 403),
            (Error::Unavailable("refused".into()), 503),
            (Error::StoreRefuses("it evicts".into()), 503),
            (Error::Unconfirmed, 503),
            (Error::Contract("no such reply".into()), 500),
        ];
        for (error, status) in table {
            let code = error.code();
            let problem = Problem::from(error);
            assert_eq!((problem.status.as_u16(), problem.code), (status, code));
        }
    }

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
