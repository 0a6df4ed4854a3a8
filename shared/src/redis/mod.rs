//! The Redis store: each operation is one atomic script, and all state lives in Redis.
//!
//! So a process can die at any instruction without losing anything. Every key of an ACD starts with
//! its name as the hash tag, `{acd}:...`, so that its scripts stay in one cluster slot.
//! `docs/data-model.md` describes the keys. The scripts do what [`crate::core`] defines.

mod acd;
pub mod acl;
#[cfg(feature = "testing")]
mod any_reply;
mod arguments;
mod changes;
mod check;
mod connect;
mod connect_error;
mod durable;
mod endings;
mod failure;
mod feed;
mod known_skills;
mod link;
mod offers;
mod reply;
mod scripts;
mod seen;
mod server;
mod settings;
mod types;
mod unfinished;

use std::pin::pin;
use std::sync::Arc;

use link::Link;
use redis::{Cmd, FromRedisValue, RedisResult};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::agent::AgentId;
use crate::contact::ContactId;
use crate::text::AcdName;
use crate::time::Clock;

#[cfg(feature = "testing")]
pub use any_reply::read_as_each;
pub use check::{Audit, FINDINGS_KEPT, Finding};
pub use connect_error::ConnectError;
pub use durable::Durability;
use durable::Lane;
use failure::Failure;
use scripts::{Library, Script};
pub use server::{RedisServer, RedisTls};

/// Escapes a text so that, as a Redis pattern, it matches only itself. An ACD's name may have
/// characters with a meaning in patterns.
fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\*?[]".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// Returns the library of the operations' scripts, as `FUNCTION LOAD` takes it.
pub fn functions() -> &'static str {
    &scripts::LIBRARY.text
}

/// Returns the library of the audit's scripts, as `FUNCTION LOAD` takes it.
pub fn functions_of_the_audit() -> &'static str {
    &scripts::LIBRARY_OF_THE_AUDIT.text
}

/// An ACD on Redis. Any number of processes may use it at once.
pub struct RedisAcd {
    name: AcdName,
    /// The prefix of all keys of the ACD: its name as the hash tag.
    tag: String,
    /// The key that every script takes.
    meta: String,
    /// The server's address, without its password.
    address: String,
    link: Link,
    /// `None` means that changes are acknowledged by the primary alone.
    lane: Option<Lane>,
    /// `None` means the server's clock, which is the same for every process.
    clock: Option<Arc<dyn Clock>>,
    latest: watch::Receiver<u64>,
    _feed: AbortOnDropHandle<()>,
    /// `None` if the connection uses no certificate files.
    _files: Option<AbortOnDropHandle<()>>,
}

impl std::fmt::Debug for RedisAcd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RedisAcd({} at {})", self.name, self.address)
    }
}

impl RedisAcd {
    /// Connects to a URL. See [`Self::connect_to`].
    pub async fn connect(url: &str, name: AcdName) -> Result<Self, ConnectError> {
        Self::connect_to(&RedisServer::at(url), name).await
    }

    /// Connects, checks that the server is suitable, and loads the scripts if needed.
    pub async fn connect_to(server: &RedisServer, name: AcdName) -> Result<Self, ConnectError> {
        let tag = format!("{{{name}}}:");
        let meta = format!("{tag}meta");
        let (link, address) = connect::connect(server, &meta).await?;
        let keys = (meta.clone(), format!("{tag}events"));
        let (sender, latest) = watch::channel(0);
        let follow = feed::follow(link.source(), keys, link.given_up(), sender);
        let feed = AbortOnDropHandle::new(tokio::spawn(follow));
        let source = link.source();
        Ok(Self {
            name,
            tag,
            meta,
            address,
            link,
            lane: None,
            clock: None,
            latest,
            _feed: feed,
            _files: server.follow(source),
        })
    }

    /// Sets when a change is acknowledged: by the primary, or also by a replica.
    pub async fn with_durability(mut self, durability: Durability) -> Result<Self, ConnectError> {
        self.lane = match durability {
            Durability::Local => None,
            Durability::Replicated => {
                let link = self.link.another().await;
                let link = link.map_err(|error| connect_error::refusal(&self.address, &error))?;
                Some(Lane::new(link, self.meta.clone()))
            }
        };
        Ok(self)
    }

    /// Uses this clock instead of the server's, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Returns the server's address, without its password.
    pub fn address(&self) -> &str {
        &self.address
    }

    fn key(&self, rest: &str) -> String {
        [&self.tag, rest].concat()
    }

    fn contact_key(&self, id: ContactId) -> String {
        let mut letters = Uuid::encode_buffer();
        let id = id.0.hyphenated().encode_lower(&mut letters);
        [&self.tag, "contact:", id].concat()
    }

    fn agent_key(&self, id: &AgentId) -> String {
        [&self.tag, "agent:", id.as_str()].concat()
    }

    /// Prepares a call of a script with the arguments that all scripts take: the key `meta` and the
    /// time.
    fn script(&self, script: Script) -> Cmd {
        self.call(script, &[&self.meta])
    }

    /// Same as [`Self::script`], with one more key.
    fn script_on(&self, script: Script, key: &str) -> Cmd {
        self.call(script, &[&self.meta, key])
    }

    fn call(&self, script: Script, keys: &[&str]) -> Cmd {
        // Enough capacity for most scripts, to avoid reallocations.
        let mut call = Cmd::with_capacity(12, 512);
        call.arg("FCALL").arg(script.function());
        call.arg(keys.len()).arg(keys);
        match &self.clock {
            Some(clock) => call.arg(clock.now().0),
            None => call.arg(""),
        };
        call
    }

    /// Runs a script that changes something. It is acknowledged as the durability says.
    async fn change<T: FromRedisValue>(&self, call: &Cmd) -> Result<T, Failure> {
        self.run_on(self.lane.as_ref(), call).await
    }

    /// Runs a script that only reads, or whose changes need no confirmation.
    async fn run<T: FromRedisValue>(&self, call: &Cmd) -> Result<T, Failure> {
        self.run_on(None, call).await
    }

    /// Runs a script. Loads the scripts first if the server does not know them.
    async fn run_on<T: FromRedisValue>(
        &self,
        lane: Option<&Lane>,
        call: &Cmd,
    ) -> Result<T, Failure> {
        match self.try_on(lane, call).await {
            Err(Failure::UnknownScript) => {
                self.load(&scripts::LIBRARY).await?;
                self.try_on(lane, call).await
            }
            answer => answer,
        }
    }

    async fn try_on<T: FromRedisValue>(
        &self,
        lane: Option<&Lane>,
        call: &Cmd,
    ) -> Result<T, Failure> {
        match lane {
            Some(lane) => lane.run(call).await,
            None => Ok(self.send(call).await?),
        }
    }

    /// Sends a command and waits for its answer, up to the usual timeout.
    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let mut lease = self.link.lease();
        let number = lease.number();
        // Does what `query_async` does, without boxing the future. The future is large and would be
        // copied if it were not pinned.
        let answer = pin!(async {
            let value = lease.connection.send_packed_command(command).await?;
            Ok(T::from_redis_value(value.extract_error()?)?)
        });
        self.link.await_answer(number, answer).await
    }

    /// Loads scripts into the server.
    async fn load(&self, library: &Library) -> RedisResult<()> {
        let mut lease = self.link.lease();
        let number = lease.number();
        let load = connect::load_scripts(&mut lease.connection, library);
        self.link.await_answer(number, load).await
    }
}
