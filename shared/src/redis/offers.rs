//! The agents' answers to offers, each by its script.

use redis::Cmd;

use super::arguments::with_id;
use super::failure::Failure;
use super::scripts::Script;
use super::unfinished::finish_search;
use super::{RedisAcd, reply, scripts};
use crate::agent::AgentId;
use crate::contact::{ContactId, Done};
use crate::error::{Error, Result};
use crate::seen::offer_is_over;
use crate::text::Reason;

/// Accepts an offer.
pub(super) async fn accept(
    acd: &RedisAcd,
    id: ContactId,
    agent: &AgentId,
    offer: u64,
) -> Result<Done> {
    let call = call(acd, scripts::ACCEPT_OFFER, id, agent, offer);
    answer(acd, &call, id, agent, offer).await
}

/// Rejects an offer.
pub(super) async fn reject(
    acd: &RedisAcd,
    id: ContactId,
    agent: &AgentId,
    offer: u64,
    reason: Option<&Reason>,
) -> Result<Done> {
    let mut call = call(acd, scripts::REJECT_OFFER, id, agent, offer);
    call.arg(reason.map_or("", Reason::as_str));
    answer(acd, &call, id, agent, offer).await
}

fn call(acd: &RedisAcd, script: Script, id: ContactId, agent: &AgentId, offer: u64) -> Cmd {
    let mut call = acd.script_on(script, &acd.contact_key(id));
    with_id(&mut call, id).arg(agent.as_str()).arg(offer);
    call
}

async fn answer(
    acd: &RedisAcd,
    call: &Cmd,
    id: ContactId,
    agent: &AgentId,
    offer: u64,
) -> Result<Done> {
    let state: String = acd.change(call).await.map_err(|failure| match failure {
        Failure::Refused(code, told) if code == "STALEOFFER" => match reply::contact_state(&told) {
            Ok(now) => offer_is_over(id, agent, offer, &now),
            Err(broken) => broken,
        },
        other => other.means(|code| (code == "NOCONTACT").then_some(Error::UnknownContact(id))),
    })?;
    finish_search(acd, &state).await;
    reply::done(&state)
}
