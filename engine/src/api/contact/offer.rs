//! Accepts and rejects the offer of a contact to an agent.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use shared::agent::AgentId;
use shared::contact::ContactId;

use crate::api::App;
use crate::api::refusals::{Conflict, Refused, Unknown};
use crate::api::request::extract::{Body, InPath};
use crate::api::request::prefer::Preference;
use crate::authorization::{Audited, AuditedChange, Caller};
use crate::messages::contact::{AcceptOffer, CreatedContact, RejectOffer};
use crate::messages::contact_state::ContactAnswer;
use crate::problem::Problem;
use crate::route;

/// Accepts an offer: the agent is on the contact from now on.
///
/// Repeating it changes nothing and succeeds, also after the contact has ended. Once its deadline has
/// passed, or it is no longer this agent's, it is refused (409 `stale_offer`), and the refusal says
/// what is true now. An agent's token accepts only for that agent.
#[utoipa::path(
    post, path = route::CONTACT_ACCEPT, tag = "contact", operation_id = "acceptOffer",
    params(("key" = String, Path, description = "The contact's key")),
    request_body = AcceptOffer,
    responses((status = 200, body = ContactAnswer<CreatedContact>), Unknown, Conflict, Refused)
)]
pub(in crate::api) async fn accept(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    InPath(id): InPath<ContactId>,
    preference: Preference,
    Body(body): Body<AcceptOffer>,
) -> Result<(Audited, Json<ContactAnswer<CreatedContact>>), Problem> {
    let agent = answering(&caller, &body.agent)?;
    let done = app.acd.accept_offer(id, &agent, body.offer).await?;
    let answer = preference.answer(id, &done, || CreatedContact::of(id, &done.state));
    let change = AuditedChange::OfferAccepted(agent, done);
    Ok((Extension(change), Json(answer)))
}

/// Rejects an offer: the contact is back at its place in the queue, from where it may go to another
/// agent at once.
///
/// The agent is not routable for a while. A reject is no miss. Repeating it changes nothing and
/// succeeds; once the offer is over for another reason, it is refused (409 `stale_offer`), and the
/// refusal says what is true now. An agent's token rejects only for that agent.
#[utoipa::path(
    post, path = route::CONTACT_REJECT, tag = "contact", operation_id = "rejectOffer",
    params(("key" = String, Path, description = "The contact's key")),
    request_body = RejectOffer,
    responses((status = 200, body = ContactAnswer<CreatedContact>), Unknown, Conflict, Refused)
)]
pub(in crate::api) async fn reject(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    InPath(id): InPath<ContactId>,
    preference: Preference,
    Body(mut body): Body<RejectOffer>,
) -> Result<(Audited, Json<ContactAnswer<CreatedContact>>), Problem> {
    let agent = answering(&caller, &body.agent)?;
    let reason = body.reason()?;
    let done = app.acd.reject_offer(id, &agent, body.offer, reason.clone());
    let done = done.await?;
    let answer = preference.answer(id, &done, || CreatedContact::of(id, &done.state));
    let change = AuditedChange::OfferRejected {
        agent,
        reason,
        done,
    };
    Ok((Extension(change), Json(answer)))
}

/// Returns the agent for whom an offer is answered. An agent's token answers only its own, whatever
/// has become of them meanwhile: a late accept is told what is true now.
fn answering(caller: &Caller, agent: &str) -> Result<AgentId, Problem> {
    let agent: AgentId = agent.parse()?;
    match caller.agent() {
        Some(me) if *me != agent => Err(Problem::forbidden(format!(
            "a token of agent {me} may answer only offers to {me}"
        ))),
        _ => Ok(agent),
    }
}
