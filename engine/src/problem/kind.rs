//! The table of refusals: the only place that maps them to status codes. Each kind has a row, and
//! every other place that depends on the kind matches over all of them.

use axum::http::StatusCode;
use shared::Error;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident: $status:ident, $code:literal, $title:literal;)*) => {
        /// A kind of refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($(#[doc = $doc])* $name,)*
        }

        impl Kind {
            /// All kinds.
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the status of the answer.
            pub(crate) fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// Returns the name that programs compare. It is part of the API.
            pub(crate) fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Returns the title for people.
            pub(crate) fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

kinds! {
    // Of an operation.
    Invalid: UNPROCESSABLE_ENTITY, "invalid", "The request is not valid";
    UnknownContact: NOT_FOUND, "unknown_contact", "There is no such contact";
    UnknownAgent: NOT_FOUND, "unknown_agent", "There is no such agent";
    UnknownSkill: NOT_FOUND, "unknown_skill", "There is no such skill";
    UnknownType: NOT_FOUND, "unknown_type", "There is no such contact type";
    TypeInUse: CONFLICT, "type_in_use", "The contact type is in use";
    /// A new contact needs a skill that no agent holds.
    NobodyHolds: UNPROCESSABLE_ENTITY, "unknown_skill", "No agent holds this skill";
    UnknownReason: UNPROCESSABLE_ENTITY, "unknown_reason", "The reason is not on the list";
    UnknownDisposition: UNPROCESSABLE_ENTITY, "unknown_disposition",
        "The disposition is not on the list";
    NotInWrapUp: CONFLICT, "not_in_wrap_up", "The agent is not in wrap-up";
    SkillNotHeld: NOT_FOUND, "skill_not_held", "The agent does not hold the skill";
    AgentExists: CONFLICT, "agent_exists", "The agent already exists";
    AgentBusy: CONFLICT, "agent_busy", "The agent is on a contact";
    Stale: CONFLICT, "stale", "It is no longer what was seen";
    StaleOffer: CONFLICT, "stale_offer", "The offer is over";
    Changed: PRECONDITION_FAILED, "precondition_failed", "It has changed since it was seen";
    ContactEnded: CONFLICT, "contact_ended", "The contact has ended";
    Closed: CONFLICT, "acd_closed", "The ACD is closed";
    KeyReused: CONFLICT, "key_reused", "The key was used for something else";
    StoreUnavailable: SERVICE_UNAVAILABLE, "store_unavailable", "The store is not reachable";
    StoreRefuses: SERVICE_UNAVAILABLE, "store_unavailable", "The store refuses requests";
    Unconfirmed: SERVICE_UNAVAILABLE, "not_confirmed", "No replica has confirmed the change";
    StoreContract: INTERNAL_SERVER_ERROR, "store_contract",
        "The store gave an unexpected answer";
    // Of access control.
    Unauthorized: UNAUTHORIZED, "unauthorized", "There is no valid token";
    Forbidden: FORBIDDEN, "forbidden", "This token does not permit that";
    ForeignHost: FORBIDDEN, "foreign_host", "The host is not a name of this machine";
    ForeignOrigin: FORBIDDEN, "foreign_origin", "A page of another site caused this request";
    // Of HTTP.
    TooLarge: PAYLOAD_TOO_LARGE, "too_large", "The body is too large";
    UnsupportedBody: UNSUPPORTED_MEDIA_TYPE, "unsupported_body",
        "The type of the body is not supported";
    BodyTooSlow: REQUEST_TIMEOUT, "body_too_slow", "The body arrived too slowly";
    UnknownRoute: NOT_FOUND, "unknown_route", "There is no such route";
    MethodNotAllowed: METHOD_NOT_ALLOWED, "method_not_allowed",
        "The route does not support this method";
    TlsRequired: BAD_REQUEST, "tls_required", "This port needs TLS";
    /// An error of the framework, whose status is kept.
    Refused: BAD_REQUEST, "refused", "The request was refused";
    // Over a limit, of the engine or of one caller.
    Overloaded: SERVICE_UNAVAILABLE, "overloaded", "The engine has too much to do";
    TooManyStreams: SERVICE_UNAVAILABLE, "too_many_streams", "Too many event streams are open";
    TooManyConnections: SERVICE_UNAVAILABLE, "too_many_connections",
        "Too many connections are open";
    TooManyStreamsOfCaller: TOO_MANY_REQUESTS, "too_many_streams",
        "Too many event streams are open";
    TooManyRequestsOfCaller: TOO_MANY_REQUESTS, "too_many_requests", "Too many requests at once";
    TooManyConnectionsOfCaller: TOO_MANY_REQUESTS, "too_many_connections",
        "Too many connections are open";
    // Of the engine.
    TimedOut: SERVICE_UNAVAILABLE, "timed_out", "The answer took too long";
    Stopping: SERVICE_UNAVAILABLE, "stopping", "The engine is stopping";
    AuditUnavailable: SERVICE_UNAVAILABLE, "audit_unavailable", "The audit file cannot be written";
    Panic: INTERNAL_SERVER_ERROR, "panic", "The engine has a fault";
    Internal: INTERNAL_SERVER_ERROR, "internal", "The engine has a fault";
}

impl Kind {
    /// Returns the kind of an operation's error.
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Invalid(_) => Self::Invalid,
            Error::UnknownContact(_) => Self::UnknownContact,
            Error::UnknownAgent(_) => Self::UnknownAgent,
            Error::UnknownSkill(_) => Self::UnknownSkill,
            Error::UnknownType(_) => Self::UnknownType,
            Error::TypeInUse(_) => Self::TypeInUse,
            Error::NobodyHolds(_) => Self::NobodyHolds,
            Error::UnknownReason(_) => Self::UnknownReason,
            Error::UnknownDisposition(_) => Self::UnknownDisposition,
            Error::NotInWrapUp(_) => Self::NotInWrapUp,
            Error::SkillNotHeld { .. } => Self::SkillNotHeld,
            Error::AgentExists(_) => Self::AgentExists,
            Error::AgentBusy(_) => Self::AgentBusy,
            Error::Stale(_) => Self::Stale,
            Error::StaleOffer(_) => Self::StaleOffer,
            Error::Changed(_) => Self::Changed,
            Error::ContactEnded(_) => Self::ContactEnded,
            Error::Closed => Self::Closed,
            Error::KeyReused => Self::KeyReused,
            Error::Forbidden(_) => Self::Forbidden,
            Error::Unavailable(_) => Self::StoreUnavailable,
            Error::StoreRefuses(_) => Self::StoreRefuses,
            Error::Unconfirmed => Self::Unconfirmed,
            Error::Contract(_) => Self::StoreContract,
        }
    }

    /// Returns the kind with that code; several share one, and the status tells them apart.
    pub(crate) fn read(code: &str, status: u16) -> Option<Self> {
        let mut kinds = Self::ALL.iter().copied().filter(|kind| kind.code() == code);
        let first = kinds.clone().next();
        kinds
            .find(|kind| kind.status().as_u16() == status)
            .or(first)
    }
}

