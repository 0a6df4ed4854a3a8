//! Access control of the API: who may call it, and the audit of what they do.
//!
//! With a token file, every request carries a token whose role says what it may do (`roles`), and
//! changes and refusals are written to the audit log. Without one, the API listens on a loopback
//! address only and serves local programs (`local`). `docs/security.md` explains this to operators.

pub mod command;
pub mod redis_acl;

mod audit_log;
mod audited_change;
mod caller;
mod expiry;
mod guard;
mod last_use;
mod local;
mod refusal_log;
pub(crate) mod roles;
mod token;
mod token_file;
mod token_file_error;
mod token_list;
mod token_table;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use shared::Store;
use tokio_util::sync::CancellationToken;

pub(crate) use audited_change::{Audited, AuditedChange};
pub(crate) use caller::Caller;
pub(crate) use guard::{EVENT_STREAM, Guard, check_again, guard};
pub use token_file_error::FileError;
use token_table::TokenTable;

use crate::audit::AuditTrail;
use crate::quota::counted_as;

/// The access control of an API.
#[derive(Clone, Debug, Default)]
pub struct Authorization(Option<Arc<TokenTable>>);

impl Authorization {
    /// Returns access control without tokens, for an API on a loopback address.
    pub fn local_only() -> Self {
        Self(None)
    }

    /// Returns access control with the tokens of this file. These proxies are trusted for the
    /// addresses of their callers.
    pub fn with_tokens(tokens: &Path, proxies: Vec<IpNet>) -> Result<Self, FileError> {
        Ok(Self(Some(Arc::new(TokenTable::of(tokens, proxies)?))))
    }

    /// Returns whether callers need a token.
    pub fn uses_tokens(&self) -> bool {
        self.0.is_some()
    }

    /// Checks that an API with this access control may listen there; the error has the reason and
    /// the remedy.
    pub fn check(&self, listen: SocketAddr) -> Result<(), String> {
        if self.uses_tokens() || listen.ip().to_canonical().is_loopback() {
            return Ok(());
        }
        Err(format!(
            "without tokens everybody who can reach {listen} could do everything: create a token \
             file with `switchboard-engine token create --tokens tokens.json --role admin --name \
             NAME` and set --tokens tokens.json, or listen on 127.0.0.1"
        ))
    }

    /// Writes every change to this audit trail before it is carried out. Without tokens callers are
    /// unknown, and nothing is written.
    pub fn audit_to(&self, trail: AuditTrail) {
        if let Some(tokens) = &self.0 {
            // Set once, before the API starts.
            let _ = tokens.trail.set(trail);
        }
    }

    /// Returns whether changes can be written to the audit trail; `None` without one.
    pub(crate) fn audit_is_up(&self) -> Option<bool> {
        let trail = self.0.as_ref()?.trail.get()?;
        Some(trail.is_up())
    }

    /// Waits until the audit trail is written, at most this long. Blocks the thread.
    pub fn flush_audit(&self, at_most: Duration) {
        if let Some(trail) = self.0.as_ref().and_then(|tokens| tokens.trail.get()) {
            trail.flush(at_most);
        }
    }

    /// Returns the address under which a connection is counted: `None` without tokens, where all
    /// callers are local, and for a trusted proxy, which may stand for anybody.
    pub(crate) fn counted(&self, peer: IpAddr) -> Option<IpAddr> {
        let tokens = self.0.as_ref()?;
        (!tokens.trusts(peer)).then(|| counted_as(peer))
    }

    /// Follows the token file, and the deletions of agents with tokens, until the engine stops.
    /// Returns at once without a token file.
    pub(crate) async fn watch(&self, store: Arc<dyn Store>, stopping: CancellationToken) {
        if let Some(tokens) = &self.0 {
            tokens.watch(store, stopping).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tokens_only_loopback_addresses_are_served() {
        for near in [
            "127.0.0.1:1",
            "127.8.8.8:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert!(
                Authorization::local_only()
                    .check(near.parse().unwrap())
                    .is_ok(),
                "{near}"
            );
        }
        for far in ["0.0.0.0:1", "[::]:1", "192.168.1.1:1"] {
            let refused = Authorization::local_only()
                .check(far.parse().unwrap())
                .unwrap_err();
            assert!(refused.contains("token create"), "{refused}");
        }
    }
}
