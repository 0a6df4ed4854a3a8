//! Accepts and rejects an offer of which only the contact and the agent are known.

use shared::agent::AgentId;
use shared::contact::{ContactId, ContactState, Done};
use shared::text::Reason;
use shared::{Acd, Error};

/// What an agent answers to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferAnswer {
    /// They accept it.
    Accept,
    /// They reject it, with a reason if they give one.
    Reject(Option<Reason>),
}

/// Sends an agent's answer to the present offer of a contact. Repeating it changes nothing.
pub(crate) async fn answer(
    acd: &dyn Acd,
    id: ContactId,
    agent: &AgentId,
    answer: &OfferAnswer,
) -> Result<Done, Error> {
    let offer = number(acd, id, agent, answer).await?;
    match answer {
        OfferAnswer::Accept => acd.accept_offer(id, agent, offer).await,
        OfferAnswer::Reject(reason) => acd.reject_offer(id, agent, offer, reason.clone()).await,
    }
}

/// Returns the number of the offer that is meant: the present one, or that which was answered like
/// this before. Without any it is 0, which no offer has: the refusal says what is true now.
async fn number(
    acd: &dyn Acd,
    id: ContactId,
    agent: &AgentId,
    answer: &OfferAnswer,
) -> Result<u64, Error> {
    let contact = acd.contact(id).await?;
    if let ContactState::Offered(offer) = &contact.state {
        return Ok(offer.number);
    }
    let before = match answer {
        OfferAnswer::Accept => contact.accepted,
        OfferAnswer::Reject(_) => acd.agent(agent).await?.rejected,
    };
    Ok(before.unwrap_or_default())
}
