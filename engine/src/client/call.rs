//! One request to the API, and its subject.

use reqwest::header::{HeaderName, IF_MATCH};
use serde::Serialize;
use shared::agent::AgentId;
use shared::contact::ContactId;
use shared::contact_type::TypeName;
use shared::seen::{AgentSeen, ContactSeen, Version};
use shared::skill::Skill;

use crate::http::api::ApiRequest;
use crate::messages::change::RETURN_REPRESENTATION;
use crate::messages::seen::{AgentQuery, ContactQuery};

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// A request to the API.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) request: ApiRequest,
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
    pub(super) contact_type: Option<TypeName>,
}

impl From<ApiRequest> for Call {
    fn from(request: ApiRequest) -> Self {
        Self {
            request,
            repeatable: true,
            about: About::default(),
        }
    }
}

impl Call {
    pub(super) fn get(route: &'static str, names: &[&str]) -> Self {
        ApiRequest::get(route, names).into()
    }

    pub(super) fn post(route: &'static str, names: &[&str], body: &impl Serialize) -> Self {
        ApiRequest::post(route, names, body).into()
    }

    pub(super) fn put(route: &'static str, names: &[&str], body: &impl Serialize) -> Self {
        ApiRequest::put(route, names, body).into()
    }

    pub(super) fn patch(route: &'static str, names: &[&str], body: &impl Serialize) -> Self {
        ApiRequest::patch(route, names).with_body(body).into()
    }

    pub(super) fn patch_without_body(route: &'static str, names: &[&str]) -> Self {
        ApiRequest::patch(route, names).into()
    }

    pub(super) fn delete(route: &'static str, names: &[&str]) -> Self {
        ApiRequest::delete(route, names).into()
    }

    /// Adds query parameters.
    pub(super) fn query(self, query: &impl Serialize) -> Self {
        let request = self.request.with_query(query);
        Self { request, ..self }
    }

    /// Asks for the full answer: the state after a change, and the state before it.
    pub(super) fn full(self) -> Self {
        let request = self.request.with_header(PREFER, RETURN_REPRESENTATION);
        Self { request, ..self }
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

    pub(super) fn of_type(mut self, name: Option<&TypeName>) -> Self {
        self.about.contact_type = name.cloned();
        self
    }

    /// Adds the precondition that a contact is still as it was seen.
    pub(super) fn if_contact(self, seen: &ContactSeen) -> Self {
        self.in_version(seen.seen_versions())
            .query(&ContactQuery::of(seen))
    }

    /// Adds the precondition that an agent is still as they were seen.
    pub(super) fn if_agent(self, seen: &AgentSeen) -> Self {
        self.in_version(seen.seen_versions())
            .query(&AgentQuery::of(seen))
    }

    /// Adds the precondition that it has one of these versions.
    pub(super) fn in_version(self, versions: Option<&[Version]>) -> Self {
        let tags = match versions {
            None => return self,
            // A tag that nothing has.
            Some([]) => "\"\"".to_owned(),
            Some(versions) => {
                let tags = versions.iter().map(|version| format!("\"{version}\""));
                tags.collect::<Vec<_>>().join(", ")
            }
        };
        let request = self.request.with_header(IF_MATCH, tags);
        Self { request, ..self }
    }
}
