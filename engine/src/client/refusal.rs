//! Maps HTTP failures to `shared::Error`.

use reqwest::StatusCode;
use shared::Error;
use shared::text::Invalid;

use super::call::About;
use crate::http::root;
use crate::problem::ProblemBody;

/// Returns the error for a request without an answer from that address.
pub(super) fn no_answer(address: &str, error: &reqwest::Error) -> Error {
    let why = root(error);
    if error.is_connect() && why.contains("certificate") {
        // A retry would not help, so this must not look like an outage.
        return Error::Forbidden(format!(
            "the certificate of {address} is not trusted ({why}): if it is your engine, set its CA \
             with --api-ca"
        ));
    }
    let why = match why.split_once(" (os error") {
        _ if error.is_timeout() => "it took too long",
        // The number adds nothing to the words.
        Some((words, _)) => words,
        None => &why,
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
    let (code, detail) = problem.map_or_else(
        || (String::new(), "without a reason".to_owned()),
        |problem| (problem.code, problem.detail),
    );
    if let Some(error) = operation_error(&code, &detail, about) {
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
        StatusCode::FORBIDDEN if code == "foreign_host" || code.is_empty() => {
            Error::Forbidden(format!("{address} refuses {asked}: {detail}"))
        }
        StatusCode::FORBIDDEN => {
            Error::Forbidden(format!("{detail}: use a token whose role permits it"))
        }
        _ if code == "store_unavailable" => {
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

/// Returns the error of the ACD's rules for a problem code and the request's subject.
fn operation_error(code: &str, detail: &str, about: &About) -> Option<Error> {
    let (contact, agent) = (about.contact, || about.agent.clone());
    Some(match code {
        "invalid" => Error::Invalid(Invalid::told(detail)),
        "unknown_contact" => Error::UnknownContact(contact?),
        "unknown_agent" => Error::UnknownAgent(agent()?),
        "unknown_skill" => match &about.skill {
            Some(skill) => Error::UnknownSkill(skill.clone()),
            None => Error::NobodyHolds(Invalid::told(detail)),
        },
        "skill_not_held" => Error::SkillNotHeld {
            agent: agent()?,
            skill: about.skill.clone()?,
        },
        "agent_exists" => Error::AgentExists(agent()?),
        "agent_busy" => Error::AgentBusy(agent()?),
        "stale" => Error::Stale(detail.to_owned()),
        "precondition_failed" => Error::Changed(detail.to_owned()),
        "contact_ended" => Error::ContactEnded(contact?),
        "acd_closed" => Error::Closed,
        "key_reused" => Error::KeyReused,
        "not_confirmed" => Error::Unconfirmed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DETAIL: &str = "the thing is wrong; use another";

    fn about() -> About {
        About {
            contact: Some(shared::contact::ContactId::for_key("acd", "1")),
            agent: Some("agent:7".parse().unwrap()),
            skill: Some("English".parse().unwrap()),
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
    fn every_refusal_of_the_rules_comes_back_as_what_it_was() {
        let About {
            contact,
            agent,
            skill,
        } = about();
        let (contact, agent, skill) = (contact.unwrap(), agent.unwrap(), skill.unwrap());
        for error in [
            Error::UnknownContact(contact),
            Error::UnknownAgent(agent.clone()),
            Error::UnknownSkill(skill.clone()),
            Error::SkillNotHeld {
                agent: agent.clone(),
                skill,
            },
            Error::AgentExists(agent.clone()),
            Error::AgentBusy(agent.clone()),
            Error::Stale(DETAIL.to_owned()),
            Error::Changed(DETAIL.to_owned()),
            Error::ContactEnded(contact),
            Error::Closed,
            Error::KeyReused,
            Error::Unconfirmed,
        ] {
            assert_eq!(answered(409, error.code(), true), error);
        }
        let invalid = answered(422, "invalid", true);
        assert_eq!(invalid.to_string(), "the thing is wrong; use another");
    }

    #[test]
    fn a_closed_door_is_told_with_the_remedy() {
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
        assert!(sentence.starts_with(DETAIL), "{sentence}");
        assert!(!sentence.contains("https://"), "{sentence}");
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
