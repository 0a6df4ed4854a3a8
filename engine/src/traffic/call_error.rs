//! Errors of a call, sorted by whether a retry may help.

use std::time::Duration;

use reqwest::StatusCode;

use crate::http;
use crate::problem::ProblemBody;

/// The most characters kept of a text from the server.
const LONGEST_TEXT: usize = 200;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CallError {
    /// A short word for this kind of error: the API's code if there was one.
    pub(super) kind: String,
    /// A complete message in a sentence.
    pub(super) message: String,
    /// If transient: the shortest time to wait before a retry.
    passing: Option<Duration>,
}

impl CallError {
    /// The connection failed or the answer timed out. The call may or may not have been carried
    /// out; every call here can be repeated.
    pub(super) fn on_the_way(asked: &str, error: &reqwest::Error) -> Self {
        let kind = if error.is_timeout() {
            "timeout"
        } else {
            "connection"
        };
        Self {
            kind: kind.to_owned(),
            message: format!("{asked}: {}", root(error)),
            passing: Some(Duration::ZERO),
        }
    }

    /// The server refused. With `passing` it may accept after that time.
    pub(super) fn refused(
        asked: &str,
        status: StatusCode,
        problem: Option<ProblemBody>,
        passing: Option<Duration>,
    ) -> Self {
        let (code, says) = problem.map_or_else(Default::default, |body| (body.code, body.detail));
        let code = Some(plain(&code)).filter(|code| !code.is_empty());
        let number = status.as_u16();
        let says = if says.is_empty() {
            status
                .canonical_reason()
                .unwrap_or("no reason given")
                .to_owned()
        } else {
            plain(&says)
        };
        Self {
            kind: code.unwrap_or_else(|| format!("http_{number}")),
            message: format!("{asked} answered {number}: {says}"),
            passing,
        }
    }

    /// The server accepted, but the answer is not the API's.
    pub(super) fn bad_answer(asked: &str, why: &str) -> Self {
        Self {
            kind: "bad_answer".to_owned(),
            message: format!("the answer to {asked} is not valid: {}", plain(why)),
            passing: None,
        }
    }

    /// The engine did not answer any call of a stopping run for that time.
    pub(super) fn gone(asked: &str, after: Duration) -> Self {
        let seconds = after.as_secs();
        let message = format!("{asked}: no answer to any call for {seconds} s while stopping");
        Self::other("gone", message)
    }

    /// An error that is not about one call.
    pub(super) fn other(kind: &str, message: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            message: message.into(),
            passing: None,
        }
    }

    /// Returns whether it is transient.
    pub(super) fn may_pass(&self) -> bool {
        self.passing.is_some()
    }

    /// Returns how long to wait before a retry, at least `pause`; `None` if a retry is useless.
    pub(super) fn pause_after(&self, pause: Duration) -> Option<Duration> {
        self.passing.map(|least| least.max(pause))
    }
}

/// Returns the root cause: "connection refused" rather than "error sending request".
fn root(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    plain(&http::cause(error))
}

/// Makes a text from the server printable on one line of a terminal.
fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(LONGEST_TEXT).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    #[test]
    fn a_refusal_is_named_by_the_code_of_the_api() {
        let closed = shared::Error::Closed;
        let closed = Some(Problem::from(closed).body(None));
        let trouble = CallError::refused("POST /contact", StatusCode::CONFLICT, closed, None);
        assert_eq!(trouble.kind, "acd_closed");
        assert_eq!(
            trouble.message,
            "POST /contact answered 409: the ACD is closed and takes no new contacts: open it first"
        );
        assert_eq!(trouble.pause_after(Duration::from_secs(1)), None);
    }

    #[test]
    fn a_refusal_without_a_code_is_named_by_its_status() {
        let again = Some(Duration::from_secs(1));
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        let trouble = CallError::refused("GET /acd", unavailable, None, again);
        assert_eq!(trouble.kind, "http_503");
        assert_eq!(
            trouble.message,
            "GET /acd answered 503: Service Unavailable"
        );
        let pause = trouble.pause_after(Duration::from_millis(50));
        assert_eq!(pause, again, "no sooner than the server asks for");
    }

    #[test]
    fn what_a_server_says_cannot_drive_the_terminal() {
        let colours = CallError::bad_answer("GET /acd", "\u{1b}[31mred\n");
        assert!(!colours.message.contains(char::is_control));
        let long = CallError::bad_answer("GET /acd", &"x".repeat(100_000));
        assert!(long.message.len() < 300);
    }
}
