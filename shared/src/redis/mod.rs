//! The Redis store: each operation is one atomic script.

use crate::embedded::EmbeddedAcd;
use crate::text::AcdName;

/// Why a Redis cannot be used, in one sentence with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Nobody answers there.
    #[error("{0}")]
    Unreachable(String),
}

/// An ACD on Redis.
#[derive(Debug)]
pub struct RedisAcd;

impl RedisAcd {
    /// Connects, checks what the server can do, loads the scripts.
    pub async fn connect(_url: &str, _name: AcdName) -> Result<EmbeddedAcd, ConnectError> {
        Err(ConnectError::Unreachable("not built yet".into()))
    }
}
