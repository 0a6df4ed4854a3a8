//! Preconditions in a query: what the caller saw of a contact or agent before changing it.

use serde::{Deserialize, Serialize};
use shared::agent::Presence;
use shared::seen::{AgentSeen, ContactSeen};
use shared::text::Invalid;
use utoipa::IntoParams;

use super::agent::Chosen;

/// What the client saw of a contact. If it is no longer true, nothing is done (409 `stale`).
#[derive(Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactQuery {
    /// The agent who is on it, or was when it ended.
    #[param(example = "agent:7")]
    pub(crate) agent: Option<String>,
    /// 1: it waits, or it ended while it waited.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 1)]
    pub(crate) state: Option<String>,
}

impl ContactQuery {
    /// Builds the query for what was seen.
    pub(crate) fn of(seen: &ContactSeen) -> Self {
        let (agent, state) = match seen.seen_standing() {
            None => (None, None),
            Some(None) => (None, Some("1".to_owned())),
            Some(Some(agent)) => (Some(agent.to_string()), None),
        };
        Self { agent, state }
    }

    pub(crate) fn seen(self) -> Result<ContactSeen, Invalid> {
        match (self.agent, self.state.as_deref()) {
            (None, None) => Ok(ContactSeen::ANYTHING),
            (Some(agent), None) => Ok(ContactSeen::with(agent.parse()?)),
            (None, Some("1")) => Ok(ContactSeen::waiting()),
            _ => Err(Invalid::new(
                "what was seen of the contact",
                "is not valid",
                "use state=1 if it waits, or agent=KEY with the agent who is on it",
            )),
        }
    }
}

/// What the client saw of an agent. If it is no longer true, nothing is done (409 `stale`).
#[derive(Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AgentQuery {
    /// The agent's choice: 1 available, 0 unavailable.
    #[param(value_type = Option<u8>, minimum = 0, maximum = 1)]
    pub(crate) state: Option<String>,
    /// With `state=0`: the agent's reason. Without it the agent gave none.
    pub(crate) reason: Option<String>,
}

impl AgentQuery {
    /// Builds the query for what was seen.
    pub(crate) fn of(seen: &AgentSeen) -> Self {
        let Some(Chosen { state, reason }) = seen.seen_standing().map(Chosen::from) else {
            return Self::default();
        };
        let state = Some(state.to_string());
        Self { state, reason }
    }

    pub(crate) fn seen(self) -> Result<AgentSeen, Invalid> {
        let state = match (self.state.as_deref(), &self.reason) {
            (None, None) => return Ok(AgentSeen::ANYTHING),
            (Some("0"), _) => 0,
            (Some("1"), _) => 1,
            _ => {
                return Err(Invalid::new(
                    "what was seen of the agent",
                    "is not a choice",
                    "use state=1, or state=0 and the reason if there was one",
                ));
            }
        };
        let reason = self.reason;
        Presence::try_from(Chosen { state, reason }).map(AgentSeen::chose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_one_thing() {
        let contact = |agent: Option<&str>, state: Option<&str>| {
            let [agent, state] = [agent, state].map(|text| text.map(str::to_owned));
            ContactQuery { agent, state }.seen()
        };
        let seven = ContactSeen::with("agent:7".parse().unwrap());
        assert_eq!(contact(Some("agent:7"), None), Ok(seven));
        assert_eq!(contact(None, Some("1")), Ok(ContactSeen::waiting()));
        assert!(contact(Some("agent:7"), Some("1")).is_err());
        assert!(contact(None, Some("2")).is_err());
        assert!(contact(Some(""), None).is_err());
        let agent = |state: Option<&str>, reason: Option<&str>| {
            let [state, reason] = [state, reason].map(|text| text.map(str::to_owned));
            AgentQuery { state, reason }.seen()
        };
        let lunch = Presence::Unavailable(Some("lunch".parse().unwrap()));
        assert_eq!(agent(Some("0"), Some("lunch")), Ok(AgentSeen::chose(lunch)));
        let nothing = AgentSeen::chose(Presence::Unavailable(None));
        assert_eq!(agent(Some("0"), None), Ok(nothing));
        for (state, reason) in [
            (Some("1"), Some("lunch")),
            (Some("2"), None),
            (None, Some("lunch")),
        ] {
            assert!(agent(state, reason).is_err());
        }
    }
}
