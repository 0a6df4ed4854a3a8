//! The refusals in the OpenAPI document: one name for each set that routes share. Their codes and
//! statuses are those of the table in `crate::problem::kind`.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::problem::{Kind, PROBLEM_JSON};

type Responses = BTreeMap<String, RefOr<Response>>;

/// Answers that any operation may give.
pub(crate) struct Refused;

impl IntoResponses for Refused {
    fn responses() -> Responses {
        let invalid = codes(&[Kind::Invalid]);
        let unknown = codes(&[Kind::NobodyHolds]);
        let reason = codes(&[Kind::UnknownReason]);
        let disposition = codes(&[Kind::UnknownDisposition]);
        let unavailable = codes(&[Kind::StoreUnavailable, Kind::TimedOut]);
        let unconfirmed = codes(&[Kind::Unconfirmed]);
        let too_much = codes(&[
            Kind::Overloaded,
            Kind::TooManyStreams,
            Kind::TooManyConnections,
        ]);
        let audit = codes(&[Kind::AuditUnavailable]);
        described([
            (
                Kind::BodyTooSlow,
                format!(
                    "The body did not arrive within 10 s ({}); nothing was done.",
                    codes(&[Kind::BodyTooSlow])
                ),
            ),
            (
                Kind::TooLarge,
                format!(
                    "The body is longer than 64 KiB ({}).",
                    codes(&[Kind::TooLarge])
                ),
            ),
            (
                Kind::UnsupportedBody,
                format!(
                    "The body is declared as something other than JSON ({}); nothing was done.",
                    codes(&[Kind::UnsupportedBody])
                ),
            ),
            (
                Kind::Invalid,
                format!(
                    "The request is not valid, or has an unknown field or parameter, a body where \
                     none is expected (white space and `{{}}` count as none), or a precondition \
                     (`If-Match`, `If-None-Match`) that this route does not evaluate ({invalid}); or \
                     a contact needs a skill that no agent holds, and the floor accepts only known \
                     ones ({unknown}); or an agent gives a reason that is not on the floor's list \
                     ({reason}), or a disposition that is not on its list ({disposition}). Nothing \
                     was done."
                ),
            ),
            (
                Kind::Internal,
                "A fault of the engine or of the store's data, never of the request.".to_owned(),
            ),
            (
                Kind::StoreUnavailable,
                format!(
                    "The store does not answer ({unavailable}), or no replica has confirmed the change \
                     ({unconfirmed}): the request may or may not have been carried out. Or the \
                     engine is overloaded ({too_much}), or the audit file cannot be written \
                     ({audit}): nothing was done. A retry with the same ids is safe, after the \
                     seconds in `Retry-After`."
                ),
            ),
        ])
    }
}

/// Authentication and authorization errors, for every route that needs a token.
pub(crate) struct TurnedAway;

impl IntoResponses for TurnedAway {
    fn responses() -> Responses {
        let unauthorized = codes(&[Kind::Unauthorized]);
        let forbidden = codes(&[Kind::Forbidden]);
        let foreign = codes(&[Kind::ForeignHost, Kind::ForeignOrigin]);
        let too_much = codes(&[
            Kind::TooManyRequestsOfCaller,
            Kind::TooManyStreamsOfCaller,
            Kind::TooManyConnectionsOfCaller,
        ]);
        described([
            (
                Kind::Unauthorized,
                format!("The request has no valid token ({unauthorized})."),
            ),
            (
                Kind::Forbidden,
                format!(
                    "The token does not permit this ({forbidden}). Or the engine has no tokens, \
                     and the request names another host or comes from a page of another site \
                     ({foreign})."
                ),
            ),
            (
                Kind::TooManyRequestsOfCaller,
                format!(
                    "This token or address exceeds its limit ({too_much}): nothing was done. \
                     Retry after the seconds in `Retry-After`."
                ),
            ),
        ])
    }
}

/// What the path names does not exist.
pub(crate) struct Unknown;

impl IntoResponses for Unknown {
    fn responses() -> Responses {
        let codes = codes(&[
            Kind::UnknownContact,
            Kind::UnknownAgent,
            Kind::UnknownSkill,
            Kind::SkillNotHeld,
            Kind::UnknownType,
        ]);
        described([(
            Kind::UnknownContact,
            format!("It does not exist ({codes})."),
        )])
    }
}

/// The present state does not allow it.
pub(crate) struct Conflict;

impl IntoResponses for Conflict {
    fn responses() -> Responses {
        let stale = codes(&[Kind::Stale, Kind::StaleOffer]);
        let codes = codes(&[
            Kind::Closed,
            Kind::KeyReused,
            Kind::AgentExists,
            Kind::AgentBusy,
            Kind::ContactEnded,
            Kind::TypeInUse,
            Kind::NotInWrapUp,
        ]);
        described([(
            Kind::Stale,
            format!(
                "The present state does not allow it ({codes}), or is no longer what the client \
                 saw ({stale}); nothing was done."
            ),
        )])
    }
}

/// It has changed since it was read.
pub(crate) struct Changed;

impl IntoResponses for Changed {
    fn responses() -> Responses {
        let changed = codes(&[Kind::Changed]);
        described([(
            Kind::Changed,
            format!(
                "Its version is none of those in `If-Match` ({changed}): it has changed since \
                 they were read. Nothing was done."
            ),
        )])
    }
}

/// Formats the codes of kinds.
fn codes(kinds: &[Kind]) -> String {
    let codes = kinds.iter().map(|kind| format!("`{}`", kind.code()));
    codes.collect::<Vec<_>>().join(", ")
}

/// Builds the responses, each with the status of a kind.
fn described<const N: usize>(refusals: [(Kind, String); N]) -> Responses {
    let content = || {
        let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
        ContentBuilder::new().schema(Some(schema)).build()
    };
    let response = |description: String| {
        ResponseBuilder::new()
            .description(description)
            .content(PROBLEM_JSON, content())
            .build()
    };
    let refusals = refusals.into_iter();
    refusals
        .map(|(kind, description)| {
            let status = kind.status().as_str().to_owned();
            (status, RefOr::T(response(description)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kinds that no documented route answers, or that the document does not name by a code.
    const NOT_NAMED: &[Kind] = &[
        Kind::UnknownRoute,
        Kind::MethodNotAllowed,
        Kind::TlsRequired,
        Kind::Refused,
        Kind::Stopping,
        Kind::StoreContract,
        Kind::Panic,
        Kind::Internal,
    ];

    #[test]
    fn every_kind_is_in_the_document_under_its_status() {
        let sets = [
            Refused::responses(),
            TurnedAway::responses(),
            Unknown::responses(),
            Conflict::responses(),
            Changed::responses(),
        ];
        let said = sets.iter().flatten().map(|(status, response)| {
            let RefOr::T(response) = response else {
                panic!("{status}");
            };
            (status.as_str(), response.description.as_str())
        });
        let said: Vec<_> = said.collect();
        for kind in Kind::ALL {
            if NOT_NAMED.contains(kind) {
                continue;
            }
            let code = format!("`{}`", kind.code());
            let named = said.iter().any(|(status, description)| {
                *status == kind.status().as_str() && description.contains(&code)
            });
            assert!(named, "{kind:?}");
        }
    }
}
