//! Requests and answers about a contact.

use serde::{Deserialize, Serialize};
use shared::contact::{
    Attributes, Contact, ContactId, ContactState, NewContact, Owner, Priority, Rank, Remarks, Taken,
};
use shared::contact_type::TypeName;
use shared::skill::Skill;
use shared::text::{Disposition, Invalid, Note, Reason};
use shared::time::Millis;
use utoipa::ToSchema;

use super::contact_state::{ContactStateBody, OfferBody};

/// A contact to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"skills": ["English", "Billing"], "priority": 5, "attributes": {"caller": "+49 30 901820"}}))]
pub(crate) struct CreateContact {
    /// The key of the contact, chosen by the client so that the request can be repeated. Send this
    /// or an `Idempotency-Key` or neither, not both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact_key: Option<String>,
    /// The name of its contact type, from which it takes what the request does not say.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) contact_type: Option<String>,
    /// The skills that its agent must hold, all of them. With none (`[]`) any agent can serve it. If
    /// they are absent, they are those of its type, or else of the floor; if neither has any, the
    /// request is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["English", "Billing"]), max_items = 16)]
    pub(crate) skills: Option<Vec<String>>,
    /// The priority, 0 to 255; 0 is served first. If it is absent, it is that of its type, or else
    /// of the floor, or else 5.
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
        let skills = contact.skills.as_deref();
        Self {
            contact_key: Some(contact.id.into()),
            contact_type: contact.contact_type.clone().map(String::from),
            skills: skills.map(|skills| skills.iter().map(ToString::to_string).collect()),
            priority: contact.priority.map(|priority| priority.0.into()),
            attributes: Some(contact.attributes.clone()),
        }
    }
}

