//! Reads and writes a contact's JSON document in Redis (`docs/data-model.md`).
//!
//! Nothing is stored twice, because each field costs memory in Redis and time in its scripts. The
//! id is in the key, the priority is in the rank, and the state follows from agent and outcome.

use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::{
    Attributes, Contact, ContactId, ContactState, Done, NewContact, Offer, Outcome, Owner,
    Priority, Rank, Taken,
};
use crate::agent::AgentId;
use crate::contact_type::TypeName;
use crate::skill::{Profile, Skill};
use crate::text::{Disposition, Note};
use crate::time::Millis;

#[derive(Deserialize)]
struct ContactDocument {
    #[serde(rename = "type")]
    contact_type: Option<TypeName>,
    /// The names of [`Taken`], if there are any.
    taken: Option<String>,
    profile: String,
    asked_skills: Option<String>,
    asked: Option<Priority>,
    rank: Rank,
    created: Millis,
    /// The number of its offer, also after it was accepted.
    offer: Option<u64>,
    offered_to: Option<AgentId>,
    offered_until: Option<Millis>,
    agent: Option<AgentId>,
    assigned: Option<Millis>,
    ended: Option<Millis>,
    outcome: Option<Outcome>,
    #[serde(default)]
    requeues: u32,
    #[serde(default, deserialize_with = "kept")]
    attributes: Attributes,
    owner: Option<Owner>,
    disposition: Option<Disposition>,
    note: Option<Note>,
}

/// Reads attributes. They are stored as a string, because Redis and its scripts would change some
/// numbers. Older documents store an object.
fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Attributes, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let text: Option<String> = serde_json::from_str(json.get()).ok();
    serde_json::from_str(text.as_deref().unwrap_or(json.get())).map_err(D::Error::custom)
}

/// A new contact's document, before the script adds its rank and arrival.
#[derive(Serialize)]
struct NewContactDocument<'a> {
    /// Absent if the script takes it from settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    contact_type: Option<&'a TypeName>,
    /// The skills in the order asked for, if that is not the profile's order. It is one string and
    /// not a list: Redis keeps a string that many documents share once, but a list in each of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_skills: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a Owner>,
}

impl NewContact {
    /// Writes the start of the document, given the text of its profile.
    pub(crate) fn document(&self, profile: Option<&str>) -> serde_json::Result<String> {
        let skills = self.skills.iter().flatten().map(Skill::as_str);
        let skills: Vec<&str> = skills.collect();
        serde_json::to_string(&NewContactDocument {
            profile,
            contact_type: self.contact_type.as_ref(),
            asked_skills: (!skills.is_sorted()).then(|| skills.join(",")),
            attributes: (!self.attributes.is_empty()).then(|| self.attributes.as_str()),
            owner: self.owner.as_ref(),
        })
    }
}

/// A script's answer to a creation.
pub(crate) enum Created {
    /// It was created, in this state.
    New(ContactState),
    /// A contact with this id existed already. Its attributes may be large, so they are compared
    /// here and not in the script; only a repeated creation pays for that.
    Known(Contact),
}

impl Created {
    /// Reads the answer, which is the document of a contact that existed already. Fails with a
    /// description of what is wrong.
    pub(crate) fn from_answer(id: ContactId, json: &str) -> Result<Self, String> {
        let answer: StateDocument =
            serde_json::from_str(json).map_err(|error| error.to_string())?;
        if answer.profile.is_some() {
            return Contact::from_document(id, json).map(Self::Known);
        }
        let state = answer.state();
        let state = state.ok_or_else(|| format!("a contact's state came as {json}"))?;
        Ok(Self::New(state))
    }
}

impl Contact {
    /// Reads the document of the contact with this id (`docs/data-model.md`). Fails with a
    /// description of what is wrong.
    pub fn from_document(id: ContactId, json: &str) -> Result<Self, String> {
        let document: ContactDocument =
            serde_json::from_str(json).map_err(|error| format!("{id}: {error}"))?;
        document
            .contact(id)
            .map_err(|wrong| format!("{id} {wrong}: {json}"))
    }
}

