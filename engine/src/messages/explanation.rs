//! Why a contact is in its state.

use serde::{Deserialize, Serialize};
use shared::agent::Agent;
use shared::contact::ContactId;
use shared::skill::Skill;
use shared::view::{Explanation, Nearest};
use utoipa::ToSchema;

use super::agent::AgentBody;
use super::contact_state::ContactStateBody;

/// Why a contact stands where it stands.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(crate) struct ExplanationBody {
    /// Which contact.
    #[schema(value_type = String)]
    pub(crate) contact_key: ContactId,
    #[serde(flatten)]
    pub(crate) standing: ContactStateBody,
    /// How long it has waited or did wait.
    pub(crate) wait_ms: u64,
    /// The skills it needs.
    #[schema(value_type = Vec<String>)]
    pub(crate) skills: Vec<Skill>,
    /// While it waits: how many waiting contacts are ranked before it, whoever can serve them.
    #[schema(required)]
    pub(crate) ranked_before: Option<u64>,
    /// While it waits: how many of these compete with it. There is an agent who could serve both,
    /// whatever they are doing. A thousand holders of its rarest skill and a thousand lines are
    /// looked at, at the most.
    #[schema(required)]
    pub(crate) ahead: Option<u64>,
    /// Whether the ACD is open.
    pub(crate) open: bool,
    /// Agents in all.
    pub(crate) agents: u64,
    /// Agents who hold every skill it needs.
    pub(crate) qualified: u64,
    /// Those of them who are on a contact.
    pub(crate) qualified_busy: u64,
    /// Those of the busy ones who will be unavailable when their contact ends.
    pub(crate) qualified_stopping: u64,
    /// The qualified whom closing the ACD made unavailable.
    pub(crate) qualified_closed: u64,
    /// The skills it needs that no agent holds.
    #[schema(value_type = Vec<String>)]
    pub(crate) unstaffed: Vec<Skill>,
    /// For each of these the skill that agents hold and that may have been meant, if there is one.
    pub(crate) nearest: Vec<NearestBody>,
    /// The first twenty of the qualified agents by key: what each does says what keeps him.
    pub(crate) holders: Vec<AgentBody>,
    /// The same in a sentence.
    #[schema(example = "It waits because no agent holds Klingon.")]
    pub(crate) sentence: String,
}

/// A skill that nobody holds, and the one that may have been meant.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Nearest)]
pub(crate) struct NearestBody {
    /// The skill that nobody holds.
    #[schema(value_type = String, example = "english")]
    pub(crate) skill: Skill,
    /// The one whose name is nearest of those that agents hold.
    #[schema(value_type = String, example = "English")]
    pub(crate) nearest: Skill,
    /// How many agents hold that.
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
            wait: body.wait_ms,
            ahead: body.ahead,
            qualified: body.qualified,
            qualified_busy: body.qualified_busy,
            unstaffed: body.unstaffed,
            nearest: body.nearest.into_iter().map(Nearest::from).collect(),
            holders: body.holders.into_iter().map(Agent::from).collect(),
        })
    }
}
