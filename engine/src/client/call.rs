//! One request to the API: what is asked, and what it is about.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::seen::{AgentSeen, ContactSeen, Version};
use shared::skill::Skill;

use crate::api::replaced::Chosen;

/// What is asked of the API.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// The segments of the path.
    pub(super) path: Vec<String>,
    pub(super) query: Value,
    /// As JSON.
    pub(super) body: Option<Vec<u8>>,
    /// Whether the answer is to say where the contact stands then, or what it was before.
    pub(super) whole: bool,
    /// The versions of which it must have one (`If-Match`), if that matters.
    pub(super) versions: Option<String>,
    /// Whether the answer to a repeat is that to the first.
    pub(super) repeatable: bool,
    pub(super) about: About,
}

/// What a request is about: what a refusal is of.
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

    /// Asks for a part.
    pub(super) fn query(self, query: &impl Serialize) -> Self {
        // Structures of texts always have a JSON form.
        let mut query = serde_json::to_value(query).unwrap_or_default();
        if let Value::Object(fields) = &mut query {
            // A query has no way to write what is absent.
            fields.retain(|_, value| !value.is_null());
        }
        Self { query, ..self }
    }

    /// Asks where the contact stands then, or what was before.
    pub(super) fn whole(self) -> Self {
        Self {
            whole: true,
            ..self
        }
    }

    /// Says that a repeat would be answered otherwise: what was created is there, what was
    /// deleted is not.
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

    /// Asks only if a contact is still what was seen of it.
    pub(super) fn if_contact(self, seen: &ContactSeen) -> Self {
        let call = self.in_version(seen.seen_versions());
        match seen.seen_standing() {
            None => call,
            Some(None) => call.query(&json!({"state": 1})),
            Some(Some(agent)) => call.query(&json!({"agent": agent})),
        }
    }

    /// Asks only if an agent is still what was seen of them.
    pub(super) fn if_agent(self, seen: &AgentSeen) -> Self {
        let call = self.in_version(seen.seen_versions());
        match seen.seen_standing().map(Chosen::from) {
            None => call,
            Some(chosen) => call.query(&chosen),
        }
    }

    /// Asks only if it still has one of these versions.
    pub(super) fn in_version(self, versions: Option<&[Version]>) -> Self {
        let versions = versions.map(|versions| match versions {
            // What nothing has.
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

/// Writes a body. Structures of texts and numbers always have a JSON form.
fn json(body: &impl Serialize) -> Option<Vec<u8>> {
    serde_json::to_vec(body).ok()
}
