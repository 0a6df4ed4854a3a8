//! Contacts: creating, reading, completing, explaining.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use shared::contact::{
    Attributes, Contact, ContactId, ContactState, NewContact, Owner, Priority, Rank,
};
use shared::skill::Skill;
use shared::text::Invalid;
use shared::time::Millis;
use utoipa::ToSchema;

use super::App;
use super::edge::{Body, InPath};
use super::refusals::{Changed, Conflict, Refused, Unknown};
use super::seen::{ContactQuery, IfMatch, SawContact, etag};
use super::standing::{Preference, StandingBody, Told};
use super::version::{Location, Version};
use crate::authorization::{Audited, AuditedChange, Caller};
use crate::problem::Problem;

/// A contact to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"skills": ["English", "Billing"], "priority": 5, "attributes": {"caller": "+49 30 901820"}}))]
pub(super) struct CreateContact {
    /// The key that it is to have, made by the client so that the call can be repeated, as with
    /// an `Idempotency-Key`; one of the two, or neither.
    #[schema(value_type = Option<String>)]
    contact_key: Option<ContactId>,
    /// The skills it needs: all of them, of one agent. None at all: any agent serves it.
    #[schema(example = json!(["English", "Billing"]), max_items = 16)]
    skills: Vec<String>,
    /// 0 is served before 1, and so on to 255; 5 if absent.
    #[schema(minimum = 0, maximum = 255, example = 5)]
    priority: Option<i64>,
    /// Any JSON object of up to 4096 bytes, nested up to 8 deep, kept and never read: numbers come
    /// back with all their digits, names in their order.
    #[schema(value_type = Option<Object>)]
    attributes: Option<Attributes>,
}

impl CreateContact {
    fn parse(self, id: ContactId) -> Result<NewContact, Invalid> {
        let priority = self.priority.map(priority).transpose()?.unwrap_or_default();
        let skills: Result<Vec<Skill>, Invalid> =
            self.skills.iter().map(|skill| skill.parse()).collect();
        NewContact::new(id, skills?, priority, self.attributes.unwrap_or_default())
    }
}

/// Converts a number to a priority.
pub(super) fn priority(number: i64) -> Result<Priority, Invalid> {
    u8::try_from(number).map(Priority).map_err(|_| {
        let what = format!("priority {number}");
        Invalid::new(
            what,
            "is not a priority",
            "use a whole number from 0 to 255",
        )
    })
}

/// The key that makes repeated creations of a contact create it once.
#[derive(Debug)]
pub(super) struct IdempotencyKey(Option<String>);

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

/// What a created contact became.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatedContact {
    /// The contact's key.
    #[schema(example = "contact:01890a5d-ac96-774b-bcce-b302099a8057")]
    contact_key: String,
    /// 1 queued, 2 assigned, 3 complete (when it was created before).
    #[schema(minimum = 1, maximum = 3)]
    state: u8,
    /// Who is or was on it.
    #[schema(required, example = "agent:7")]
    agent: Option<String>,
}

impl CreatedContact {
    /// Returns the body for a contact in this state.
    pub(super) fn of(id: ContactId, state: &ContactState) -> Self {
        Self {
            contact_key: id.into(),
            state: state.number(),
            agent: state.agent().map(ToString::to_string),
        }
    }
}

/// Creates a contact.
///
/// It is assigned at once to the longest available agent who holds all its skills, or else
/// queued. With an `Idempotency-Key` the same request can be sent again: it gives the present
/// state of the contact that the first one created. The same key with other skills, priority or
/// attributes is refused (`key_reused`). Each token has keys of its own.
#[utoipa::path(
    post, path = "/contact", tag = "contact", operation_id = "createContact",
    params(("Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 printable ASCII characters")),
    request_body = CreateContact,
    responses(
        (status = 201, body = Told<CreatedContact>,
         headers(("Location" = String, description = "The path of the contact"))),
        Conflict, Refused
    )
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    IdempotencyKey(key): IdempotencyKey,
    preference: Preference,
    version: Version,
    Body(body): Body<CreateContact>,
) -> Result<impl IntoResponse, Problem> {
    let id = match (key, body.contact_key) {
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
    let told = preference.told(id, &done, || CreatedContact::of(id, &done.state));
    let audited = Extension(AuditedChange::ContactCreated(id, done));
    let location = Location::of_contact(version, id);
    Ok((StatusCode::CREATED, audited, location, Json(told)))
}

/// Returns the contact id for a key. The same key with two tokens gives two contacts.
fn meant_by(app: &App, caller: &Caller, key: &str) -> ContactId {
    let acd = app.acd.name().as_str();
    match caller.name() {
        Some(name) => ContactId::for_key_of(acd, name.owner().as_str(), key),
        None => ContactId::for_key(acd, key),
    }
}

/// A contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(crate) struct ContactBody {
    /// Its key.
    #[schema(value_type = String)]
    contact_key: ContactId,
    /// The skills it needs.
    #[schema(value_type = Vec<String>)]
    skills: Vec<Skill>,
    #[serde(flatten)]
    standing: StandingBody,
    /// 0 is served before 1, and so on to 255.
    priority: u8,
    /// The priority that it was created with.
    asked_priority: u8,
    /// Its place in the order of service, which is its cursor in the queue.
    rank: u64,
    /// When it arrived, in milliseconds since 1970.
    created_ms: u64,
    /// How long it has waited or did wait.
    wait_ms: u64,
    /// How often it was taken from an agent and put back in the queue.
    requeues: u32,
    /// What the integrator attached; absent for who may not see it, as a wallboard may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    attributes: Option<Attributes>,
    /// The name of the integrator's token that created it; absent if none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    owner: Option<Owner>,
}

