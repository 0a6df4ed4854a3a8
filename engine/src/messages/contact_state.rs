//! The state of a contact, as in every body about a contact, and the answer to a change of one.

use serde::{Deserialize, Serialize};
use shared::agent::AgentId;
use shared::contact::{ContactId, ContactState, Offer, Outcome};
use shared::time::Millis;
use utoipa::ToSchema;

/// Where a contact stands.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = ContactState)]
pub(crate) struct ContactStateBody {
    /// 1 queued, 2 assigned, 3 complete, 4 offered.
    #[schema(minimum = 1, maximum = 4)]
    pub(crate) state: u8,
    /// Who is or was on it; null until it is assigned.
    #[schema(required, value_type = Option<String>, example = "agent:7")]
    pub(crate) agent: Option<AgentId>,
    /// The offer that an agent may accept; absent unless it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) offer: Option<OfferBody>,
    /// When it got its agent, in milliseconds since 1970.
    #[schema(required)]
    pub(crate) assigned_ms: Option<u64>,
    /// When it ended.
    #[schema(required)]
    pub(crate) ended_ms: Option<u64>,
    /// How it ended: handled, abandoned or cancelled.
    #[schema(required, value_type = Option<String>)]
    pub(crate) outcome: Option<Outcome>,
}

impl From<&ContactState> for ContactStateBody {
    fn from(state: &ContactState) -> Self {
        let (assigned, ended, outcome) = match state {
            ContactState::Queued | ContactState::Offered(_) => (None, None, None),
            ContactState::Assigned { at, .. } => (Some(*at), None, None),
            ContactState::Complete {
                served,
                at,
                outcome,
            } => {
                let assigned = served.as_ref().map(|(_, at)| *at);
                (assigned, Some(*at), Some(*outcome))
            }
        };
        Self {
            state: state.number(),
            agent: state.agent().cloned(),
            offer: OfferBody::of(state),
            assigned_ms: assigned.map(|at| at.0),
            ended_ms: ended.map(|at| at.0),
            outcome,
        }
    }
}

impl TryFrom<ContactStateBody> for ContactState {
    type Error = String;
    fn try_from(body: ContactStateBody) -> Result<Self, String> {
        let served = body.agent.zip(body.assigned_ms.map(Millis));
        match (body.state, served, body.ended_ms.map(Millis), body.outcome) {
            (1, None, None, None) => Ok(Self::Queued),
            (4, None, None, None) => {
                let offer = body.offer.ok_or("an offered contact has no offer")?;
                Ok(Self::Offered(offer.into()))
            }
            (2, Some((agent, at)), None, None) => Ok(Self::Assigned { agent, at }),
            (3, served, Some(at), Some(outcome)) => Ok(Self::Complete {
                served,
                at,
                outcome,
            }),
            (number, ..) => Err(format!("a contact has no sound state (number {number})")),
        }
    }
}

/// An offer of a contact to an agent, while it is open.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(crate) struct OfferBody {
    /// Its number, by which it is accepted or rejected. It is greater than those of all earlier
    /// offers.
    #[schema(example = 123)]
    pub(crate) number: u64,
    /// The agent who may accept it.
    #[schema(value_type = String, example = "agent:7")]
    pub(crate) agent: AgentId,
    /// Until when, in milliseconds since 1970. At this moment it is missed.
    pub(crate) deadline_ms: u64,
}

impl OfferBody {
    /// Returns the offer of a contact in this state, if there is one.
    pub(crate) fn of(state: &ContactState) -> Option<Self> {
        match state {
            ContactState::Offered(offer) => Some(Self {
                number: offer.number,
                agent: offer.agent.clone(),
                deadline_ms: offer.until.0,
            }),
            ContactState::Queued
            | ContactState::Assigned { .. }
            | ContactState::Complete { .. } => None,
        }
    }
}

impl From<OfferBody> for Offer {
    fn from(body: OfferBody) -> Self {
        Self {
            number: body.number,
            agent: body.agent,
            until: Millis(body.deadline_ms),
        }
    }
}

/// The state of a contact after the request, for clients that prefer the whole of it.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = ContactStanding)]
pub(crate) struct FullAnswer {
    /// The contact's key.
    #[schema(value_type = String)]
    pub(crate) contact_key: ContactId,
    #[serde(flatten)]
    pub(crate) standing: ContactStateBody,
    /// Whether it had been done before, so that this changed nothing.
    #[serde(default)]
    pub(crate) repeated: bool,
}

/// The answer to a change of a contact: brief, or with its present state.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Answer)]
pub(crate) enum ContactAnswer<Brief> {
    /// The usual answer.
    Brief(Brief),
    /// With the header `Prefer: return=representation`.
    Full(FullAnswer),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_as_it_is_written() {
        let agent = || "agent:7".parse::<AgentId>().unwrap();
        let complete = |served, outcome| ContactState::Complete {
            served,
            at: Millis(30),
            outcome,
        };
        for state in [
            ContactState::Queued,
            ContactState::Offered(Offer {
                number: 123,
                agent: agent(),
                until: Millis(20),
            }),
            ContactState::Assigned {
                agent: agent(),
                at: Millis(20),
            },
            complete(Some((agent(), Millis(20))), Outcome::Handled),
            complete(None, Outcome::Abandoned),
        ] {
            let json = serde_json::to_string(&ContactStateBody::from(&state)).unwrap();
            let read: ContactStateBody = serde_json::from_str(&json).unwrap();
            assert_eq!(ContactState::try_from(read), Ok(state));
        }
    }
}
