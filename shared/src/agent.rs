//! Agents: what the human chose (presence) and what the engine derives from it (activity).

use serde::{Deserialize, Serialize};

use crate::contact::ContactId;
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Skill, distinct};
use crate::text::{Invalid, PersonName, Reason, name_type};
use crate::time::{Millis, Tick};

name_type! {
    /// Which agent, as the integrator names him, for example `agent:7`.
    AgentId, "agent key", " _.-:"
}

/// What a human chose for himself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Ready for contacts.
    Available,
    /// Not ready; with a reason it is a chosen break, which opening the ACD leaves alone.
    Unavailable(Option<Reason>),
}

impl Presence {
    /// Gives the word that documents and people use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Gives the reason of an unavailability that has one.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Available => None,
            Self::Unavailable(reason) => reason.as_ref(),
        }
    }
}

/// What an agent is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentState {
    /// Not ready for contacts.
    Unavailable {
        /// Why, if he said.
        reason: Option<Reason>,
    },
    /// Ready and idle: routable.
    Available {
        /// Since when. The longest available agent is the one with the lowest.
        since: Tick,
    },
    /// On a contact.
    Busy {
        /// Which.
        contact: ContactId,
        /// What he will be when it ends.
        next: Presence,
    },
}

impl AgentState {
    /// Gives what the human chose last: for a busy agent, what he will be when his contact ends.
    pub fn chosen(&self) -> Presence {
        match self {
            Self::Unavailable { reason } => Presence::Unavailable(reason.clone()),
            Self::Available { .. } => Presence::Available,
            Self::Busy { next, .. } => next.clone(),
        }
    }

    /// Gives the word for what the engine sees him do: `idle` or `busy`.
    pub fn activity(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::Unavailable { .. } | Self::Available { .. } => "idle",
        }
    }

    /// Gives the contact he is on.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Self::Busy { contact, .. } => Some(*contact),
            Self::Unavailable { .. } | Self::Available { .. } => None,
        }
    }
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AgentDocument", into = "AgentDocument")]
pub struct Agent {
    /// Which.
    pub id: AgentId,
    /// First name.
    pub fname: PersonName,
    /// Last name.
    pub lname: PersonName,
    /// The skills he holds, each once, in the order he got them.
    pub skills: Vec<Skill>,
    /// What he is doing.
    pub state: AgentState,
    /// Since when he does that.
    pub changed: Millis,
    /// How many contacts they have served to the end.
    pub handled: u64,
    /// How long they were on contacts, whatever became of these, in milliseconds, in sum. What goes
    /// on is not in it.
    pub handle_time: u64,
}

impl Agent {
    /// Gives how long they were on contacts for each that they completed, in milliseconds, if they
    /// completed any.
    pub fn average_handle_time(&self) -> Option<u64> {
        self.handle_time.checked_div(self.handled)
    }
}

/// An agent who is to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgent {
    /// Which.
    pub id: AgentId,
    /// First name.
    pub fname: PersonName,
    /// Last name.
    pub lname: PersonName,
    /// The skills he holds, each once.
    pub skills: Vec<Skill>,
}

impl NewAgent {
    /// Makes an agent to create; repeated skills count once.
    pub fn new(
        id: AgentId,
        fname: PersonName,
        lname: PersonName,
        skills: Vec<Skill>,
    ) -> Result<Self, Invalid> {
        let skills = distinct(skills, MOST_SKILLS_OF_AN_AGENT, "an agent")?;
        Ok(Self {
            id,
            fname,
            lname,
            skills,
        })
    }
}

/// An agent as his JSON document in Redis holds him (`docs/data-model.md`).
///
/// A busy agent was available, or he would have no contact; so `presence` is what he chose and
/// `next` is there only when that changes with the end of the contact.
#[derive(Serialize, Deserialize)]
struct AgentDocument {
    id: AgentId,
    fname: PersonName,
    lname: PersonName,
    skills: Vec<Skill>,
    presence: String,
    activity: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Tick>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_reason: Option<Reason>,
    changed: Millis,
    handled: u64,
    #[serde(default)]
    handle_time: u64,
}

impl From<Agent> for AgentDocument {
    fn from(agent: Agent) -> Self {
        let activity = agent.state.activity().to_owned();
        let mut document = Self {
            id: agent.id,
            fname: agent.fname,
            lname: agent.lname,
            skills: agent.skills,
            presence: Presence::Available.word().to_owned(),
            activity,
            reason: None,
            since: None,
            contact: None,
            next: None,
            next_reason: None,
            changed: agent.changed,
            handled: agent.handled,
            handle_time: agent.handle_time,
        };
        match agent.state {
            AgentState::Available { since } => document.since = Some(since),
            AgentState::Unavailable { reason } => {
                "unavailable".clone_into(&mut document.presence);
                document.reason = reason;
            }
            AgentState::Busy { contact, next } => {
                document.contact = Some(contact);
                if let Presence::Unavailable(reason) = next {
                    document.next = Some("unavailable".to_owned());
                    document.next_reason = reason;
                }
            }
        }
        document
    }
}

impl TryFrom<AgentDocument> for Agent {
    type Error = String;
    fn try_from(document: AgentDocument) -> Result<Self, String> {
        let next = match document.next {
            Some(_) => Presence::Unavailable(document.next_reason),
            None => Presence::Available,
        };
        let words = (document.presence.as_str(), document.activity.as_str());
        let state = match (words, document.contact, document.since) {
            (("available", "busy"), Some(contact), None) => AgentState::Busy { contact, next },
            (("available", "idle"), None, Some(since)) => AgentState::Available { since },
            (("unavailable", "idle"), None, None) => AgentState::Unavailable {
                reason: document.reason,
            },
            (words, ..) => {
                return Err(format!(
                    "agent {} has no sound state {words:?}",
                    document.id
                ));
            }
        };
        Ok(Self {
            id: document.id,
            fname: document.fname,
            lname: document.lname,
            skills: document.skills,
            state,
            changed: document.changed,
            handled: document.handled,
            handle_time: document.handle_time,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_survives_his_document_in_every_state() {
        let lunch = || Some("lunch".parse::<Reason>().unwrap());
        let contact = ContactId::random();
        for state in [
            AgentState::Unavailable { reason: None },
            AgentState::Unavailable { reason: lunch() },
            AgentState::Available { since: Tick(7) },
            AgentState::Busy {
                contact,
                next: Presence::Available,
            },
            AgentState::Busy {
                contact,
                next: Presence::Unavailable(None),
            },
            AgentState::Busy {
                contact,
                next: Presence::Unavailable(lunch()),
            },
        ] {
            let agent = Agent {
                id: "agent:7".parse().unwrap(),
                fname: "Ada".to_owned().try_into().unwrap(),
                lname: "Lovelace".to_owned().try_into().unwrap(),
                skills: vec!["English".parse().unwrap()],
                state,
                changed: Millis(1),
                handled: 2,
                handle_time: 9_000,
            };
            let json = serde_json::to_string(&agent).unwrap();
            assert_eq!(serde_json::from_str::<Agent>(&json).unwrap(), agent);
        }
    }

    #[test]
    fn a_busy_agent_without_a_contact_is_no_agent() {
        let json = r#"{"id":"a","fname":"","lname":"","skills":[],"presence":"available",
            "activity":"busy","changed":1,"handled":0}"#;
        assert!(serde_json::from_str::<Agent>(json).is_err());
    }
}
