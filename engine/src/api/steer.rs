//! What supervisors do to a contact: cancel it, requeue it, change its priority.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use serde::Deserialize;
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::seen::ContactSeen;
use utoipa::ToSchema;

use super::App;
use super::contact::{ContactKey, CreatedContact, priority};
use super::edge::{Body, InPath};
use super::refusals::{Changed, Conflict, Refused, Unknown};
use super::replaced::{Replaced, WasPriority};
use super::seen::{ContactQuery, IfMatch, SawContact};
use super::standing::{Preference, Told};
use crate::authorization::{Audited, AuditedChange};
use crate::problem::Problem;

/// Cancels a contact, whether it waits or an agent is on it, who is free again in the same step.
/// Cancelling it again, or one that is over, changes nothing. Who saw that it waits, or with whom it
/// is, says so in the query: if that is no longer true, nothing is done.
#[utoipa::path(
    delete, path = "/contact/{key}", tag = "contact", operation_id = "cancelContact",
    params(
        ("key" = String, Path, description = "The contact's key"),
        ContactQuery,
        IfMatch
    ),
    responses((status = 200, body = Told<ContactKey>), Unknown, Conflict, Changed, Refused)
)]
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    SawContact(seen): SawContact,
    preference: Preference,
) -> Result<(Audited, Json<Told<ContactKey>>), Problem> {
    let done = app.acd.cancel_contact(id, &seen).await?;
    let told = preference.told(id, &done, || ContactKey::from(id));
    Ok((Extension(AuditedChange::ContactEnded(done)), Json(told)))
}

/// From whom a contact is taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agent": "agent:7"}))]
pub(super) struct Requeue {
    /// The agent who is on it, so that a late repeat takes it from nobody else.
    #[schema(example = "agent:7")]
    agent: String,
}

/// Takes a contact from its agent and puts it back to its place in the queue, from where it may
/// go to another agent at once. The agent is unavailable then, with the mark `requeued`, unless they
/// had chosen, or closing had decided, what they are next.
#[utoipa::path(
    post, path = "/contact/{key}/requeue", tag = "contact", operation_id = "requeueContact",
    params(
        ("key" = String, Path, description = "The contact's key"),
        IfMatch
    ),
    request_body = Requeue,
    responses((status = 200, body = Told<CreatedContact>), Unknown, Conflict, Changed, Refused)
)]
pub(super) async fn requeue(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    if_match: IfMatch,
    preference: Preference,
    Body(body): Body<Requeue>,
) -> Result<(Audited, Json<Told<CreatedContact>>), Problem> {
    let from: AgentId = body.agent.parse()?;
    let seen = if_match.and(ContactSeen::ANYTHING);
    let done = app.acd.requeue_contact(id, &from, &seen).await?;
    let told = preference.told(id, &done, || CreatedContact::of(id, &done.state));
    Ok((
        Extension(AuditedChange::ContactRequeued(from, done)),
        Json(told),
    ))
}

/// How urgent a contact is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"priority": 1}))]
pub(super) struct SetPriority {
    /// 0 is served before 1, and so on to 255.
    #[schema(minimum = 0, maximum = 255, example = 1)]
    priority: i64,
}

/// Changes a contact's priority. Its arrival, and so its wait, stay.
#[utoipa::path(
    patch, path = "/contact/{key}/priority", tag = "contact",
    operation_id = "setContactPriority",
    params(
        ("key" = String, Path, description = "The contact's key"),
        ContactQuery,
        IfMatch
    ),
    request_body = SetPriority,
    responses(
        (status = 200, body = Replaced<ContactKey, WasPriority>),
        Unknown, Conflict, Changed, Refused
    )
)]
pub(super) async fn set_priority(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    SawContact(seen): SawContact,
    preference: Preference,
    Body(body): Body<SetPriority>,
) -> Result<(Audited, Json<Replaced<ContactKey, WasPriority>>), Problem> {
    let now = priority(body.priority)?;
    let was = app.acd.set_priority(id, now, &seen).await?;
    let before = preference.before(|| WasPriority { priority: was.0 });
    let answer = Replaced::new(ContactKey::from(id), before);
    Ok((
        Extension(AuditedChange::Prioritised { was, now }),
        Json(answer),
    ))
}