/// The state part of a document. Scripts answer the same fields.
#[derive(Deserialize)]
struct StateDocument {
    /// In every document, and in no answer that holds only a state.
    profile: Option<IgnoredAny>,
    offer: Option<u64>,
    offered_to: Option<AgentId>,
    offered_until: Option<Millis>,
    agent: Option<AgentId>,
    assigned: Option<Millis>,
    ended: Option<Millis>,
    outcome: Option<Outcome>,
    /// Only in answers of scripts.
    #[serde(default)]
    repeated: bool,
}

impl Done {
    /// Reads a script's answer: what it did, and the contact's state afterwards.
    pub(crate) fn from_document(json: &str) -> Result<Self, String> {
        let document: StateDocument =
            serde_json::from_str(json).map_err(|error| error.to_string())?;
        let repeated = document.repeated;
        let state = document
            .state()
            .ok_or_else(|| format!("a contact's state came as {json}"))?;
        Ok(Self { state, repeated })
    }
}

impl ContactState {
    /// Reads a contact's state from a script's answer. Fails with a description of what is wrong.
    pub(crate) fn from_document(json: &str) -> Result<Self, String> {
        Done::from_document(json).map(|done| done.state)
    }
}

impl StateDocument {
    fn state(self) -> Option<ContactState> {
        let served = self.agent.zip(self.assigned);
        if let Some(agent) = self.offered_to {
            let open = served.is_none() && self.ended.is_none() && self.outcome.is_none();
            let (number, until) = self.offer.zip(self.offered_until).filter(|_| open)?;
            let offer = Offer {
                number,
                agent,
                until,
            };
            return Some(ContactState::Offered(offer));
        }
        match (served, self.ended, self.outcome) {
            (None, None, None) => Some(ContactState::Queued),
            (Some((agent, at)), None, None) => Some(ContactState::Assigned { agent, at }),
            (served, Some(at), Some(outcome)) => Some(ContactState::Complete {
                served,
                at,
                outcome,
            }),
            _ => None,
        }
    }
}

