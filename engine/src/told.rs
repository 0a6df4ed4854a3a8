//! What the API's documents say, for programs of ours that tell of the same things in the same
//! words: one-shot commands with `--json`.

use serde::Serialize;
use serde_json::{Value, json};
use shared::agent::Agent;
use shared::contact::{ContactId, ContactState};
use shared::view::Explanation;

use crate::api::agent_view::AgentBody;
use crate::api::explain::ExplanationBody;
use crate::api::standing::StandingBody;

/// Tells of an agent, as `GET /agent/{key}` does.
pub fn agent(agent: Agent) -> Value {
    value(AgentBody::from(agent))
}

/// Tells why a contact stands where it stands, as `GET /contact/{key}/explain` does.
pub fn explanation(why: Explanation) -> Value {
    value(ExplanationBody::from(why))
}

/// Tells where a contact stands, as every answer about a contact does.
pub fn standing(id: ContactId, state: &ContactState) -> Value {
    let mut told = value(StandingBody::from(state));
    if let Value::Object(fields) = &mut told {
        fields.insert("contact_key".to_owned(), json!(id));
    }
    told
}

/// The documents have only text as keys, so they can always be written.
fn value(document: impl Serialize) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}
