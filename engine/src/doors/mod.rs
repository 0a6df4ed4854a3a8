//! Access control of the API: who may call it, and the audit of what they do.
//!
//! With a token file, every request carries a token whose role says what it may do (`rule`), and
//! changes and refusals are written to the audit log. Without one, the API listens on a loopback
//! address only and serves local programs (`near`). `docs/security.md` explains this to operators.

pub mod command;
pub mod redis_acl;

mod audit;
mod deed;
mod expiry;
mod file;
mod file_error;
mod guard;
mod lock;
mod near;
mod refusals;
pub(crate) mod rule;
mod token;
mod used;
mod visitor;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use shared::Store;
use tokio_util::sync::CancellationToken;

pub(crate) use deed::Deed;
pub use file_error::FileError;
pub(crate) use guard::{EVENT_STREAM, Guard, guard, still};
use lock::Lock;
pub(crate) use visitor::Visitor;

use crate::quota::counted_as;
use crate::trail::Trail;

/// The access control of an API.
#[derive(Clone, Debug, Default)]
pub struct Doors(Option<Arc<Lock>>);

impl Doors {
    /// Returns access control without tokens, for an API on a loopback address.
    pub fn open() -> Self {
        Self(None)
    }

    /// Returns access control with the tokens of this file. These proxies are trusted for the
    /// addresses of their callers.
    pub fn locked(tokens: &Path, proxies: Vec<IpNet>) -> Result<Self, FileError> {
        Ok(Self(Some(Arc::new(Lock::of(tokens, proxies)?))))
    }

    /// Returns whether callers need a token.
    pub fn have_lock(&self) -> bool {
        self.0.is_some()
    }

    /// Checks that an API with this access control may listen there; the error has the reason and
    /// the remedy.
    pub fn check(&self, listen: SocketAddr) -> Result<(), String> {
        if self.have_lock() || listen.ip().to_canonical().is_loopback() {
            return Ok(());
        }
        Err(format!(
            "without tokens everybody who reaches {listen} could do everything: make a token file \
             with `switchboard-engine token create --tokens tokens.json --role admin --name NAME` \
             and give it with --tokens tokens.json, or listen on 127.0.0.1"
        ))
    }

    /// Writes every change to this audit trail before it is carried out. Without tokens callers are
    /// unknown, and nothing is written.
    pub fn audit_to(&self, trail: Trail) {
        if let Some(lock) = &self.0 {
            // Set once, before the API starts.
            let _ = lock.trail.set(trail);
        }
    }

    /// Returns whether changes can be written to the audit trail; `None` without one.
    pub(crate) fn audit_is_up(&self) -> Option<bool> {
        let trail = self.0.as_ref()?.trail.get()?;
        Some(trail.is_up())
    }

    /// Waits until the audit trail is written, at most this long. Blocks the thread.
    pub fn flush_audit(&self, at_most: Duration) {
        if let Some(trail) = self.0.as_ref().and_then(|lock| lock.trail.get()) {
            trail.flush(at_most);
        }
    }

    /// Returns the address under which a connection is counted: `None` without tokens, where all
    /// callers are local, and for a trusted proxy, which may stand for anybody.
    pub(crate) fn counted(&self, peer: IpAddr) -> Option<IpAddr> {
        let lock = self.0.as_ref()?;
        (!lock.trusts(peer)).then(|| counted_as(peer))
    }

    /// Follows the token file, and the deletions of agents with tokens, until the engine stops.
    /// Returns at once without a token file.
    pub(crate) async fn watch(&self, store: Arc<dyn Store>, stopping: CancellationToken) {
        if let Some(lock) = &self.0 {
            lock.watch(store, stopping).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_without_a_lock_are_for_loopback_addresses() {
        for near in [
            "127.0.0.1:1",
            "127.8.8.8:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert!(Doors::open().check(near.parse().unwrap()).is_ok(), "{near}");
        }
        for far in ["0.0.0.0:1", "[::]:1", "192.168.1.1:1"] {
            let refused = Doors::open().check(far.parse().unwrap()).unwrap_err();
            assert!(refused.contains("token create"), "{refused}");
        }
    }
}
