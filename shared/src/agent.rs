//! Agents: what the human chose (presence) and what the engine derives from it (activity).

use serde::{Deserialize, Serialize};

use crate::contact::ContactId;
use crate::skill::{MOST_SKILLS_OF_AN_AGENT, Skill, distinct};
use crate::text::{Invalid, PersonName, Reason, name_type};
use crate::time::{Millis, Tick};

name_type! {
    /// Which agent, as the integrator names him, for example `agent:7`.
    AgentId, "agent key"
}

/// What a human chose for himself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Ready for contacts.
    Available,
    /// Not ready, for a reason or for none; opening the ACD leaves who chose it alone.
    Unavailable(Option<Reason>),
}

/// Why an agent is unavailable whom no person made so: nothing that anybody can type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// They were created, and nobody has chosen anything for them since.
    New,
    /// Closing the ACD took them off.
    Closed,
    /// Their contact was taken from them and put back in the queue.
    Requeued,
}

impl Mark {
    /// Gives the word that documents and the API use.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Closed => "closed",
            Self::Requeued => "requeued",
        }
    }

    /// Reads that word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::New, Self::Closed, Self::Requeued]
            .into_iter()
            .find(|mark| mark.word() == word)
    }

    /// Tells whether opening the ACD brings back who has it.
    pub fn comes_back(self) -> bool {
        matches!(self, Self::New | Self::Closed)
    }
}

impl Presence {
    /// Gives the word that documents and people use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// Writes it as one text: the word, and behind a space the reason, if there is one.
    pub(crate) fn to_text(&self) -> String {
        match self.reason() {
            Some(reason) => format!("{} {reason}", self.word()),
            None => self.word().to_owned(),
        }
    }

    /// Reads it from such a text.
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
        /// Why, if they said.
        reason: Option<Reason>,
        /// Why, if nobody chose it.
        mark: Option<Mark>,
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
        /// What they will be when it ends.
        next: Presence,
        /// Why they will be unavailable, if nobody chose it.
        next_mark: Option<Mark>,
    },
}

impl AgentState {
    /// Gives what the human chose last: for a busy agent, what he will be when his contact ends.
    pub fn chosen(&self) -> Presence {
        match self {
            Self::Unavailable { reason, .. } => Presence::Unavailable(reason.clone()),
            Self::Available { .. } => Presence::Available,
            Self::Busy { next, .. } => next.clone(),
        }
    }

    /// Gives why they are unavailable, or will be when their contact ends, if nobody chose it.
    pub fn mark(&self) -> Option<Mark> {
        match self {
            Self::Unavailable { mark, .. } => *mark,
            Self::Available { .. } => None,
            Self::Busy { next_mark, .. } => *next_mark,
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
    /// How long they were on contacts that they completed or that were requeued from them, in
    /// milliseconds, in sum.
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
    /// `chosen`, or the word of a [`Mark`], while unavailable. Absent in documents of before.
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

/// Reads why somebody is unavailable. A document of before has no mark: there closing left the
/// reason `closed` and requeueing `requeued`, and whoever has none may have chosen that and gone.
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
            // A person's word, not the mark.
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
    fn in_documents_of_before_the_reason_says_what_the_mark_says_now() {
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
    fn a_busy_agent_without_a_contact_is_no_agent() {
        let json = r#"{"id":"a","fname":"","lname":"","skills":[],"presence":"available",
            "activity":"busy","changed":1,"handled":0}"#;
        assert!(serde_json::from_str::<Agent>(json).is_err());
    }
}
