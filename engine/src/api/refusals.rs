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
                "The body is declared as something other than JSON (`unsupported_body`); nothing was \
                 done.",
            ),
            (
                "422",
                "The request is not valid, or has an unknown field or parameter, or a body where \
                 none is expected (`invalid`); nothing was done.",
            ),
            ("500", "A fault of the engine, never of the request."),
            (
                "503",
                "The store does not answer (`store_unavailable`, `timed_out`), or no replica has \
                 confirmed the change (`not_confirmed`): the request may or may not have been \
                 carried out. Or the engine is overloaded (`overloaded`, `too_many_streams`, \
                 `too_many_connections`), or the audit file cannot be written \
                 (`audit_unavailable`): nothing was done. A retry with the same ids is safe, after \
                 the seconds in `Retry-After`.",
            ),
        ])
    }
}

/// Authentication and authorization errors, for every route that needs a token.
pub(crate) struct TurnedAway;

impl IntoResponses for TurnedAway {
    fn responses() -> Responses {
        told(&[
            ("401", "The request has no valid token (`unauthorized`)."),
            (
                "403",
                "The token does not permit this (`forbidden`). Or the engine has no tokens, and the \
                 request names another host or comes from a page of another site \
                 (`foreign_host`, `foreign_origin`).",
            ),
            (
                "429",
                "This token or address exceeds its limit (`too_many_requests`, `too_many_streams`, \
                 `too_many_connections`): nothing was done. Retry after the seconds in \
                 `Retry-After`.",
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
            "It does not exist (`unknown_contact`, `unknown_agent`, `unknown_skill`, \
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
             `agent_exists`, `agent_busy`, `contact_ended`), or is no longer what the client saw \
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
            "It has changed: none of the tags in `If-Match` is current (`precondition_failed`). \
             Nothing was done.",
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
