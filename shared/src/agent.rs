//! Agents: what they chose (presence) and what the engine derives from it (activity).

use serde::{Deserialize, Serialize};

use crate::contact::ContactId;
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Skill, distinct};
use crate::text::{Invalid, PersonName, Reason, name_type};
use crate::time::{Millis, Tick};

name_type! {
    /// An agent's key as the integrator names it, for example `agent:7`.
    AgentId, "agent key"
}

/// What an agent chose for themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Ready for contacts.
    Available,
    /// Not ready, with or without a reason. Opening the ACD does not change this choice.
    Unavailable(Option<Reason>),
}

/// Why an agent is unavailable when no person chose it. Users cannot set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// They were created, and nobody has chosen anything for them since.
    New,
    /// Closing the ACD made them unavailable.
    Closed,
    /// Their contact was taken from them and put back in the queue.
    Requeued,
}

impl Mark {
    /// Returns the word that documents and the API use.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Closed => "closed",
            Self::Requeued => "requeued",
        }
    }

    /// Parses that word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::New, Self::Closed, Self::Requeued]
            .into_iter()
            .find(|mark| mark.word() == word)
    }

    /// Returns whether opening the ACD makes an agent with this mark available.
    pub fn comes_back(self) -> bool {
        matches!(self, Self::New | Self::Closed)
    }
}

impl Presence {
    /// Returns the word that documents and people use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Writes it as one text: the word, then a space and the reason if there is one.
    pub(crate) fn to_text(&self) -> String {
        match self.reason() {
            Some(reason) => format!("{} {reason}", self.word()),
            None => self.word().to_owned(),
        }
    }

    /// Parses that text.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let (word, reason) = match text.split_once(' ') {
            Some((word, reason)) => (word, Some(reason.parse().ok()?)),
            None => (text, None),
        };
        match (word, reason) {
            ("available", None) => Some(Self::Available),
            ("unavailable", reason) => Some(Self::Unavailable(reason)),
            _ => None,
        }
    }

    /// Returns the reason for being unavailable, if there is one.
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
        /// The reason, if they gave one.
        reason: Option<Reason>,
        /// The mark, if nobody chose it.
        mark: Option<Mark>,
    },
    /// Ready and idle: routable.
    Available {
        /// Since when. The agent with the lowest tick is the longest available.
        since: Tick,
    },
    /// On a contact.
    Busy {
        /// The contact.
        contact: ContactId,
        /// What they will be when the contact ends.
        next: Presence,
        /// The mark they will then have, if nobody chose it.
        next_mark: Option<Mark>,
    },
}

impl AgentState {
    /// Returns the latest choice: for a busy agent, what they will be when their contact ends.
    pub fn chosen(&self) -> Presence {
        match self {
            Self::Unavailable { reason, .. } => Presence::Unavailable(reason.clone()),
            Self::Available { .. } => Presence::Available,
            Self::Busy { next, .. } => next.clone(),
        }
    }

    /// Returns why they are unavailable, or will be when their contact ends, if nobody chose it.
    pub fn mark(&self) -> Option<Mark> {
        match self {
            Self::Unavailable { mark, .. } => *mark,
            Self::Available { .. } => None,
            Self::Busy { next_mark, .. } => *next_mark,
        }
    }

    /// Returns the word for the activity: `idle` or `busy`.
    pub fn activity(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::Unavailable { .. } | Self::Available { .. } => "idle",
        }
    }

    /// Returns the contact they are on.
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
    /// The agent's key.
    pub id: AgentId,
    /// First name.
    pub fname: PersonName,
    /// Last name.
    pub lname: PersonName,
    /// The skills they hold, each once, in the order in which they were given.
    pub skills: Vec<Skill>,
    /// What they are doing.
    pub state: AgentState,
    /// Since when they have been doing that.
    pub changed: Millis,
    /// How many contacts they completed.
    pub handled: u64,
    /// Total time on contacts that they completed or that were requeued from them, in milliseconds.
    pub handle_time: u64,
}

impl Agent {
    /// Returns the average handle time (AHT) in milliseconds, `None` before the first completed
    /// contact.
    pub fn average_handle_time(&self) -> Option<u64> {
        self.handle_time.checked_div(self.handled)
    }
}

/// An agent to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgent {
    /// The agent's key.
    pub id: AgentId,
    /// First name.
    pub fname: PersonName,
    /// Last name.
    pub lname: PersonName,
    /// The skills they hold, each once.
    pub skills: Vec<Skill>,
}

