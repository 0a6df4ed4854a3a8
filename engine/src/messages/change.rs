//! What is common to changes: their numbers for on and off, and the state before.

use serde::{Deserialize, Serialize};
use shared::text::Invalid;
use utoipa::ToSchema;

/// The value of the header `Prefer` that asks for the full state after a change, and the state
/// before it (RFC 7240).
pub(crate) const RETURN_REPRESENTATION: &str = "return=representation";

/// Open or closed, available or unavailable: 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    On,
    Off,
}

impl Switch {
    /// Converts the number of a state.
    pub(crate) fn read(number: i64) -> Result<Self, Invalid> {
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

/// The answer to a change: what was changed, and with the header `Prefer: return=representation`
/// what it was before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replaced<Key, Before> {
    #[serde(flatten)]
    pub(crate) key: Key,
    /// What it was before; only with `Prefer: return=representation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Before>,
}

impl<Key, Before> Replaced<Key, Before> {
    pub(crate) fn new(key: Key, before: Option<Before>) -> Self {
        Self { key, before }
    }
}

/// The part of such an answer that has the state before.
#[derive(Debug, Deserialize)]
pub(crate) struct Previous<Before> {
    pub(crate) before: Before,
}
