//! Whether the client asks for the full answer to a change (`Prefer`).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shared::contact::{ContactId, Done};

use crate::messages::change::RETURN_REPRESENTATION;
use crate::messages::contact_state::{ContactAnswer, ContactStateBody, FullAnswer};
use crate::problem::Problem;

/// Whether the client prefers the full state after the change, and the state before it (RFC 7240).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preference {
    full: bool,
}

impl Preference {
    /// Builds the answer in the preferred form.
    pub(crate) fn answer<Brief>(
        self,
        id: ContactId,
        done: &Done,
        brief: impl FnOnce() -> Brief,
    ) -> ContactAnswer<Brief> {
        if !self.full {
            return ContactAnswer::Brief(brief());
        }
        ContactAnswer::Full(FullAnswer {
            contact_key: id,
            standing: ContactStateBody::from(&done.state),
            repeated: done.repeated,
        })
    }

    /// Returns the state before the change, if preferred.
    pub(in crate::api) fn before<Before>(self, before: impl FnOnce() -> Before) -> Option<Before> {
        self.full.then(before)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Preference {
    type Rejection = Problem;

    /// A preference is optional: an unknown one is ignored.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let given = parts.headers.get_all("prefer").iter();
        let mut wishes = given
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let full = wishes.any(|wish| wish.trim().eq_ignore_ascii_case(RETURN_REPRESENTATION));
        Ok(Self { full })
    }
}
