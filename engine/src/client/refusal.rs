//! Maps HTTP failures to `shared::Error`.

use reqwest::StatusCode;
use shared::Error;
use shared::text::Invalid;

use super::call::About;
use crate::http::{cause, is_untrusted};
use crate::problem::{Kind, ProblemBody};

/// Returns the error for a request without an answer from that address.
pub(super) fn no_answer(address: &str, error: &reqwest::Error) -> Error {
    let why = cause(error);
    if is_untrusted(error) {
        // A retry would not help, so this must not look like an outage.
        return Error::Forbidden(format!(
            "the certificate of {address} is not trusted ({why}): if it is your engine, set its CA \
             with --api-ca"
        ));
    }
    let why = if error.is_timeout() {
        "it took too long"
    } else {
        &why
    };
    Error::Unavailable(format!("no engine answers at {address} ({why})"))
}

/// Returns the error for a refused request.
pub(super) fn error_of(
    (address, asked): (&str, &str),
    status: StatusCode,
    body: &[u8],
    about: &About,
    with_token: bool,
) -> Error {
    let problem: Option<ProblemBody> = serde_json::from_slice(body).ok();
    let kind = problem.as_ref();
    let kind = kind.and_then(|problem| Kind::read(&problem.code, status.as_u16()));
    let without_code = problem.is_none();
    let detail = problem.as_ref().map(|problem| problem.detail.clone());
    let detail = detail.unwrap_or_else(|| "without a reason".to_owned());
    if let Some((kind, problem)) = kind.zip(problem)
        && let Some(error) = operation_error(kind, problem, about)
    {
        return error;
    }
    match status {
        StatusCode::UNAUTHORIZED if with_token => Error::Forbidden(format!(
            "{address} does not know this token: set the file of a valid one with --token-file; an \
             administrator creates it with `switchboard-engine token create`"
        )),
        StatusCode::UNAUTHORIZED => Error::Forbidden(format!(
            "{address} asks for a token: name its file with --token-file or \
             SWITCHBOARD_TOKEN_FILE; whoever runs the engine makes it with `switchboard-engine \
             token create`"
        )),
        StatusCode::FORBIDDEN if kind == Some(Kind::ForeignHost) || without_code => {
            Error::Forbidden(format!("{address} refuses {asked}: {detail}"))
        }
        // The engine says what helps: another role, or a token of the agent who has the id now.
        StatusCode::FORBIDDEN => Error::Forbidden(detail),
        _ if matches!(kind, Some(Kind::StoreUnavailable | Kind::StoreRefuses)) => {
            Error::Unavailable(format!("the engine at {address} cannot reach it"))
        }
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            Error::Unavailable(format!(
                "{address} answers {} to {asked}: {detail}",
                status.as_u16()
            ))
        }
        status => Error::Contract(format!(
            "{address} answers {} to {asked} ({detail}): is it the API of an engine of this version?",
            status.as_u16()
        )),
    }
}

/// Returns the error of an operation for a kind of problem and the request's subject; `None` for
/// what no operation refuses.
fn operation_error(kind: Kind, problem: ProblemBody, about: &About) -> Option<Error> {
    let (contact, agent, skill) = (
        about.contact,
        || about.agent.clone(),
        || about.skill.clone(),
    );
    Some(match kind {
        Kind::Invalid => Error::Invalid(invalid(problem)),
        Kind::UnknownContact => Error::UnknownContact(contact?),
        Kind::UnknownAgent => Error::UnknownAgent(agent()?),
        Kind::UnknownSkill => Error::UnknownSkill(skill()?),
        Kind::UnknownType => Error::UnknownType(about.contact_type.clone()?),
        Kind::TypeInUse => Error::TypeInUse(about.contact_type.clone()?),
        Kind::NobodyHolds => Error::NobodyHolds(invalid(problem)),
        Kind::UnknownReason => Error::UnknownReason(invalid(problem)),
        Kind::UnknownDisposition => Error::UnknownDisposition(invalid(problem)),
        Kind::NotInWrapUp => Error::NotInWrapUp(problem.detail),
        Kind::SkillNotHeld => Error::SkillNotHeld {
            agent: agent()?,
            skill: skill()?,
        },
        Kind::AgentExists => Error::AgentExists(agent()?),
        Kind::AgentBusy => Error::AgentBusy(agent()?),
        Kind::Stale => Error::Stale(problem.detail),
        Kind::StaleOffer => Error::StaleOffer(problem.detail),
        Kind::Changed => Error::Changed(problem.detail),
        Kind::ContactEnded => Error::ContactEnded(contact?),
        Kind::Closed => Error::Closed,
        Kind::KeyReused => Error::KeyReused,
        Kind::Unconfirmed => Error::Unconfirmed,
        // No operation refuses with these. They are worded with the address of the engine.
        Kind::StoreUnavailable
        | Kind::StoreRefuses
        | Kind::StoreContract
        | Kind::Unauthorized
        | Kind::Forbidden
        | Kind::ForeignHost
        | Kind::ForeignOrigin
        | Kind::TooLarge
        | Kind::UnsupportedBody
        | Kind::BodyTooSlow
        | Kind::UnknownRoute
        | Kind::MethodNotAllowed
        | Kind::TlsRequired
        | Kind::Refused
        | Kind::Overloaded
        | Kind::TooManyStreams
        | Kind::TooManyConnections
        | Kind::TooManyStreamsOfCaller
        | Kind::TooManyRequestsOfCaller
        | Kind::TooManyConnectionsOfCaller
        | Kind::TimedOut
        | Kind::Stopping
        | Kind::AuditUnavailable
        | Kind::Panic
        | Kind::Internal => return None,
    })
}