impl ContactBody {
    /// Builds the body of a contact at this moment, as this caller may see it.
    pub(super) fn at(now: Millis, contact: Contact, caller: &Caller) -> Self {
        let shown = caller.sees_attributes();
        Self {
            wait_ms: contact.wait(now),
            contact_key: contact.id,
            skills: contact.skills,
            standing: StandingBody::from(&contact.state),
            priority: contact.priority.0,
            asked_priority: contact.asked.0,
            rank: contact.rank.0,
            created_ms: contact.created.0,
            requeues: contact.requeues,
            attributes: shown.then_some(contact.attributes),
            owner: contact.owner,
        }
    }
}

impl TryFrom<ContactBody> for Contact {
    type Error = String;
    fn try_from(body: ContactBody) -> Result<Self, String> {
        Ok(Self {
            id: body.contact_key,
            skills: body.skills,
            priority: Priority(body.priority),
            asked: Priority(body.asked_priority),
            rank: Rank(body.rank),
            created: Millis(body.created_ms),
            requeues: body.requeues,
            attributes: body.attributes.unwrap_or_default(),
            owner: body.owner,
            state: body.standing.try_into()?,
        })
    }
}

/// Gives a contact. One that ended is forgotten after an hour.
#[utoipa::path(
    get, path = "/contact/{key}", tag = "contact", operation_id = "getContact",
    params(("key" = String, Path, description = "The contact's key")),
    responses(
        (status = 200, body = ContactBody,
         headers(("ETag" = String, description = "Names the contact as it is, for `If-Match`. \
                  It stays the same while nothing but `wait_ms` changes"))),
        Unknown, Refused
    )
)]
pub(super) async fn read(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    InPath(id): InPath<ContactId>,
) -> Result<impl IntoResponse, Problem> {
    let contact = app.acd.contact(id).await?;
    let now = match &contact.state {
        // A wait that still grows is measured by the same clock as its start.
        ContactState::Queued => app.acd.overview().await?.now,
        ContactState::Assigned { .. } | ContactState::Complete { .. } => contact.created,
    };
    let tag = etag(&contact.version());
    Ok((tag, Json(ContactBody::at(now, contact, &caller))))
}

/// Which contact.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContactKey {
    /// The contact's key.
    contact_key: String,
}

impl From<ContactId> for ContactKey {
    fn from(id: ContactId) -> Self {
        let contact_key = id.into();
        Self { contact_key }
    }
}

/// Completes a contact.
///
/// There is no body to send: one that says anything is refused, and completes nothing.
///
/// It is *handled* if an agent is on it, who is free again in the same step, and *abandoned* if
/// it still waits. Completing it again changes nothing. Who saw with whom it is, or that it waits,
/// says so in the query: if that is no longer true, nothing is done. With a token of an agent that
/// is always asked: only what is with that agent is completed.
#[utoipa::path(
    patch, path = "/contact/{key}", tag = "contact", operation_id = "completeContact",
    params(
        ("key" = String, Path, description = "The contact's key"),
        ContactQuery,
        IfMatch
    ),
    responses((status = 200, body = Told<ContactKey>), Unknown, Conflict, Changed, Refused)
)]
pub(super) async fn complete(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    SawContact(seen): SawContact,
    preference: Preference,
) -> Result<(Audited, Json<Told<ContactKey>>), Problem> {
    let done = app.acd.complete_contact(id, &seen).await?;
    let told = preference.told(id, &done, || ContactKey::from(id));
    Ok((Extension(AuditedChange::ContactEnded(done)), Json(told)))
}
