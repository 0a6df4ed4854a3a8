//! Reads and writes an agent's JSON document in Redis (`docs/data-model.md`).

use serde::{Deserialize, Serialize};

use super::{Agent, AgentId, AgentState, Mark, Presence};
use crate::contact::ContactId;
use crate::skill::Skill;
use crate::text::{PersonName, Reason};
use crate::time::{Millis, Tick};

/// The JSON document of an agent in Redis (`docs/data-model.md`).
///
/// A busy agent always has the presence `available`, since only available agents get contacts.
/// `next` is there only if the presence will change when the contact ends.
#[derive(Serialize, Deserialize)]
pub(super) struct AgentDocument {
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
    offer: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Millis>,
    #[serde(default, skip_serializing_if = "is_none")]
    misses: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    penalty: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<u64>,
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
    #[serde(default, skip_serializing_if = "is_none")]
    wrap_up_time: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ready: bool,
}

fn is_none<Count: Default + PartialEq>(count: &Count) -> bool {
    *count == Count::default()
}

impl AgentDocument {
    /// Writes the contact of an agent, and what they will be after it.
    fn write_next(&mut self, contact: ContactId, next: Presence, next_mark: Option<Mark>) {
        self.contact = Some(contact);
        if let Presence::Unavailable(reason) = next {
            self.next = Some("unavailable".to_owned());
            self.next_reason = reason;
            self.next_mark = Some(written(next_mark));
        }
    }
}

impl From<Agent> for AgentDocument {
    fn from(agent: Agent) -> Self {
        // The mark says who is not responding.
        let activity = match &agent.state {
            AgentState::Unavailable { .. } => "idle".to_owned(),
            state => state.activity().to_owned(),
        };
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
            offer: None,
            until: None,
            misses: agent.misses,
            penalty: agent.penalty,
            rejected: agent.rejected,
            next: None,
            next_reason: None,
            next_mark: None,
            changed: agent.changed,
            handled: agent.handled,
            handle_time: agent.handle_time,
            wrap_up_time: agent.wrap_up_time,
            ready: agent.ready,
        };
        match agent.state {
            AgentState::Available { since } => document.since = Some(since),
            AgentState::Unavailable { reason, mark } => {
                "unavailable".clone_into(&mut document.presence);
                document.reason = reason;
                document.mark = Some(written(mark));
            }
            AgentState::Offered {
                contact,
                offer,
                until,
                since,
            } => {
                document.contact = Some(contact);
                document.offer = Some(offer);
                document.until = Some(until);
                document.since = Some(since);
            }
            AgentState::Penalty { until } => document.until = Some(until),
            AgentState::WrapUp {
                contact,
                until,
                next,
                next_mark,
            } => {
                document.until = until;
                document.write_next(contact, next, next_mark);
            }
            AgentState::Busy {
                contact,
                next,
                next_mark,
            } => document.write_next(contact, next, next_mark),
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
            (("available", "wrap_up"), Some(contact), None) => AgentState::WrapUp {
                contact,
                until: document.until,
                next,
                next_mark,
            },
            (("available", "idle"), None, Some(since)) => AgentState::Available { since },
            (("available", "offered"), Some(contact), Some(since)) => {
                let offer = document.offer.zip(document.until);
                let (offer, until) = offer.ok_or("an offer has no number or no end")?;
                AgentState::Offered {
                    contact,
                    offer,
                    until,
                    since,
                }
            }
            (("available", "penalty"), None, None) => AgentState::Penalty {
                until: document.until.ok_or("a penalty has no end")?,
            },
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
            wrap_up_time: document.wrap_up_time,
            ready: document.ready,
            misses: document.misses,
            penalty: document.penalty,
            rejected: document.rejected,
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
            away(None, Some(Mark::NotResponding)),
            AgentState::Penalty { until: Millis(9) },
            AgentState::WrapUp {
                contact,
                until: Some(Millis(9)),
                next: Presence::Available,
                next_mark: None,
            },
            AgentState::WrapUp {
                contact,
                until: None,
                next: Presence::Unavailable(None),
                next_mark: Some(Mark::Closed),
            },
            AgentState::Offered {
                contact,
                offer: 12,
                until: Millis(9),
                since: Tick(7),
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
                wrap_up_time: 4_000,
                ready: true,
                misses: 1,
                penalty: Some(Millis(8)),
                rejected: Some(3),
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
