//! Authentication: the tokens as the file has them now, and the proxies whose information about a
//! caller's address is trusted.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use shared::Store;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::audit_log;
use super::caller::{Caller, TokenState};
use super::last_use::LastUses;
use super::refusal_log::RefusalLog;
use super::token::{Fingerprint, Token, TokenName};
use super::token_file::{self, FileState};
use super::token_file_error::FileError;
use crate::audit::AuditTrail;
use crate::metrics;
use crate::quota::{Addresses, Usage};

/// How often the file is checked: a revoked token is refused after at most that time.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// How long the store may take to report deletions; it is asked again at the next check.
const STORE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long before its expiry a token is reported.
const WARN_BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The tokens of a file, kept up to date.
#[derive(Debug)]
pub(super) struct TokenTable {
    file: PathBuf,
    /// By the first 64 bits of the fingerprint, which do not collide among random tokens.
    known: RwLock<HashMap<u64, Arc<TokenState>>>,
    proxies: Vec<IpNet>,
    addresses: Addresses,
    pub(super) refusals: RefusalLog,
    /// Where changes are written before they are carried out, if anywhere.
    pub(super) trail: OnceLock<AuditTrail>,
    /// The state of the file when it was last read.
    seen: RwLock<Option<FileState>>,
}

fn by_handle(tokens: Vec<Token>) -> HashMap<u64, Arc<TokenState>> {
    let known = tokens
        .into_iter()
        .map(|token| (token.handle(), Arc::new(TokenState::new(token))));
    known.collect()
}

impl TokenTable {
    /// Reads the file. For callers from these proxies, the proxy's information is used.
    pub(super) fn of(file: &Path, proxies: Vec<IpNet>) -> Result<Self, FileError> {
        // Before reading, so that a change meanwhile is noticed.
        let seen = token_file::state(file);
        let tokens = token_file::read(file)?;
        if tokens.is_empty() {
            tracing::warn!(file = %file.display(), "the token file has no tokens: every request is refused");
        }
        Ok(Self {
            file: file.to_owned(),
            known: RwLock::new(by_handle(tokens)),
            proxies,
            addresses: Addresses::default(),
            refusals: RefusalLog::default(),
            trail: OnceLock::new(),
            seen: RwLock::new(seen),
        })
    }