/// Returns what was invalid. A problem about the request as a whole does not name a value.
fn invalid(problem: ProblemBody) -> Invalid {
    match problem.invalid {
        Some(parts) => parts.into(),
        None => Invalid::new("the request", "was refused", problem.detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use crate::problem::kind::one_of_each_error;

    const DETAIL: &str = "the thing is wrong; use another";

    fn about() -> About {
        About {
            contact: Some(shared::contact::ContactId::for_key("acd", "1")),
            agent: Some("agent:7".parse().unwrap()),
            skill: Some("English".parse().unwrap()),
            contact_type: Some("billing".parse().unwrap()),
        }
    }

    fn answered(status: u16, code: &str, with_token: bool) -> Error {
        let body = serde_json::json!({
            "type": "urn:x", "title": "t", "status": status, "code": code,
            "detail": DETAIL,
        });
        let status = StatusCode::from_u16(status).unwrap();
        let asked = ("https://acd.example", "GET /acd");
        error_of(
            asked,
            status,
            body.to_string().as_bytes(),
            &about(),
            with_token,
        )
    }

    #[test]
    fn every_error_of_an_operation_comes_back_as_what_it_was() {
        for error in one_of_each_error() {
            let problem = Problem::from(error.clone()).body(None);
            let status = StatusCode::from_u16(problem.status).unwrap();
            let body = serde_json::to_vec(&problem).unwrap();
            let asked = ("https://acd.example", "GET /acd");
            let back = error_of(asked, status, &body, &about(), true);
            match error {
                // These name the engine.
                Error::Forbidden(_) => assert!(matches!(back, Error::Forbidden(_)), "{back:?}"),
                Error::Unavailable(_) | Error::StoreRefuses(_) | Error::Contract(_) => {
                    assert!(matches!(back, Error::Unavailable(_)), "{back:?}");
                }
                error => assert_eq!(back, error),
            }
        }
    }

    #[test]
    fn a_missing_token_is_told_with_the_remedy() {
        for (status, with_token, said) in [
            (401, true, "does not know this token"),
            (401, false, "asks for a token"),
        ] {
            let error = answered(status, "whatever", with_token);
            assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
            let sentence = error.to_string();
            assert!(sentence.contains(said), "{sentence}");
            assert!(sentence.contains("https://acd.example"), "{sentence}");
        }
    }

    #[test]
    fn a_refusal_begins_with_its_reason_for_a_narrow_screen_cuts_its_end() {
        let error = answered(403, "forbidden", true);
        assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
        let sentence = error.to_string();
        // What helps is a part of it, and different for each reason.
        assert_eq!(sentence, DETAIL);
    }

    #[test]
    fn what_may_pass_is_the_store_being_away_and_what_may_not_is_not() {
        for (status, code) in [
            (503, "store_unavailable"),
            (503, "overloaded"),
            (500, "panic"),
            (502, ""),
            (429, "too_many"),
        ] {
            let error = answered(status, code, true);
            assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        }
        let status = StatusCode::NOT_FOUND;
        let error = error_of(("h", "GET /acd"), status, b"<html>", &about(), false);
        assert!(matches!(error, Error::Contract(_)), "{error:?}");
    }
}