impl CreateContact {
    pub(crate) fn parse(self, id: ContactId) -> Result<NewContact, Invalid> {
        let contact_type = self.contact_type.map(TypeName::try_from).transpose()?;
        let priority = self.priority.map(priority).transpose()?;
        let parse = |skills: Vec<String>| skills.iter().map(|skill| skill.parse()).collect();
        let skills: Option<Result<Vec<Skill>, Invalid>> = self.skills.map(parse);
        let attributes = self.attributes.unwrap_or_default();
        let contact = NewContact::new(id, skills.transpose()?, priority, attributes)?;
        Ok(contact.of_type(contact_type))
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
    /// 1 queued, 2 assigned, 3 complete (if it had been created before), 4 offered.
    #[schema(minimum = 1, maximum = 4)]
    pub(crate) state: u8,
    /// The agent who is or was on it.
    #[schema(required, example = "agent:7")]
    pub(crate) agent: Option<String>,
    /// The offer that an agent may accept; absent unless it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) offer: Option<OfferBody>,
}

impl CreatedContact {
    /// Returns the body for a contact in this state.
    pub(crate) fn of(id: ContactId, state: &ContactState) -> Self {
        Self {
            contact_key: id.into(),
            state: state.number(),
            agent: state.agent().map(ToString::to_string),
            offer: OfferBody::of(state),
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
    /// Its contact type; absent if it has none.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) contact_type: Option<TypeName>,
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
    /// The number of the offer by which its agent got it; absent if it was assigned without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) accepted_offer: Option<u64>,
    /// What became of it, if its agent said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, example = "sold")]
    pub(crate) disposition: Option<Disposition>,
    /// What its agent noted; absent for whom the attributes are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub(crate) note: Option<Note>,
}

impl ContactBody {
    /// Builds the body of a contact at this moment, with the attributes and the note only if they
    /// may be shown.
    pub(crate) fn at(now: Millis, contact: Contact, with_attributes: bool) -> Self {
        Self {
            wait_ms: contact.wait(now),
            contact_key: contact.id,
            contact_type: contact.contact_type,
            skills: contact.skills,
            standing: ContactStateBody::from(&contact.state),
            priority: contact.priority.0,
            asked_priority: contact.asked.0,
            rank: contact.rank.0,
            created_ms: contact.created.0,
            requeues: contact.requeues,
            attributes: with_attributes.then_some(contact.attributes),
            owner: contact.owner,
            accepted_offer: contact.accepted,
            disposition: contact.disposition,
            note: contact.note.filter(|_| with_attributes),
        }
    }
}

impl TryFrom<ContactBody> for Contact {
    type Error = String;
    fn try_from(body: ContactBody) -> Result<Self, String> {
        Ok(Self {
            id: body.contact_key,
            contact_type: body.contact_type,
            skills: body.skills,
            priority: Priority(body.priority),
            asked: Priority(body.asked_priority),
            // Only the store compares it.
            taken: Taken::default(),
            rank: Rank(body.rank),
            created: Millis(body.created_ms),
            requeues: body.requeues,
            attributes: body.attributes.unwrap_or_default(),
            owner: body.owner,
            accepted: body.accepted_offer,
            disposition: body.disposition,
            note: body.note,
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

/// The offer that an agent accepts.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agent": "agent:7", "offer": 123}))]
pub(crate) struct AcceptOffer {
    /// The agent to whom the contact is offered.
    #[schema(example = "agent:7")]
    pub(crate) agent: String,
    /// The number of the offer.
    #[schema(example = 123)]
    pub(crate) offer: u64,
}

/// The offer that an agent rejects.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agent": "agent:7", "offer": 123, "reason": "wrong language"}))]
pub(crate) struct RejectOffer {
    /// The agent to whom the contact is offered.
    #[schema(example = "agent:7")]
    pub(crate) agent: String,
    /// The number of the offer.
    #[schema(example = 123)]
    pub(crate) offer: u64,
    /// Why the agent rejects it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "wrong language", max_length = 64)]
    pub(crate) reason: Option<String>,
}

impl RejectOffer {
    /// Returns the reason.
    pub(crate) fn reason(&mut self) -> Result<Option<Reason>, Invalid> {
        self.reason.take().map(Reason::try_from).transpose()
    }
}

/// How a contact is completed.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agent": "agent:7", "disposition": "sold", "note": "wants an invoice"}))]
pub(crate) struct CompleteContact {
    /// The agent who is on it, or was when it ended. If it is another one, nothing is done (409
    /// `stale`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "agent:7")]
    pub(crate) agent: Option<String>,
    /// What became of it. If the floor or its type has a list of dispositions, one of that list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sold", max_length = 64)]
    pub(crate) disposition: Option<String>,
    /// What its agent notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub(crate) note: Option<String>,
}

impl CompleteContact {
    /// Builds the body for these remarks.
    pub(crate) fn of(remarks: &Remarks) -> Self {
        let SetDisposition { disposition, note } = SetDisposition::of(remarks);
        let agent = None;
        Self {
            agent,
            disposition,
            note,
        }
    }
}

/// What an agent says about a contact that has ended. What is absent stays as it is.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"disposition": "sold", "note": "wants an invoice"}))]
pub(crate) struct SetDisposition {
    /// What became of it. If the floor or its type has a list of dispositions, one of that list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sold", max_length = 64)]
    pub(crate) disposition: Option<String>,
    /// What its agent notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub(crate) note: Option<String>,
}

impl SetDisposition {
    /// Builds the body for these remarks.
    pub(crate) fn of(remarks: &Remarks) -> Self {
        Self {
            disposition: remarks.disposition.as_ref().map(ToString::to_string),
            note: remarks.note.as_ref().map(|note| note.as_str().to_owned()),
        }
    }

    /// Returns the remarks.
    pub(crate) fn parse(self) -> Result<Remarks, Invalid> {
        Ok(Remarks {
            disposition: self.disposition.map(Disposition::try_from).transpose()?,
            note: self.note.map(|note| note.parse()).transpose()?,
        })
    }
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
