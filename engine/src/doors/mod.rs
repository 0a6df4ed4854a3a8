//! The doors of the API: who may come in, and what is written down of it.
//!
//! With a token file every request shows a token, whose role says what it may do ([`rule`]), and
//! what is done or refused stands in the audit log. Without one there is no lock, and the API
//! listens on a loopback address only, for what is near (`near`). `docs/security.md` is the page for those who run it.

pub mod command;
pub mod redis_acl;

mod audit;
mod file;
mod guard;
mod lock;
mod near;
mod refusals;
pub(crate) mod rule;
mod token;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;
use tokio_util::sync::CancellationToken;

pub(crate) use audit::Subject;
pub use file::FileError;
pub(crate) use guard::{EVENT_STREAM, Guard, guard};
use lock::Lock;
use rule::Role;
use token::TokenName;

use crate::quota::{Caller, Most, Taken, Thing, Whose, counted_as};

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

    /// Gives the address as which a connection is counted: none where everybody is on this
    /// machine, or where it is a proxy that is trusted, behind which there may be anybody.
    pub(crate) fn counted(&self, peer: IpAddr) -> Option<IpAddr> {
        let lock = self.0.as_ref()?;
        (!lock.trusts(peer)).then(|| counted_as(peer))
    }

    /// Follows the token file until the engine stops; returns at once where there is none.
    pub(crate) async fn watch(&self, stopping: CancellationToken) {
        if let Some(lock) = &self.0 {
            lock.watch(stopping).await;
        }
    }
}

/// Who asks. Handlers find him with the request.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// The name of his token; none where there is no lock.
    name: Option<TokenName>,
    role: Role,
    /// Cancelled when his token is revoked; none where there is no lock.
    revoked: Option<CancellationToken>,
    /// As whom he is counted; none where there is no lock.
    caller: Option<Caller>,
}

impl Visitor {
    /// Gives whoever comes through a door without a lock.
    pub(crate) fn anybody() -> Self {
        Self {
            name: None,
            role: Role::Admin,
            revoked: None,
            caller: None,
        }
    }

    /// Counts one more that he has, if he may have it.
    pub(crate) fn take(&self, thing: Thing, most: Most) -> Result<Option<Taken>, Whose> {
        let caller = self.caller.as_ref();
        caller.map(|caller| caller.take(thing, most)).transpose()
    }

    /// Tells whether room is kept for him.
    pub(crate) fn runs_the_floor(&self) -> bool {
        matches!(self.role, Role::Supervisor | Role::Admin)
    }

    /// Gives the name of his token; none where there is no lock.
    pub(crate) fn name(&self) -> Option<&TokenName> {
        self.name.as_ref()
    }

    /// Tells whether he may know of an event.
    pub(crate) fn sees(&self, event: &shared::event::What) -> bool {
        self.role.sees(event)
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
