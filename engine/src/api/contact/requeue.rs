//! Takes a contact from its agent, and puts it back in the queue.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::seen::ContactSeen;

use crate::api::App;
use crate::api::refusals::{Changed, Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::api::request::prefer::Preference;
use crate::api::request::seen::IfMatch;
use crate::authorization::{Audited, AuditedChange};
use crate::messages::contact::{CreatedContact, Requeue};
use crate::messages::contact_state::ContactAnswer;
use crate::problem::Problem;
use crate::route;

/// Takes a contact from its agent and puts it back in its place in the queue, from where it may go
/// to another agent at once. The agent becomes unavailable, with the mark `requeued`, or gets the
/// state that they or closing the ACD had chosen for the end of the contact.
#[utoipa::path(
    post, path = route::CONTACT_REQUEUE, tag = "contact", operation_id = "requeueContact",
    params(
        ("key" = String, Path, description = "The contact's key"),
        IfMatch
    ),
    request_body = Requeue,
    responses((status = 200, body = ContactAnswer<CreatedContact>), Unknown, Conflict, Changed, Refused)
)]
pub(in crate::api) async fn requeue(
    State(app): State<Arc<App>>,
    InPath(id): InPath<ContactId>,
    if_match: IfMatch,
    preference: Preference,
    Body(body): Body<Requeue>,
) -> Result<(Audited, Json<ContactAnswer<CreatedContact>>), Problem> {
    let from: AgentId = body.agent.parse()?;
    let seen = if_match.and(ContactSeen::ANYTHING);
    let done = app.acd.requeue_contact(id, &from, &seen).await?;
    let answer = preference.answer(id, &done, || CreatedContact::of(id, &done.state));
    Ok((
        Extension(AuditedChange::ContactRequeued(from, done)),
        Json(answer),
    ))
}