impl ContactDocument {
    fn contact(self, id: ContactId) -> Result<Contact, String> {
        let state = StateDocument {
            profile: None,
            offer: self.offer,
            offered_to: self.offered_to,
            offered_until: self.offered_until,
            agent: self.agent,
            assigned: self.assigned,
            ended: self.ended,
            outcome: self.outcome,
            repeated: false,
        };
        let state = state.state().ok_or("has an invalid state")?;
        let accepted = self.offer.filter(|_| state.agent().is_some());
        let skills = self
            .asked_skills
            .as_deref()
            .unwrap_or(match self.profile.as_str() {
                Profile::EMPTY => "",
                profile => profile,
            });
        let skills = skills.split_terminator(',').map(Skill::stored);
        let priority = self.rank.priority().ok_or("has no sound rank")?;
        let taken = |what: &str| {
            let names = self.taken.as_deref().unwrap_or_default();
            names.split(' ').any(|name| name == what)
        };
        Ok(Contact {
            id,
            taken: Taken {
                skills: taken("skills"),
                priority: taken("priority"),
            },
            contact_type: self.contact_type,
            skills: skills.collect(),
            priority,
            asked: self.asked.unwrap_or(priority),
            rank: self.rank,
            created: self.created,
            requeues: self.requeues,
            attributes: self.attributes,
            owner: self.owner,
            accepted,
            disposition: self.disposition,
            note: self.note,
            state,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::time::Tick;

    fn skills(names: &[&str]) -> Vec<Skill> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn a_new_contact_is_read_back_with_its_skills_in_the_order_asked_for() {
        for asked in [&[][..], &["a"], &["a", "b"], &["b", "a"], &["c", "a", "b"]] {
            let attributes = r#"{"skills":"x","agent":{"rank":1e400}}"#.parse().unwrap();
            let id = ContactId::random();
            let new = NewContact::new(id, skills(asked), Priority(3), attributes).unwrap();
            let profile = Profile::new(&skills(asked)).to_string();
            let rank = Rank::new(Priority(3), Tick(9));
            let mut json = new.document(Some(&profile)).unwrap();
            json.pop();
            write!(json, r#","rank":{},"created":10}}"#, rank.0).unwrap();
            let contact = Contact::from_document(id, &json).unwrap();
            assert_eq!(Some(contact.skills), new.skills);
            assert_eq!(contact.attributes, new.attributes);
            assert_eq!(
                (contact.priority, contact.asked),
                (Priority(3), Priority(3))
            );
            assert_eq!(
                (contact.id, contact.rank, contact.created),
                (id, rank, Millis(10))
            );
            assert_eq!(contact.state, ContactState::Queued);
            let said: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(
                said.get("asked_skills").is_some(),
                !asked.is_sorted(),
                "{json}"
            );
        }
    }

    #[test]
    fn the_state_follows_from_agent_and_outcome() {
        let agent = || "agent:7".parse().unwrap();
        let complete = |served, outcome| ContactState::Complete {
            served,
            at: Millis(30),
            outcome,
        };
        for (fields, state) in [
            ("", Some(ContactState::Queued)),
            (
                r#","agent":"agent:7","assigned":20"#,
                Some(ContactState::Assigned {
                    agent: agent(),
                    at: Millis(20),
                }),
            ),
            (
                r#","agent":"agent:7","assigned":20,"ended":30,"outcome":"handled""#,
                Some(complete(Some((agent(), Millis(20))), Outcome::Handled)),
            ),
            (
                r#","ended":30,"outcome":"abandoned""#,
                Some(complete(None, Outcome::Abandoned)),
            ),
            (r#","ended":30"#, None),
            (r#","outcome":"handled""#, None),
        ] {
            let json = format!(r#"{{"profile":"*","rank":9,"created":10{fields}}}"#);
            let contact = Contact::from_document(ContactId::random(), &json);
            let fields = fields.trim_start_matches(',');
            let answered = ContactState::from_document(&format!("{{{fields}}}"));
            assert_eq!(answered.ok(), state, "{fields}");
            assert_eq!(contact.ok().map(|contact| contact.state), state, "{fields}");
        }
    }

    /// Older documents have all these fields. Their skills are now read in the profile's order.
    #[test]
    fn other_fields_of_a_document_are_ignored() {
        let rank = Rank::new(Priority(5), Tick(9)).0;
        let json = format!(
            r#"{{"id":"contact:90d6c0c9-56c2-5286-a143-20d7cf83a311","skills":["b","a"],
            "profile":"a,b","priority":5,"asked":5,"rank":{rank},"created":10,"state":1}}"#
        );
        let contact = Contact::from_document(ContactId::random(), &json).unwrap();
        assert_eq!(contact.skills, skills(&["a", "b"]));
        assert_eq!(contact.priority, Priority(5));
        assert_eq!(contact.state, ContactState::Queued);
    }

    #[test]
    fn older_documents_have_attributes_as_an_object() {
        for (stored, kept) in [
            (r#"{"a":1,"b":["x"]}"#, r#"{"a":1,"b":["x"]}"#),
            (r#""{\"a\":1.0}""#, r#"{"a":1.0}"#),
            (r#""{}""#, "{}"),
            ("{}", "{}"),
        ] {
            let json = format!(r#"{{"profile":"*","rank":9,"created":1,"attributes":{stored}}}"#);
            let contact = Contact::from_document(ContactId::random(), &json).unwrap();
            assert_eq!(contact.attributes.as_str(), kept);
        }
    }

    #[test]
    fn a_contact_with_a_changed_priority_keeps_the_first() {
        let rank = Rank::new(Priority(1), Tick(9)).0;
        let json =
            format!(r#"{{"profile":"*","rank":{rank},"created":10,"asked":4,"requeues":2}}"#);
        let contact = Contact::from_document(ContactId::random(), &json).unwrap();
        assert_eq!(
            (contact.priority, contact.asked),
            (Priority(1), Priority(4))
        );
        assert_eq!(contact.requeues, 2);
    }
}
