//! Requests and answers about a contact.

use serde::{Deserialize, Serialize};
use shared::contact::{
    Attributes, Contact, ContactId, ContactState, NewContact, Owner, Priority, Rank,
};
use shared::skill::Skill;
use shared::text::Invalid;
use shared::time::Millis;
use utoipa::ToSchema;

use super::contact_state::ContactStateBody;

/// A contact to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"skills": ["English", "Billing"], "priority": 5, "attributes": {"caller": "+49 30 901820"}}))]
pub(crate) struct CreateContact {
    /// The key of the contact, chosen by the client so that the request can be repeated. Send this
    /// or an `Idempotency-Key` or neither, not both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact_key: Option<String>,
    /// The skills that its agent must hold, all of them. Without skills any agent can serve it.
    #[schema(example = json!(["English", "Billing"]), max_items = 16)]
    pub(crate) skills: Vec<String>,
    /// The priority, 0 to 255; 0 is served first. The default is 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 255, example = 5)]
    pub(crate) priority: Option<i64>,
    /// Any JSON object of at most 4096 bytes, nested at most 8 deep. It is stored and returned
    /// unchanged: numbers keep all digits, names their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) attributes: Option<Attributes>,
}

impl From<&NewContact> for CreateContact {
    fn from(contact: &NewContact) -> Self {
        Self {
            contact_key: Some(contact.id.into()),
            skills: contact.skills.iter().map(ToString::to_string).collect(),
            priority: Some(contact.priority.0.into()),
            attributes: Some(contact.attributes.clone()),
        }
    }
}

impl CreateContact {
    pub(crate) fn parse(self, id: ContactId) -> Result<NewContact, Invalid> {
        let priority = self.priority.map(priority).transpose()?.unwrap_or_default();
        let skills: Result<Vec<Skill>, Invalid> =
            self.skills.iter().map(|skill| skill.parse()).collect();
        NewContact::new(id, skills?, priority, self.attributes.unwrap_or_default())
    }
}

/// Converts a number to a priority.
pub(crate) fn priority(number: i64) -> Result<Priority, Invalid> {
    u8::try_from(number).map(Priority).map_err(|_| {
        let what = format!("priority {number}");
        Invalid::new(
            what,
            "is not a priority",
            "use a whole number from 0 to 255",
        )
    })
}

/// The state of a created contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct CreatedContact {
    /// The contact's key.
    #[schema(example = "contact:01890a5d-ac96-774b-bcce-b302099a8057")]
    pub(crate) contact_key: String,
    /// 1 queued, 2 assigned, 3 complete (if it had been created before).
    #[schema(minimum = 1, maximum = 3)]
    pub(crate) state: u8,
    /// The agent who is or was on it.
    #[schema(required, example = "agent:7")]
    pub(crate) agent: Option<String>,
}

impl CreatedContact {
    /// Returns the body for a contact in this state.
    pub(crate) fn of(id: ContactId, state: &ContactState) -> Self {
        Self {
            contact_key: id.into(),
            state: state.number(),
            agent: state.agent().map(ToString::to_string),
        }
    }
}

/// A contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(crate) struct ContactBody {
    /// The key of the contact.
    #[schema(value_type = String)]
    pub(crate) contact_key: ContactId,
    /// The skills it needs.
    #[schema(value_type = Vec<String>)]
    pub(crate) skills: Vec<Skill>,
    #[serde(flatten)]
    pub(crate) standing: ContactStateBody,
    /// The priority, 0 to 255; 0 is served first.
    pub(crate) priority: u8,
    /// The priority that it was created with.
    pub(crate) asked_priority: u8,
    /// Its position in the order of service, which is also its cursor in the queue.
    pub(crate) rank: u64,
    /// When it arrived, in milliseconds since 1970.
    pub(crate) created_ms: u64,
    /// How long it has waited, or had waited for its agent or until it ended, in milliseconds.
    pub(crate) wait_ms: u64,
    /// How often it was taken from an agent and put back in the queue.
    pub(crate) requeues: u32,
    /// What the integrator attached; absent if the caller may not see it, such as a wallboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) attributes: Option<Attributes>,
    /// The name of the integrator's token that created it; absent if no integrator did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) owner: Option<Owner>,
}

impl ContactBody {
    /// Builds the body of a contact at this moment, with the attributes only if they may be shown.
    pub(crate) fn at(now: Millis, contact: Contact, with_attributes: bool) -> Self {
        Self {
            wait_ms: contact.wait(now),
            contact_key: contact.id,
            skills: contact.skills,
            standing: ContactStateBody::from(&contact.state),
            priority: contact.priority.0,
            asked_priority: contact.asked.0,
            rank: contact.rank.0,
            created_ms: contact.created.0,
            requeues: contact.requeues,
            attributes: with_attributes.then_some(contact.attributes),
            owner: contact.owner,
        }
    }
}

impl TryFrom<ContactBody> for Contact {
    type Error = String;
    fn try_from(body: ContactBody) -> Result<Self, String> {
        Ok(Self {
            id: body.contact_key,
            skills: body.skills,
            priority: Priority(body.priority),
            asked: Priority(body.asked_priority),
            rank: Rank(body.rank),
            created: Millis(body.created_ms),
            requeues: body.requeues,
            attributes: body.attributes.unwrap_or_default(),
            owner: body.owner,
            state: body.standing.try_into()?,
        })
    }
}

/// The key of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactKey {
    /// The contact's key.
    pub(crate) contact_key: String,
}

impl From<ContactId> for ContactKey {
    fn from(id: ContactId) -> Self {
        let contact_key = id.into();
        Self { contact_key }
    }
}

/// The agent from whom a contact is taken.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agent": "agent:7"}))]
pub(crate) struct Requeue {
    /// The agent who is on it. A late repeat does not take it from its next agent.
    #[schema(example = "agent:7")]
    pub(crate) agent: String,
}

/// The new priority of a contact.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"priority": 1}))]
pub(crate) struct SetPriority {
    /// The priority, 0 to 255; 0 is served first.
    #[schema(minimum = 0, maximum = 255, example = 1)]
    pub(crate) priority: i64,
}

/// The priority that a contact had.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WasPriority {
    /// The priority, 0 to 255; 0 is served first.
    pub(crate) priority: u8,
}
