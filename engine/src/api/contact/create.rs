//! Creates a contact.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use shared::contact::ContactId;
use shared::text::Invalid;

use crate::api::App;
use crate::api::refusals::{Conflict, Refused, Unknown};
use crate::api::request::extract::Body;
use crate::api::request::prefer::Preference;
use crate::api::request::version::{ApiVersion, Location};
use crate::authorization::{AuditedChange, Caller};
use crate::messages::contact::{CreateContact, CreatedContact};
use crate::messages::contact_state::ContactAnswer;
use crate::problem::Problem;
use crate::route;

/// Creates a contact.
///
/// What the request does not say, it takes from its type, or else from the floor's settings. It is
/// assigned at once to the longest available agent who holds all its skills. If there is
/// none, it is queued. With an `Idempotency-Key` the request can be repeated: the answer is then
/// the present state of the contact that the first request created. The same key with another type,
/// other skills, priority or attributes is refused (`key_reused`). Each token has its own keys.
#[utoipa::path(
    post, path = route::CONTACTS, tag = "contact", operation_id = "createContact",
    params(("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 printable ASCII characters")),
    request_body = CreateContact,
    responses(
        (status = 201, body = ContactAnswer<CreatedContact>,
         headers(("Location" = String, description = "The path of the contact"))),
        Unknown, Conflict, Refused
    )
)]
pub(in crate::api) async fn create(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    IdempotencyKey(key): IdempotencyKey,
    preference: Preference,
    version: ApiVersion,
    Body(body): Body<CreateContact>,
) -> Result<impl IntoResponse, Problem> {
    let chosen = body.contact_key.as_deref().map(str::parse);
    let id = match (key, chosen.transpose()?) {
        (None, None) => ContactId::random(),
        (Some(key), None) => meant_by(&app, &caller, &key),
        (None, Some(id)) => id,
        (Some(_), Some(_)) => {
            let detail = "contact_key is given beside Idempotency-Key; give one of them";
            return Err(Problem::invalid(detail));
        }
    };
    let new = body.parse(id)?.owned_by(caller.owner().cloned());
    let done = app.acd.create_contact(new).await?;
    let answer = preference.answer(id, &done, || CreatedContact::of(id, &done.state));
    let audited = Extension(AuditedChange::ContactCreated(id, done));
    let location = Location::of_contact(version, id);
    Ok((StatusCode::CREATED, audited, location, Json(answer)))
}

/// Returns the contact id for a key. The same key with two tokens gives two contacts.
fn meant_by(app: &App, caller: &Caller, key: &str) -> ContactId {
    let acd = app.acd.name().as_str();
    match caller.name() {
        Some(name) => ContactId::for_key_of(acd, name.owner().as_str(), key),
        None => ContactId::for_key(acd, key),
    }
}

/// The key that makes repeated creations of a contact create it once.
#[derive(Debug)]
pub(in crate::api) struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    const LONGEST: usize = 255;

    fn read(value: &[u8]) -> Result<String, Invalid> {
        let printable = value.iter().all(|byte| (b' '..=b'~').contains(byte));
        match std::str::from_utf8(value) {
            Ok(key) if printable && (1..=Self::LONGEST).contains(&key.len()) => Ok(key.to_owned()),
            _ => Err(Invalid::new(
                "Idempotency-Key",
                "is not a key",
                "use 1 to 255 printable ASCII characters",
            )),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all("idempotency-key").iter();
        let key = given.next().map(|value| Self::read(value.as_bytes()));
        if given.next().is_some() {
            return Err(Problem::invalid("Idempotency-Key is given more than once"));
        }
        Ok(Self(key.transpose()?))
    }
}
