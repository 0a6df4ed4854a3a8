//! The state before a change, for clients that ask for it.

use serde::{Deserialize, Serialize};
use shared::agent::Presence;
use shared::text::{Invalid, PersonName, Reason};
use utoipa::ToSchema;

/// Open or closed, available or unavailable: 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    On,
    Off,
}

impl Switch {
    /// Converts the number of a state.
    pub(super) fn read(number: i64) -> Result<Self, Invalid> {
        match number {
            1 => Ok(Self::On),
            0 => Ok(Self::Off),
            other => Err(Invalid::new(
                format!("state {other}"),
                "is not a state",
                "use 1 or 0",
            )),
        }
    }
}

/// What is answered to a change: what was changed, and with the header
/// `Prefer: return=representation` what it was before.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replaced<Key, Before> {
    #[serde(flatten)]
    key: Key,
    /// What it was before; only with `Prefer: return=representation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Before>,
}

impl<Key, Before> Replaced<Key, Before> {
    pub(super) fn new(key: Key, before: Option<Before>) -> Self {
        Self { key, before }
    }
}

/// The part of such an answer that has the state before.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer<Before> {
    pub(crate) before: Before,
}

/// Whether the ACD was open.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WasOpen {
    /// 1 open, 0 closed.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) acd_state: u8,
}

/// How urgent a contact was.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WasPriority {
    /// 0 is served before 1, and so on to 255.
    pub(crate) priority: u8,
}

/// How an agent was called.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WasNamed {
    /// First name.
    #[schema(value_type = String)]
    pub(crate) fname: PersonName,
    /// Last name.
    #[schema(value_type = String)]
    pub(crate) lname: PersonName,
}

/// Whether an agent held the skill.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Held {
    /// Whether the skill was theirs already, so that nothing changed.
    pub(crate) held: bool,
}

/// What an agent chose, as they are shown with it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    /// 1 available, 0 unavailable.
    #[schema(minimum = 0, maximum = 1, example = 0)]
    pub(crate) state: i64,
    /// Why they are unavailable, if they said.
    #[schema(example = "lunch", max_length = 64)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl From<&Presence> for Chosen {
    fn from(presence: &Presence) -> Self {
        Self {
            state: i64::from(*presence == Presence::Available),
            reason: presence.reason().map(ToString::to_string),
        }
    }
}

impl TryFrom<Chosen> for Presence {
    type Error = Invalid;
    fn try_from(chosen: Chosen) -> Result<Self, Invalid> {
        let reason: Option<Reason> = chosen.reason.map(Reason::try_from).transpose()?;
        match (Switch::read(chosen.state)?, reason) {
            (Switch::On, None) => Ok(Self::Available),
            (Switch::On, Some(_)) => Err(Invalid::new(
                "reason",
                "is given for being available",
                "give a reason with state 0 only",
            )),
            (Switch::Off, reason) => Ok(Self::Unavailable(reason)),
        }
    }
}
