//! Why a contact is in its state.

use serde::{Deserialize, Serialize};
use shared::agent::Agent;
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::view::{Explanation, Nearest};
use utoipa::ToSchema;

use super::agent::AgentBody;
use super::contact_state::ContactStateBody;

/// Why a contact waits, or what became of it.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(crate) struct ExplanationBody {
    /// The key of a contact.
    #[schema(value_type = String)]
    pub(crate) contact_key: ContactId,
    #[serde(flatten)]
    pub(crate) standing: ContactStateBody,
    /// How long it has waited, or had waited for its agent or until it ended, in milliseconds.
    pub(crate) wait_ms: u64,
    /// The skills it needs.
    #[schema(value_type = Vec<String>)]
    pub(crate) skills: Vec<Skill>,
    /// While it waits: how many waiting contacts are before it in the queue.
    #[schema(required)]
    pub(crate) ranked_before: Option<u64>,
    /// While it waits: how many of these compete with it, because some agent could serve both,
    /// whatever that agent does now. At most a thousand holders of its rarest skill and a thousand
    /// profiles are examined.
    #[schema(required)]
    pub(crate) ahead: Option<u64>,
    /// Whether the ACD is open.
    pub(crate) open: bool,
    /// All agents.
    pub(crate) agents: u64,
    /// Agents who hold every skill it needs.
    pub(crate) qualified: u64,
    /// Of these, agents on a contact.
    pub(crate) qualified_busy: u64,
    /// Of the busy ones, agents who will be unavailable when their contact ends.
    pub(crate) qualified_stopping: u64,
    /// Of the qualified, agents whom closing the ACD made unavailable.
    pub(crate) qualified_closed: u64,
    /// Of the qualified, agents to whom another contact is offered.
    #[serde(default)]
    pub(crate) qualified_offered: u64,
    /// Of the qualified, agents in wrap-up.
    #[serde(default)]
    pub(crate) qualified_wrap_up: u64,
    /// Of the qualified, agents who are not routable for a while after a missed or rejected
    /// offer.
    #[serde(default)]
    pub(crate) qualified_penalty: u64,
    /// Of the qualified, agents who are not responding after too many missed offers.
    #[serde(default)]
    pub(crate) qualified_not_responding: u64,
    /// The skills that it needs and no agent holds.
    #[schema(value_type = Vec<String>)]
    pub(crate) unstaffed: Vec<Skill>,
    /// For each of these, a similar skill that agents hold, if there is one.
    pub(crate) nearest: Vec<NearestBody>,
    /// The first twenty qualified agents by key; their states show why they do not take it.
    pub(crate) holders: Vec<AgentBody>,
    /// The same as a sentence.
    #[schema(example = "It waits because no agent holds Klingon.")]
    pub(crate) sentence: String,
}

/// A skill that nobody holds, and a similar one that may have been meant.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Nearest)]
pub(crate) struct NearestBody {
    /// The skill that nobody holds.
    #[schema(value_type = String, example = "english")]
    pub(crate) skill: Skill,
    /// The skill with the most similar name that agents hold.
    #[schema(value_type = String, example = "English")]
    pub(crate) nearest: Skill,
    /// How many agents hold the similar skill.
    #[schema(example = 12)]
    pub(crate) holders: u64,
}

impl From<Nearest> for NearestBody {
    fn from(near: Nearest) -> Self {
        let Nearest {
            skill,
            nearest,
            holders,
        } = near;
        Self {
            skill,
            nearest,
            holders,
        }
    }
}

impl From<NearestBody> for Nearest {
    fn from(body: NearestBody) -> Self {
        let NearestBody {
            skill,
            nearest,
            holders,
        } = body;
        Self {
            skill,
            nearest,
            holders,
        }
    }
}

impl From<Explanation> for ExplanationBody {
    fn from(why: Explanation) -> Self {
        Self {
            sentence: why.sentence(),
            skills: why.skills,
            ranked_before: why.place,
            open: why.open,
            agents: why.agents,
            qualified_stopping: why.qualified_stopping,
            qualified_closed: why.qualified_closed,
            qualified_offered: why.qualified_offered,
            qualified_wrap_up: why.qualified_wrap_up,
            qualified_penalty: why.qualified_penalty,
            qualified_not_responding: why.qualified_not_responding,
            contact_key: why.contact,
            standing: ContactStateBody::from(&why.state),
            wait_ms: why.wait,
            ahead: why.ahead,
            qualified: why.qualified,
            qualified_busy: why.qualified_busy,
            unstaffed: why.unstaffed,
            nearest: why.nearest.into_iter().map(NearestBody::from).collect(),
            holders: why.holders.into_iter().map(AgentBody::from).collect(),
        }
    }
}

impl TryFrom<ExplanationBody> for Explanation {
    type Error = String;
    fn try_from(body: ExplanationBody) -> Result<Self, String> {
        Ok(Self {
            contact: body.contact_key,
            skills: body.skills,
            state: body.standing.try_into()?,
            place: body.ranked_before,
            open: body.open,
            agents: body.agents,
            qualified_stopping: body.qualified_stopping,
            qualified_closed: body.qualified_closed,
            qualified_offered: body.qualified_offered,
            qualified_wrap_up: body.qualified_wrap_up,
            qualified_penalty: body.qualified_penalty,
            qualified_not_responding: body.qualified_not_responding,
            wait: body.wait_ms,
            ahead: body.ahead,
            qualified: body.qualified,
            qualified_busy: body.qualified_busy,
            unstaffed: body.unstaffed,
            nearest: body.nearest.into_iter().map(Nearest::from).collect(),
            holders: {
                let holders = body.holders.into_iter().map(Agent::try_from);
                holders.collect::<Result<_, _>>()?
            },
        })
    }
}
