//! The state of one open connection, used to choose which one closes when the limit is reached.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

/// Whether a request was ever admitted, and since when the connection is idle.
pub(crate) type Rank = (bool, u64);

/// Value of `idle_since` while a request is in progress.
const BUSY: u64 = u64::MAX;

/// The state of a connection.
#[derive(Debug)]
pub(crate) struct ConnectionState {
    pub(crate) number: u64,
    /// The address it is counted under; `None` if the address does not identify the caller.
    pub(crate) address: Option<IpAddr>,
    pub(crate) began: Instant,
    /// Since when it is idle, in milliseconds since the server began.
    idle_since: AtomicU64,
    /// Whether it ever sent a request.
    sent_request: AtomicBool,
    /// Whether it ever sent one that was admitted.
    admitted: AtomicBool,
    /// Cancelled when the connection must close.
    pub(crate) close: CancellationToken,
}

impl ConnectionState {
    pub(crate) fn new(number: u64, address: Option<IpAddr>, began: Instant) -> Self {
        Self {
            number,
            address,
            began,
            idle_since: AtomicU64::new(since(began)),
            sent_request: AtomicBool::new(false),
            admitted: AtomicBool::new(false),
            close: CancellationToken::new(),
        }
    }

    /// Returns the state of a connection that is not counted.
    pub(crate) fn uncounted() -> Arc<Self> {
        Arc::new(Self::new(0, None, Instant::now()))
    }

    /// Whether it ever sent a request.
    pub(crate) fn has_sent_request(&self) -> bool {
        self.sent_request.load(Ordering::Relaxed)
    }

    /// Records that a request is in progress.
    pub(crate) fn record_request(&self) {
        self.sent_request.store(true, Ordering::Relaxed);
        self.idle_since.store(BUSY, Ordering::Relaxed);
    }

    /// Records that the answer is being sent.
    pub(crate) fn record_answer(&self) {
        self.idle_since.store(since(self.began), Ordering::Relaxed);
    }

    /// Records that a request was admitted.
    pub(crate) fn record_admission(&self) {
        self.admitted.store(true, Ordering::Relaxed);
    }

    /// Whether a request was ever admitted.
    pub(crate) fn was_admitted(&self) -> bool {
        self.admitted.load(Ordering::Relaxed)
    }

    /// Whether no request is in progress.
    pub(crate) fn is_idle(&self) -> bool {
        self.idle_since.load(Ordering::Relaxed) != BUSY
    }

    /// Returns its rank among the idle connections; the lowest closes first. `None` while busy.
    pub(crate) fn rank(&self) -> Option<Rank> {
        let idle = self.idle_since.load(Ordering::Relaxed);
        (idle != BUSY).then(|| (self.was_admitted(), idle))
    }
}

fn since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(0)
}
