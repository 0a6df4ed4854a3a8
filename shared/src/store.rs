//! Which store an ACD lives in, decided once at the start of a program.

use std::sync::Arc;

use crate::acd::Acd;
use crate::embedded::EmbeddedAcd;
use crate::redis::{ConnectError, Durability, RedisAcd};
use crate::text::AcdName;
use crate::time::SystemClock;

/// Opens the ACD of that name: on Redis if a URL is given, else a new one in this process.
pub async fn open(redis_url: Option<&str>, name: AcdName) -> Result<Arc<dyn Acd>, ConnectError> {
    open_durable(redis_url, name, Durability::Local).await
}

/// The same; on Redis, changes are answered as `durability` says.
pub async fn open_durable(
    redis_url: Option<&str>,
    name: AcdName,
    durability: Durability,
) -> Result<Arc<dyn Acd>, ConnectError> {
    match redis_url {
        Some(url) => {
            let acd = RedisAcd::connect(url, name).await?;
            Ok(Arc::new(acd.with_durability(durability).await?))
        }
        None => Ok(Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock)))),
    }
}
