//! The refusals in the OpenAPI document: one name for each set that routes share.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::problem::PROBLEM_JSON;

type Responses = BTreeMap<String, RefOr<Response>>;

/// Answers that any operation may give.
pub(crate) struct Refused;

impl IntoResponses for Refused {
    fn responses() -> Responses {
        told(&[
            (
                "408",
                "The body did not arrive within 10 s (`body_too_slow`); nothing was done.",
            ),
            ("413", "The body is longer than 64 KiB (`too_large`)."),
            (
                "415",
                "The body says that it is not JSON (`unsupported_body`); nothing was done.",
            ),
            (
                "422",
                "The request is not valid (`invalid`), or brings a field, a parameter or a body \
                 that there is no place for; nothing was done.",
            ),
            ("500", "A fault of the engine, never of the request."),
            (
                "503",
                "The store is away (`store_unavailable`, `timed_out`), or no replica has confirmed \
                 the change (`not_confirmed`): what was asked may or may not have happened. Or \
                 there is too much to do (`overloaded`, `too_many_streams`, \
                 `too_many_connections`), or the audit cannot be written (`audit_unavailable`): \
                 nothing was done. Asking again with the same ids is \
                 safe, after the seconds of `Retry-After`.",
            ),
        ])
    }
}

/// Authentication and authorization errors, for every route that needs a token.
pub(crate) struct TurnedAway;

impl IntoResponses for TurnedAway {
    fn responses() -> Responses {
        told(&[
            (
                "401",
                "There is no token in force with the request (`unauthorized`).",
            ),
            (
                "403",
                "The token is not for that (`forbidden`); or there are no tokens, and the request \
                 is from elsewhere (`foreign_host`, `foreign_origin`).",
            ),
            (
                "429",
                "This token or this address has too much at once (`too_many_requests`, \
                 `too_many_streams`, `too_many_connections`): nothing was done. Ask again after \
                 the seconds of `Retry-After`.",
            ),
        ])
    }
}

/// What the path names does not exist.
pub(crate) struct Unknown;

impl IntoResponses for Unknown {
    fn responses() -> Responses {
        told(&[(
            "404",
            "There is no such thing (`unknown_contact`, `unknown_agent`, `unknown_skill`, \
             `skill_not_held`).",
        )])
    }
}

/// The present state does not allow it.
pub(crate) struct Conflict;

impl IntoResponses for Conflict {
    fn responses() -> Responses {
        told(&[(
            "409",
            "The present state does not allow it (`acd_closed`, `key_reused`, \
             `agent_exists`, `agent_busy`, `contact_ended`), or it is no longer as it was seen \
             (`stale`); nothing was done.",
        )])
    }
}

/// It has changed since it was read.
pub(crate) struct Changed;

impl IntoResponses for Changed {
    fn responses() -> Responses {
        told(&[(
            "412",
            "It has none of the tags that `If-Match` names (`precondition_failed`): it has changed \
             since they were given. Nothing was done.",
        )])
    }
}

fn told(refusals: &[(&str, &str)]) -> Responses {
    let content = || {
        let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
        ContentBuilder::new().schema(Some(schema)).build()
    };
    let response = |description: &str| {
        ResponseBuilder::new()
            .description(description)
            .content(PROBLEM_JSON, content())
            .build()
    };
    refusals
        .iter()
        .map(|(status, description)| ((*status).to_owned(), RefOr::T(response(description))))
        .collect()
}