impl NewAgent {
    /// Makes an agent to create. Repeated skills count once.
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

/// The JSON document of an agent in Redis (`docs/data-model.md`).
///
/// A busy agent always has the presence `available`, since only available agents get contacts.
/// `next` is there only if the presence will change when the contact ends.
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
    /// `chosen`, or the word of a [`Mark`], while unavailable. Older documents do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mark: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Tick>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_mark: Option<String>,
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
            mark: None,
            since: None,
            contact: None,
            next: None,
            next_reason: None,
            next_mark: None,
            changed: agent.changed,
            handled: agent.handled,
            handle_time: agent.handle_time,
        };
        match agent.state {
            AgentState::Available { since } => document.since = Some(since),
            AgentState::Unavailable { reason, mark } => {
                "unavailable".clone_into(&mut document.presence);
                document.reason = reason;
                document.mark = Some(written(mark));
            }
            AgentState::Busy {
                contact,
                next,
                next_mark,
            } => {
                document.contact = Some(contact);
                if let Presence::Unavailable(reason) = next {
                    document.next = Some("unavailable".to_owned());
                    document.next_reason = reason;
                    document.next_mark = Some(written(next_mark));
                }
            }
        }
        document
    }
}

fn written(mark: Option<Mark>) -> String {
    mark.map_or("chosen", Mark::word).to_owned()
}

/// Reads why an agent is unavailable. Older documents have no mark: there, closing left the reason
/// `closed` and requeueing `requeued`. No reason in them means that the agent may have chosen to be
/// unavailable.
fn absence(reason: Option<Reason>, mark: Option<&str>) -> (Option<Reason>, Option<Mark>) {
    let word = mark.or(reason.as_ref().map(Reason::as_str));
    match word.and_then(Mark::read) {
        Some(found) if mark.is_some() || found != Mark::New => (None, Some(found)),
        _ => (reason, None),
    }
}

impl TryFrom<AgentDocument> for Agent {
    type Error = String;
    fn try_from(document: AgentDocument) -> Result<Self, String> {
        let (next, next_mark) = match document.next {
            Some(_) => {
                let (reason, mark) = absence(document.next_reason, document.next_mark.as_deref());
                (Presence::Unavailable(reason), mark)
            }
            None => (Presence::Available, None),
        };
        let words = (document.presence.as_str(), document.activity.as_str());
        let state = match (words, document.contact, document.since) {
            (("available", "busy"), Some(contact), None) => AgentState::Busy {
                contact,
                next,
                next_mark,
            },
            (("available", "idle"), None, Some(since)) => AgentState::Available { since },
            (("unavailable", "idle"), None, None) => {
                let (reason, mark) = absence(document.reason, document.mark.as_deref());
                AgentState::Unavailable { reason, mark }
            }
            (words, ..) => {
                return Err(format!(
                    "agent {} has an invalid state {words:?}",
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
    fn an_agent_round_trips_through_the_document_in_every_state() {
        let lunch = || Some("lunch".parse::<Reason>().unwrap());
        let contact = ContactId::random();
        let away = |reason, mark| AgentState::Unavailable { reason, mark };
        let busy = |next, next_mark| AgentState::Busy {
            contact,
            next,
            next_mark,
        };
        for state in [
            away(None, None),
            away(lunch(), None),
            away(None, Some(Mark::New)),
            away(None, Some(Mark::Closed)),
            // A reason that a person typed, not the mark.
            away(Some("closed".parse().unwrap()), None),
            AgentState::Available { since: Tick(7) },
            busy(Presence::Available, None),
            busy(Presence::Unavailable(None), None),
            busy(Presence::Unavailable(None), Some(Mark::Closed)),
            busy(Presence::Unavailable(lunch()), None),
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
    fn in_older_documents_the_mark_is_read_from_the_reason() {
        for (reason, expected) in [
            (r#","reason":"closed""#, (None, Some(Mark::Closed))),
            (r#","reason":"requeued""#, (None, Some(Mark::Requeued))),
            (r#","reason":"new""#, (Some("new"), None)),
            (r#","reason":"lunch""#, (Some("lunch"), None)),
            ("", (None, None)),
        ] {
            let json = format!(
                r#"{{"id":"a","fname":"","lname":"","skills":[],"presence":"unavailable",
                "activity":"idle"{reason},"changed":1,"handled":0}}"#
            );
            let agent: Agent = serde_json::from_str(&json).unwrap();
            let chosen = agent.state.chosen();
            let read = (chosen.reason().map(Reason::as_str), agent.state.mark());
            assert_eq!(read, expected, "{reason}");
        }
    }

    #[test]
    fn a_busy_agent_without_a_contact_is_refused() {
        let json = r#"{"id":"a","fname":"","lname":"","skills":[],"presence":"available",
            "activity":"busy","changed":1,"handled":0}"#;
        assert!(serde_json::from_str::<Agent>(json).is_err());
    }
}
