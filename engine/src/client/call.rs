//! One request to the API, and its subject.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::seen::{AgentSeen, ContactSeen, Version};
use shared::skill::Skill;

use crate::messages::agent::Chosen;

/// A request to the API.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// The segments of the path.
    pub(super) path: Vec<String>,
    pub(super) query: Value,
    /// JSON.
    pub(super) body: Option<Vec<u8>>,
    /// Whether to ask for the full answer: the contact's state, or the state before.
    pub(super) whole: bool,
    /// The accepted versions (`If-Match`), if the request depends on them.
    pub(super) versions: Option<String>,
    /// Whether a repeat gets the same answer.
    pub(super) repeatable: bool,
    pub(super) about: About,
}

/// The subject of a request, to which a refusal refers.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) contact: Option<ContactId>,
    pub(super) agent: Option<AgentId>,
    pub(super) skill: Option<Skill>,
}

impl Call {
    fn new<const N: usize>(method: Method, path: [&str; N]) -> Self {
        Self {
            method,
            path: path.map(str::to_owned).to_vec(),
            query: Value::Null,
            body: None,
            whole: false,
            versions: None,
            repeatable: true,
            about: About::default(),
        }
    }

    pub(super) fn get<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn post<const N: usize>(path: [&str; N], body: &impl Serialize) -> Self {
        Self {
            body: json(body),
            ..Self::new(Method::POST, path)
        }
    }

    pub(super) fn patch<const N: usize>(path: [&str; N], body: Option<&Value>) -> Self {
        Self {
            body: body.and_then(json),
            ..Self::new(Method::PATCH, path)
        }
    }

    pub(super) fn delete<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Adds query parameters.
    pub(super) fn query(self, query: &impl Serialize) -> Self {
        // Structs of strings always serialize.
        let mut query = serde_json::to_value(query).unwrap_or_default();
        if let Value::Object(fields) = &mut query {
            // A query cannot express an absent value.
            fields.retain(|_, value| !value.is_null());
        }
        Self { query, ..self }
    }

    /// Asks for the full answer.
    pub(super) fn whole(self) -> Self {
        Self {
            whole: true,
            ..self
        }
    }

    /// Marks a request whose repeat would get another answer: what was created exists already, and
    /// what was deleted is gone.
    pub(super) fn once(self) -> Self {
        Self {
            repeatable: false,
            ..self
        }
    }

    pub(super) fn of_contact(mut self, id: ContactId) -> Self {
        self.about.contact = Some(id);
        self
    }

    pub(super) fn of_agent(mut self, id: &AgentId) -> Self {
        self.about.agent = Some(id.clone());
        self
    }

    pub(super) fn of_skill(mut self, skill: &Skill) -> Self {
        self.about.skill = Some(skill.clone());
        self
    }

    /// Adds the precondition that a contact is still as it was seen.
    pub(super) fn if_contact(self, seen: &ContactSeen) -> Self {
        let call = self.in_version(seen.seen_versions());
        match seen.seen_standing() {
            None => call,
            Some(None) => call.query(&json!({"state": 1})),
            Some(Some(agent)) => call.query(&json!({"agent": agent})),
        }
    }

    /// Adds the precondition that an agent is still as they were seen.
    pub(super) fn if_agent(self, seen: &AgentSeen) -> Self {
        let call = self.in_version(seen.seen_versions());
        match seen.seen_standing().map(Chosen::from) {
            None => call,
            Some(chosen) => call.query(&chosen),
        }
    }

    /// Adds the precondition that it has one of these versions.
    pub(super) fn in_version(self, versions: Option<&[Version]>) -> Self {
        let versions = versions.map(|versions| match versions {
            // A tag that nothing has.
            [] => "\"\"".to_owned(),
            versions => {
                let tags: Vec<String> = versions
                    .iter()
                    .map(|version| format!("\"{version}\""))
                    .collect();
                tags.join(", ")
            }
        });
        Self { versions, ..self }
    }
}

/// Serializes a body. Structs of strings and numbers always serialize.
fn json(body: &impl Serialize) -> Option<Vec<u8>> {
    serde_json::to_vec(body).ok()
}
