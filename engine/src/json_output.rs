//! The API's documents, for one-shot commands with `--json`, so that they print the same as the
//! API.

use serde::Serialize;
use serde_json::{Value, json};
use shared::agent::Agent;
use shared::contact::{ContactId, ContactState};
use shared::view::Explanation;

use crate::messages::agent::AgentBody;
use crate::messages::contact_state::ContactStateBody;
use crate::messages::explanation::ExplanationBody;

/// Returns the document of an agent, as in `GET /agent/{key}`.
pub fn agent(agent: Agent) -> Value {
    value(AgentBody::from(agent))
}

/// Returns the explanation of a contact's state, as in `GET /contact/{key}/explain`.
pub fn explanation(why: Explanation) -> Value {
    value(ExplanationBody::from(why))
}

/// Returns the state of a contact, as in every answer about a contact.
pub fn contact_state(id: ContactId, state: &ContactState) -> Value {
    let mut document = value(ContactStateBody::from(state));
    if let Value::Object(fields) = &mut document {
        fields.insert("contact_key".to_owned(), json!(id));
    }
    document
}

/// All keys of the documents are text, so they always serialize.
fn value(document: impl Serialize) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}