/// Returns an error of each kind that an operation can have. Each names the next one, so that a new
/// variant does not compile until it is among them.
#[cfg(test)]
pub(crate) fn one_of_each_error() -> Vec<Error> {
    use shared::text::Invalid;

    let agent = || "agent:7".parse().unwrap();
    let skill = || "English".parse().unwrap();
    let contact_type = || "billing".parse().unwrap();
    let contact = shared::contact::ContactId::for_key("acd", "1");
    let invalid = || Invalid::new("priority 256", "is not a priority", "use 0 to 255");
    let next = |error: &Error| {
        Some(match error {
            Error::Invalid(_) => Error::UnknownContact(contact),
            Error::UnknownContact(_) => Error::UnknownAgent(agent()),
            Error::UnknownAgent(_) => Error::UnknownSkill(skill()),
            Error::UnknownSkill(_) => Error::UnknownType(contact_type()),
            Error::UnknownType(_) => Error::TypeInUse(contact_type()),
            Error::TypeInUse(_) => Error::NobodyHolds(invalid()),
            Error::NobodyHolds(_) => Error::UnknownReason(invalid()),
            Error::UnknownReason(_) => Error::UnknownDisposition(invalid()),
            Error::UnknownDisposition(_) => Error::NotInWrapUp("they are idle".into()),
            Error::NotInWrapUp(_) => Error::SkillNotHeld {
                agent: agent(),
                skill: skill(),
            },
            Error::SkillNotHeld { .. } => Error::AgentExists(agent()),
            Error::AgentExists(_) => Error::AgentBusy(agent()),
            Error::AgentBusy(_) => Error::Stale("it waits".into()),
            Error::Stale(_) => Error::StaleOffer("its time has passed".into()),
            Error::StaleOffer(_) => Error::Changed("it has another ETag".into()),
            Error::Changed(_) => Error::ContactEnded(contact),
            Error::ContactEnded(_) => Error::Closed,
            Error::Closed => Error::KeyReused,
            Error::KeyReused => Error::Forbidden("not you".into()),
            Error::Forbidden(_) => Error::Unavailable("refused".into()),
            Error::Unavailable(_) => Error::StoreRefuses("it evicts".into()),
            Error::StoreRefuses(_) => Error::Unconfirmed,
            Error::Unconfirmed => Error::Contract("no such reply".into()),
            Error::Contract(_) => return None,
        })
    };
    std::iter::successors(Some(Error::Invalid(invalid())), next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_an_operation_keeps_its_code() {
        for error in one_of_each_error() {
            assert_eq!(Kind::of(&error).code(), error.code(), "{error:?}");
        }
    }

    #[test]
    fn every_kind_is_known_by_its_code_and_status() {
        for kind in Kind::ALL {
            let read = Kind::read(kind.code(), kind.status().as_u16()).unwrap();
            let same = (read.code(), read.status()) == (kind.code(), kind.status());
            assert!(same, "{kind:?}: {read:?}");
        }
        assert_eq!(Kind::read("of_a_newer_engine", 409), None);
    }

    #[test]
    fn a_kind_has_the_status_that_clients_rely_on() {
        let statuses = one_of_each_error().into_iter().map(|error| {
            let kind = Kind::of(&error);
            (kind, kind.status().as_u16())
        });
        let expected = [
            (Kind::Invalid, 422),
            (Kind::UnknownContact, 404),
            (Kind::UnknownAgent, 404),
            (Kind::UnknownSkill, 404),
            (Kind::UnknownType, 404),
            (Kind::TypeInUse, 409),
            (Kind::NobodyHolds, 422),
            (Kind::UnknownReason, 422),
            (Kind::UnknownDisposition, 422),
            (Kind::NotInWrapUp, 409),
            (Kind::SkillNotHeld, 404),
            (Kind::AgentExists, 409),
            (Kind::AgentBusy, 409),
            (Kind::Stale, 409),
            (Kind::StaleOffer, 409),
            (Kind::Changed, 412),
            (Kind::ContactEnded, 409),
            (Kind::Closed, 409),
            (Kind::KeyReused, 409),
            (Kind::Forbidden, 403),
            (Kind::StoreUnavailable, 503),
            (Kind::StoreRefuses, 503),
            (Kind::Unconfirmed, 503),
            (Kind::StoreContract, 500),
        ];
        assert_eq!(statuses.collect::<Vec<_>>(), expected);
    }
}
