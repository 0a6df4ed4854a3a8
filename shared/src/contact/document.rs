//! A contact as Redis holds it, and back.

use serde::{Deserialize, Serialize};

use super::{Attributes, Contact, ContactId, ContactState, Outcome, Priority, Rank};
use crate::agent::AgentId;
use crate::skill::Skill;
use crate::time::Millis;

/// A contact as its JSON document in Redis holds it (`docs/data-model.md`).
#[derive(Serialize, Deserialize)]
pub(super) struct ContactDocument {
    id: ContactId,
    skills: Vec<Skill>,
    profile: String,
    priority: Priority,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Priority>,
    rank: Rank,
    created: Millis,
    state: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agent: Option<AgentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assigned: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "is_never")]
    requeues: u32,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    attributes: Attributes,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_never(times: &u32) -> bool {
    *times == 0
}

impl From<Contact> for ContactDocument {
    fn from(contact: Contact) -> Self {
        let profile = contact.profile().to_string();
        let state = contact.state.number();
        let (served, ended, outcome) = match contact.state {
            ContactState::Queued => (None, None, None),
            ContactState::Assigned { agent, at } => (Some((agent, at)), None, None),
            ContactState::Complete {
                served,
                at,
                outcome,
            } => (served, Some(at), Some(outcome)),
        };
        let (agent, assigned) = served.unzip();
        Self {
            id: contact.id,
            skills: contact.skills,
            profile,
            priority: contact.priority,
            asked: (contact.asked != contact.priority).then_some(contact.asked),
            rank: contact.rank,
            created: contact.created,
            state,
            agent,
            assigned,
            ended,
            outcome,
            requeues: contact.requeues,
            attributes: contact.attributes,
        }
    }
}

impl TryFrom<ContactDocument> for Contact {
    type Error = String;
    fn try_from(document: ContactDocument) -> Result<Self, String> {
        let served = document.agent.zip(document.assigned);
        let state = match (document.state, served, document.ended, document.outcome) {
            (1, None, None, None) => ContactState::Queued,
            (2, Some((agent, at)), None, None) => ContactState::Assigned { agent, at },
            (3, served, Some(at), Some(outcome)) => ContactState::Complete {
                served,
                at,
                outcome,
            },
            (number, ..) => {
                return Err(format!(
                    "contact {} has no sound state (number {number})",
                    document.id
                ));
            }
        };
        Ok(Self {
            id: document.id,
            skills: document.skills,
            priority: document.priority,
            asked: document.asked.unwrap_or(document.priority),
            rank: document.rank,
            created: document.created,
            requeues: document.requeues,
            attributes: document.attributes,
            state,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Tick;

    #[test]
    fn a_contact_survives_its_document_in_every_state() {
        let agent: AgentId = "agent:7".parse().unwrap();
        let served = Some((agent.clone(), Millis(20)));
        for state in [
            ContactState::Queued,
            ContactState::Assigned {
                agent,
                at: Millis(20),
            },
            ContactState::Complete {
                served,
                at: Millis(30),
                outcome: Outcome::Handled,
            },
            ContactState::Complete {
                served: None,
                at: Millis(30),
                outcome: Outcome::Abandoned,
            },
        ] {
            let contact = Contact {
                id: ContactId::random(),
                skills: vec!["b".parse().unwrap(), "a".parse().unwrap()],
                priority: Priority(3),
                asked: Priority(4),
                rank: Rank::new(Priority(3), Tick(9)),
                created: Millis(10),
                requeues: 2,
                attributes: Attributes::new(),
                state,
            };
            let json = serde_json::to_string(&contact).unwrap();
            assert_eq!(serde_json::from_str::<Contact>(&json).unwrap(), contact);
        }
    }
}
