//! Opens the store of an ACD. A program chooses the store once, at its start.

use std::sync::Arc;

use crate::acd::Acd as _;
use crate::embedded::EmbeddedAcd;
use crate::redis::{ConnectError, Durability, RedisAcd, RedisServer};
use crate::store::Store;
use crate::text::AcdName;
use crate::time::SystemClock;

/// Opens the ACD of that name: on Redis if a server is given, else a new one in this process.
pub async fn open(
    redis: Option<&RedisServer>,
    name: AcdName,
) -> Result<Arc<dyn Store>, ConnectError> {
    open_durable(redis, name, Durability::Local).await
}

/// Same as [`open`]. On Redis, `durability` sets when a change is acknowledged.
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
