//! Which store an ACD lives in, decided once at the start of a program, and what only whoever has
//! the store at hand can do.

use std::sync::Arc;

use async_trait::async_trait;

use crate::acd::Acd;
use crate::agent::AgentId;
use crate::embedded::EmbeddedAcd;
use crate::error::Result;
use crate::redis::{ConnectError, Durability, RedisAcd, RedisServer};
use crate::text::AcdName;
use crate::time::{Millis, SystemClock};
use crate::view::Due;

/// An ACD whose store is at hand, so that time can be let pass on it.
///
/// This is apart from [`Acd`], because it is nobody's wish but the passing of time itself: the
/// engine's dispatchers see to it, next to the store. Over the API it can be asked by nobody.
#[async_trait]
pub trait Store: Acd {
    /// Applies what is due by now: a bounded number of deadlines, and a step of the safety sweep.
    /// Any number of processes may do this at any time.
    async fn run_due(&self) -> Result<Due>;

    /// Tells of each of these ids when an agent who had it was last deleted; none if no agent ever
    /// was. A token that is older was made for somebody else, and who lets callers in must know.
    async fn last_deletions(&self, ids: &[AgentId]) -> Result<Vec<Option<Millis>>>;
}

/// Opens the ACD of that name: on Redis if one is named, else a new one in this process.
pub async fn open(
    redis: Option<&RedisServer>,
    name: AcdName,
) -> Result<Arc<dyn Store>, ConnectError> {
    open_durable(redis, name, Durability::Local).await
}

/// The same; on Redis, changes are answered as `durability` says.
pub async fn open_durable(
    redis: Option<&RedisServer>,
    name: AcdName,
    durability: Durability,
) -> Result<Arc<dyn Store>, ConnectError> {
    match redis {
        Some(server) => {
            let acd = RedisAcd::connect_to(server, name).await?;
            if let Some(why) = acd.keeping().await.and_then(|keeping| keeping.eviction()) {
                return Err(ConnectError::Evicts {
                    address: acd.address().to_owned(),
                    why,
                });
            }
            Ok(Arc::new(acd.with_durability(durability).await?))
        }
        None => Ok(Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)))),
    }
}
