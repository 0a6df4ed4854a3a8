//! The state of a contact, as in every body about a contact.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use shared::agent::AgentId;
use shared::contact::{ContactId, ContactState, Done, Outcome};
use shared::time::Millis;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Where a contact stands.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = ContactState)]
pub(crate) struct StandingBody {
    /// 1 queued, 2 assigned, 3 complete.
    #[schema(minimum = 1, maximum = 3)]
    state: u8,
    /// Who is or was on it; null until it is assigned.
    #[schema(required, value_type = Option<String>, example = "agent:7")]
    agent: Option<AgentId>,
    /// When it got its agent, in milliseconds since 1970.
    #[schema(required)]
    assigned_ms: Option<u64>,
    /// When it ended.
    #[schema(required)]
    ended_ms: Option<u64>,
    /// How it ended: handled, abandoned or cancelled.
    #[schema(required, value_type = Option<String>)]
    outcome: Option<Outcome>,
}

impl From<&ContactState> for StandingBody {
    fn from(state: &ContactState) -> Self {
        let (assigned, ended, outcome) = match state {
            ContactState::Queued => (None, None, None),
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
            assigned_ms: assigned.map(|at| at.0),
            ended_ms: ended.map(|at| at.0),
            outcome,
        }
    }
}

impl TryFrom<StandingBody> for ContactState {
    type Error = String;
    fn try_from(body: StandingBody) -> Result<Self, String> {
        let served = body.agent.zip(body.assigned_ms.map(Millis));
        match (body.state, served, body.ended_ms.map(Millis), body.outcome) {
            (1, None, None, None) => Ok(Self::Queued),
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

/// Where a contact stands after what was asked, for whoever prefers to hear all of it.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = ContactStanding)]
pub(crate) struct WholeAnswer {
    /// The contact's key.
    #[schema(value_type = String)]
    contact_key: ContactId,
    #[serde(flatten)]
    pub(crate) standing: StandingBody,
    /// Whether it had been done before, so that this changed nothing.
    #[serde(default)]
    pub(crate) repeated: bool,
}

/// What is answered to a change of a contact: in brief, or where it stands now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Told<Brief> {
    /// Unless somebody prefers otherwise.
    Brief(Brief),
    /// With the header `Prefer: return=representation`.
    Whole(WholeAnswer),
}

/// Whether the client prefers the full state after the change, and the state before it (RFC 7240).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preference {
    whole: bool,
}

impl Preference {
    /// The value of the header `Prefer` that asks for the full state.
    pub(crate) const WHOLE: &'static str = "return=representation";

    /// Builds the answer in the preferred form.
    pub(crate) fn told<Brief>(
        self,
        id: ContactId,
        done: &Done,
        brief: impl FnOnce() -> Brief,
    ) -> Told<Brief> {
        if !self.whole {
            return Told::Brief(brief());
        }
        Told::Whole(WholeAnswer {
            contact_key: id,
            standing: StandingBody::from(&done.state),
            repeated: done.repeated,
        })
    }

    /// Returns the state before the change, if preferred.
    pub(super) fn before<Before>(self, before: impl FnOnce() -> Before) -> Option<Before> {
        self.whole.then(before)
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
        let whole = wishes.any(|wish| wish.trim().eq_ignore_ascii_case(Self::WHOLE));
        Ok(Self { whole })
    }
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
            ContactState::Assigned {
                agent: agent(),
                at: Millis(20),
            },
            complete(Some((agent(), Millis(20))), Outcome::Handled),
            complete(None, Outcome::Abandoned),
        ] {
            let json = serde_json::to_string(&StandingBody::from(&state)).unwrap();
            let read: StandingBody = serde_json::from_str(&json).unwrap();
            assert_eq!(ContactState::try_from(read), Ok(state));
        }
    }
}