    /// Returns the caller for the token of a request, even if it has expired; `None` without a
    /// token from the file.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Option<Caller> {
        let sent = Fingerprint::of(bearer(headers)?);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(&sent.handle());
        let found = found.filter(|known| known.record.has(&sent))?;
        let now = Timestamp::now();
        if !found.record.is_over(now) {
            found.record_use(now);
        }
        Some(Caller::with(Arc::clone(found)))
    }

    /// Returns whether an address is that of a trusted proxy.
    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.proxies.iter().any(|net| net.contains(&address))
    }

    /// Returns the usage that is counted for a caller's address.
    pub(super) fn usage(&self, address: Option<IpAddr>) -> Option<Arc<Usage>> {
        let address = address.filter(|address| !self.trusts(*address))?;
        Some(Arc::clone(self.addresses.usage(address)))
    }

    /// Returns the address of the caller: that of the connection, or, behind a trusted proxy, what
    /// the proxy says.
    pub(super) fn address(&self, parts: &Parts) -> Option<IpAddr> {
        let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
        let peer = peer.ip().to_canonical();
        if !self.trusts(peer) {
            return Some(peer);
        }
        // Each proxy appends the address it got the request from. Whatever stands before the first
        // untrusted address may be forged.
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().rev();
        let forwarded = forwarded.flat_map(|value| value.to_str().unwrap_or("").rsplit(','));
        let forwarded = forwarded.map_while(|address| address.trim().parse::<IpAddr>().ok());
        let mut nearest = peer;
        for address in forwarded {
            nearest = address.to_canonical();
            if !self.trusts(nearest) {
                break;
            }
        }
        Some(nearest)
    }

    /// Until the engine stops: follows the token file, ends the streams of tokens that are no
    /// longer valid, and records when each token was last used.
    pub(super) async fn watch(&self, store: Arc<dyn Store>, stopping: CancellationToken) {
        let mut last_uses = LastUses::beside(&self.file);
        let events = store.latest_event();
        let mut asked = None;
        loop {
            self.reload();
            for sum in self.refusals.sum_up() {
                audit_log::write_sum(&sum, self.trail.get());
            }
            let next_expiry = self.end_expired(Timestamp::now());
            // Deleting an agent writes an event: without new events there is nothing to ask.
            let newest = Some(*events.borrow());
            if newest != asked && self.end_deleted(&*store).await {
                asked = newest;
            }
            last_uses.write(|| self.uses());
            tokio::select! {
                () = stopping.cancelled() => break,
                () = tokio::time::sleep(CHECK_EVERY.min(next_expiry)) => {}
            }
        }
        last_uses.close(self.uses()).await;
    }

    /// Ends the streams of expired tokens, and reports once each token that expires soon. Returns
    /// the time until the next expiry.
    fn end_expired(&self, now: Timestamp) -> Duration {
        let (mut next, mut expiring) = (Duration::MAX, 0);
        for known in self.all() {
            let Some(expires) = known.record.expires else {
                continue;
            };
            let left = expires.duration_since(now);
            if known.record.is_over(now) {
                known.revoked.cancel();
                continue;
            }
            // Plus a millisecond: a wait shorter than the clock's resolution would spin.
            let wait = left.unsigned_abs() + Duration::from_millis(1);
            next = next.min(wait);
            if left <= WARN_BEFORE {
                expiring += 1;
                if !known.expiry_reported.swap(true, Ordering::Relaxed) {
                    let name = &known.record.name;
                    tracing::warn!(
                        "the token {name} expires at {expires}: create another before that with \
                         switchboard-engine token create"
                    );
                }
            }
        }
        metrics::tokens_expiring(expiring);
        next
    }

    /// Ends the streams of tokens whose agent was deleted since. Returns whether the store
    /// answered.
    async fn end_deleted(&self, store: &dyn Store) -> bool {
        let open = self.all().into_iter().filter_map(|known| {
            // The file's table and this list hold one reference each, every open stream one more.
            let opened = Arc::strong_count(&known) > 2;
            let agent = known.record.role.agent().filter(|_| opened)?.clone();
            Some((known, agent))
        });
        let (open, agents): (Vec<_>, Vec<_>) = open.unzip();
        if open.is_empty() {
            return true;
        }
        let asked = timeout(STORE_TIMEOUT, store.last_deletions(&agents)).await;
        let Ok(Ok(deletions)) = asked else {
            return false;
        };
        for (known, deletion) in open.iter().zip(deletions) {
            if known.record.is_older_than(deletion) {
                known.revoked.cancel();
                // A fresh entry: if a failover loses the deletion, the token is valid again.
                let mut tokens = self.known.write().unwrap_or_else(PoisonError::into_inner);
                let kept = tokens.get_mut(&known.record.handle());
                if let Some(kept) = kept.filter(|kept| Arc::ptr_eq(kept, known)) {
                    *kept = Arc::new(known.without_streams());
                }
            }
        }
        true
    }

    fn all(&self) -> Vec<Arc<TokenState>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().cloned().collect()
    }

    /// Returns when each token was last used, since this process started.
    fn uses(&self) -> BTreeMap<TokenName, Option<Timestamp>> {
        let known = self.all();
        let uses = known
            .iter()
            .map(|known| (known.record.name.clone(), known.last_use()));
        uses.collect()
    }

    /// Reads the file again if it has changed. An unusable file changes nothing, and is reported
    /// once.
    fn reload(&self) {
        let now = token_file::state(&self.file);
        {
            let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
            if *seen == now {
                return;
            }
            *seen = now;
        }
        match token_file::read(&self.file) {
            Ok(tokens) => {
                let (number, revoked) = (tokens.len(), self.take(tokens));
                tracing::info!("the token file has changed: {number} tokens, {revoked} revoked");
            }
            Err(reason) => tracing::error!("{reason}; the previous tokens stay valid"),
        }
    }

    /// Replaces the tokens by those of the file, and returns how many are no longer valid.
    fn take(&self, tokens: Vec<Token>) -> usize {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::replace(&mut *known, by_handle(tokens));
        for (handle, new) in known.iter_mut() {
            // An unchanged token keeps its streams.
            if before
                .get(handle)
                .is_some_and(|old| old.record == new.record)
                && let Some(old) = before.remove(handle)
            {
                *new = old;
            }
        }
        before.values().map(|old| old.revoked.cancel()).count()
    }
}

