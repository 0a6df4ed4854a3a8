//! A contact as its JSON document in Redis says it (`docs/data-model.md`), and back.
//!
//! Nothing is said twice, as each field is bytes in Redis and time in its scripts: the key has the
//! id, the rank the priority, and its agent and outcome tell its state.

use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::{
    Attributes, Contact, ContactId, ContactState, Done, NewContact, Outcome, Owner, Priority, Rank,
};
use crate::agent::AgentId;
use crate::skill::{Profile, Skill};
use crate::time::Millis;

#[derive(Deserialize)]
struct ContactDocument {
    profile: String,
    asked_skills: Option<String>,
    asked: Option<Priority>,
    rank: Rank,
    created: Millis,
    agent: Option<AgentId>,
    assigned: Option<Millis>,
    ended: Option<Millis>,
    outcome: Option<Outcome>,
    #[serde(default)]
    requeues: u32,
    #[serde(default, deserialize_with = "kept")]
    attributes: Attributes,
    owner: Option<Owner>,
}

/// Reads attributes, which are kept as a text: Redis and its scripts would make other numbers of
/// some. Documents of before have them as an object.
fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Attributes, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let text: Option<String> = serde_json::from_str(json.get()).ok();
    serde_json::from_str(text.as_deref().unwrap_or(json.get())).map_err(D::Error::custom)
}

/// What a new contact's document holds before the script adds its rank and arrival.
#[derive(Serialize)]
struct NewContactDocument<'a> {
    profile: &'a str,
    /// As they were asked for, if that is not the profile's order. A text that many documents have
    /// is kept once by Redis, a list in each of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_skills: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a Owner>,
}

impl NewContact {
    /// Writes the beginning of its document, of which this is the profile.
    pub(crate) fn document(&self, profile: &str) -> serde_json::Result<String> {
        let skills: Vec<&str> = self.skills.iter().map(Skill::as_str).collect();
        serde_json::to_string(&NewContactDocument {
            profile,
            asked_skills: (!skills.is_sorted()).then(|| skills.join(",")),
            attributes: (!self.attributes.is_empty()).then(|| self.attributes.as_str()),
            owner: self.owner.as_ref(),
        })
    }
}

/// What a script answers to a creation.
pub(crate) enum Created {
    /// It was created, and stands here.
    New(ContactState),
    /// There was one of that id before. Its attributes may be large, so they are compared here and
    /// not in the script; that costs a repeat alone.
    Known(Contact),
}

impl Created {
    /// Reads the answer, which for a known contact is its document. Fails with what is wrong.
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
    /// Reads the document of the contact with this id, as `docs/data-model.md` describes it. Fails
    /// with what is wrong with it.
    pub fn from_document(id: ContactId, json: &str) -> Result<Self, String> {
        let document: ContactDocument =
            serde_json::from_str(json).map_err(|error| format!("{id}: {error}"))?;
        document
            .contact(id)
            .map_err(|wrong| format!("{id} {wrong}: {json}"))
    }
}

/// What a document says of a contact's state, which is also what scripts answer.
#[derive(Deserialize)]
struct StateDocument {
    /// In every document, and in no answer that tells of a state alone.
    profile: Option<IgnoredAny>,
    agent: Option<AgentId>,
    assigned: Option<Millis>,
    ended: Option<Millis>,
    outcome: Option<Outcome>,
    /// Said by scripts alone.
    #[serde(default)]
    repeated: bool,
}

impl Done {
    /// Reads what a script says it did, and where the contact stands then.
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
    /// Reads what a script says of a contact's state. Fails with what is wrong with it.
    pub(crate) fn from_document(json: &str) -> Result<Self, String> {
        Done::from_document(json).map(|done| done.state)
    }
}

impl StateDocument {
    fn state(self) -> Option<ContactState> {
        let served = self.agent.zip(self.assigned);
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
            agent: self.agent,
            assigned: self.assigned,
            ended: self.ended,
            outcome: self.outcome,
            repeated: false,
        };
        let state = state.state().ok_or("has no sound state")?;
        let skills = self
            .asked_skills
            .as_deref()
            .unwrap_or(match self.profile.as_str() {
                Profile::EMPTY => "",
                profile => profile,
            });
        let skills = skills.split_terminator(',').map(Skill::stored);
        let priority = self.rank.priority().ok_or("has no sound rank")?;
        Ok(Contact {
            id,
            skills: skills.collect(),
            priority,
            asked: self.asked.unwrap_or(priority),
            rank: self.rank,
            created: self.created,
            requeues: self.requeues,
            attributes: self.attributes,
            owner: self.owner,
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
            let profile = Profile::new(&new.skills).to_string();
            let rank = Rank::new(Priority(3), Tick(9));
            let mut json = new.document(&profile).unwrap();
            json.pop();
            write!(json, r#","rank":{},"created":10}}"#, rank.0).unwrap();
            let contact = Contact::from_document(id, &json).unwrap();
            assert_eq!(contact.skills, new.skills);
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
    fn agent_and_outcome_tell_the_state() {
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

    /// Documents once said all of this. Their skills come in the profile's order now.
    #[test]
    fn what_a_document_says_besides_does_not_matter() {
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
    fn attributes_of_before_are_an_object() {
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
    fn who_was_given_another_priority_still_knows_the_first() {
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
