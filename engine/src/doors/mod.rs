//! The doors of the API: who may come in, and what is written down of it.
//!
//! With a token file every request shows a token, whose role says what it may do (`rule`), and
//! what is done or refused stands in the audit log. Without one there is no lock, and the API
//! listens on a loopback address only, for what is near (`near`). `docs/security.md` is the page for those who run it.

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

/// What a caller has to show.
#[derive(Clone, Debug, Default)]
pub struct Doors(Option<Arc<Lock>>);

impl Doors {
    /// Gives doors without a lock, for an API on a loopback address.
    pub fn open() -> Self {
        Self(None)
    }

    /// Gives doors that the tokens of this file open. What these proxies say of a caller's
    /// address is believed.
    pub fn locked(tokens: &Path, proxies: Vec<IpNet>) -> Result<Self, FileError> {
        Ok(Self(Some(Arc::new(Lock::of(tokens, proxies)?))))
    }

    /// Tells whether callers need a token.
    pub fn have_lock(&self) -> bool {
        self.0.is_some()
    }

    /// Checks that an API with these doors may listen there; if not, tells why, and the remedy.
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

    /// Has every change written to this audit trail before it is carried out. Without a lock
    /// nobody is known, and nothing is written.
    pub fn audit_to(&self, trail: Trail) {
        if let Some(lock) = &self.0 {
            // Set once, before anybody comes.
            let _ = lock.trail.set(trail);
        }
    }

    /// Tells whether changes can be written to the audit trail; none where there is no trail.
    pub(crate) fn audit_is_up(&self) -> Option<bool> {
        let trail = self.0.as_ref()?.trail.get()?;
        Some(trail.is_up())
    }

    /// Waits until the audit trail is written, but not for long. It blocks.
    pub fn flush_audit(&self, at_most: Duration) {
        if let Some(trail) = self.0.as_ref().and_then(|lock| lock.trail.get()) {
            trail.flush(at_most);
        }
    }

    /// Gives the address as which a connection is counted: none where everybody is on this
    /// machine, or where it is a proxy that is trusted, behind which there may be anybody.
    pub(crate) fn counted(&self, peer: IpAddr) -> Option<IpAddr> {
        let lock = self.0.as_ref()?;
        (!lock.trusts(peer)).then(|| counted_as(peer))
    }

    /// Follows the token file, and the agents that tokens are for, until the engine stops; returns
    /// at once where there is none.
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