/// Returns the token in the header; `None` if there is none, or more than one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::super::roles::Role;
    use super::*;
    use axum::http::{HeaderValue, Request};
    use shared::secret::Secret;

    fn create(file: &Path, name: &str) -> Secret {
        let (token, secret) = Token::create(name.parse().unwrap(), Role::Supervisor, None);
        token_file::add(file, token).unwrap();
        secret
    }

    fn sent(secret: &Secret) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let value = format!("Bearer {}", secret.reveal());
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&value).unwrap());
        headers
    }

    fn is_revoked(caller: &Caller) -> bool {
        let token = caller.token();
        token.is_some_and(|token| token.revoked.is_cancelled())
    }

    #[test]
    fn a_change_of_the_file_is_taken_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        let (stays, goes) = (create(&file, "stays"), create(&file, "goes"));
        let table = TokenTable::of(&file, vec![]).unwrap();
        let follower = table.caller(&sent(&goes)).unwrap();
        token_file::remove(&file, &"goes".parse().unwrap()).unwrap();
        table.reload();
        assert!(table.caller(&sent(&goes)).is_none());
        assert!(is_revoked(&follower), "what it follows ends");
        std::fs::write(&file, "{").unwrap();
        table.reload();
        let still = table.caller(&sent(&stays)).unwrap();
        std::fs::remove_file(&file).unwrap();
        table.reload();
        assert!(table.caller(&sent(&stays)).is_some());
        let late = create(&file, "late");
        table.reload();
        assert!(table.caller(&sent(&late)).is_some());
        assert!(is_revoked(&still) && table.caller(&sent(&stays)).is_none());
    }

    #[test]
    fn a_token_is_taken_from_one_header_of_its_kind() {
        let with = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(with(&["Bearer x"]).as_deref(), Some("x"));
        assert_eq!(with(&["bearer  x"]).as_deref(), Some("x"));
        for none in [&[][..], &["x"], &["Basic x"], &["Bearer x", "Bearer y"]] {
            assert_eq!(with(none), None, "{none:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        create(&file, "one");
        let nets = ["10.0.0.0/24", "10.9.9.9/32"].map(|net| net.parse().unwrap());
        let table = TokenTable::of(&file, nets.to_vec()).unwrap();
        let address = |peer: &str, forwarded: &[&str]| {
            let mut request = Request::new(());
            for value in forwarded {
                let value = HeaderValue::from_str(value).unwrap();
                request.headers_mut().append("x-forwarded-for", value);
            }
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            let found = table.address(&request.into_parts().0);
            found.unwrap().to_string()
        };
        assert_eq!(address("192.0.2.1:5", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(address("10.0.0.3:5", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            address("[::ffff:10.0.0.3]:5", &["198.51.100.7"]),
            "198.51.100.7"
        );
        let chain = ["6.6.6.6, 198.51.100.7", "10.9.9.9"];
        assert_eq!(address("10.0.0.3:5", &chain), "198.51.100.7");
        assert_eq!(address("10.0.0.3:5", &["6.6.6.6, nonsense"]), "10.0.0.3");
        assert_eq!(address("10.0.0.3:5", &[]), "10.0.0.3");
    }
}
