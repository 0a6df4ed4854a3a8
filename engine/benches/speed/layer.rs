//! Who plays, on which store.

use std::sync::Arc;

use color_eyre::eyre::{Result, WrapErr as _};
use shared::Acd;
use shared::embedded::EmbeddedAcd;
use shared::redis::RedisAcd;
use shared::time::SystemClock;

use crate::Bench;
use crate::engine::Engine;
use crate::http::Http;
use crate::ops::Ops;
use crate::play::Player;
use crate::record::ACD;
use crate::server::Redis;

/// At which end operations are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// In this process.
    Ops,
    /// Of an engine over its API.
    Rest,
}

/// Where the ACD is.
#[derive(Clone, Debug)]
pub(crate) enum Store<'a> {
    /// In a Redis, which is found at this URL.
    Redis(&'a Redis, String),
    /// In the memory of this process or the engine's.
    Embedded,
}

impl<'a> Store<'a> {
    /// Takes a Redis as it is.
    pub(crate) fn of(redis: &'a Redis) -> Self {
        Self::Redis(redis, redis.url())
    }
}

impl Layer {
    /// Gives its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ops => "ops layer",
            Self::Rest => "REST",
        }
    }

    /// Gives a player on an empty store.
    pub(crate) fn fresh(self, bench: &Bench, store: &Store<'_>) -> Result<Box<dyn Player>> {
        let (url, redis) = match store {
            Store::Redis(redis, url) => {
                redis.empty()?;
                (Some(url.as_str()), redis.pid())
            }
            Store::Embedded => (None, None),
        };
        let runtime = bench.runtime.handle().clone();
        Ok(match self {
            Self::Ops => {
                let acd = runtime.block_on(open(url))?;
                Box::new(Ops {
                    acd,
                    runtime,
                    redis,
                })
            }
            Self::Rest => {
                let durability = ["--durability", "local"].map(str::to_owned);
                let engine = Engine::start(url, &durability);
                let engine = engine.wrap_err("the engine cannot be started")?;
                Box::new(Http::new(engine, redis)?)
            }
        })
    }
}

/// Opens the ACD on that Redis, or a new one in memory.
pub(crate) async fn open(url: Option<&str>) -> Result<Arc<dyn Acd>> {
    let name = ACD.parse()?;
    Ok(match url {
        Some(url) => Arc::new(RedisAcd::connect(url, name).await?),
        None => Arc::new(EmbeddedAcd::new(name, Arc::new(SystemClock))),
    })
}
