//! Which store an ACD lives in, decided once at the start of a program, and what only whoever has
//! the store at hand can do.

use std::sync::Arc;

use async_trait::async_trait;

use crate::acd::Acd;
use crate::embedded::EmbeddedAcd;
use crate::error::Result;
use crate::redis::{ConnectError, Durability, RedisAcd};
use crate::text::AcdName;
use crate::time::SystemClock;
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
}

/// Opens the ACD of that name: on Redis if a URL is given, else a new one in this process.
pub async fn open(redis_url: Option<&str>, name: AcdName) -> Result<Arc<dyn Store>, ConnectError> {
    open_durable(redis_url, name, Durability::Local).await
}

/// The same; on Redis, changes are answered as `durability` says.
pub async fn open_durable(
    redis_url: Option<&str>,
    name: AcdName,
    durability: Durability,
) -> Result<Arc<dyn Store>, ConnectError> {
    match redis_url {
        Some(url) => {
            let acd = RedisAcd::connect(url, name).await?;
            Ok(Arc::new(acd.with_durability(durability).await?))
        }
        None => Ok(Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)))),
    }
}
