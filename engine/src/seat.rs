//! What is known of one open connection, by which it is decided who leaves when there is no room.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

/// Whether a request was ever let in, and since when none is in hand.
pub(crate) type Rank = (bool, u64);

/// What `idle_since` holds while a request is in hand.
const BUSY: u64 = u64::MAX;

/// What is known of a connection.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) number: u64,
    /// Whose it counts as; none for one whose address says nothing of who it is.
    pub(crate) address: Option<IpAddr>,
    pub(crate) began: Instant,
    /// Since when it has no request in hand, in milliseconds since the server began.
    idle_since: AtomicU64,
    /// Whether it ever brought a request.
    asked: AtomicBool,
    /// Whether it ever brought one that was let in.
    let_in: AtomicBool,
    /// Cancelled when it has to leave.
    pub(crate) leave: CancellationToken,
}

impl Seat {
    pub(crate) fn new(number: u64, address: Option<IpAddr>, began: Instant) -> Self {
        Self {
            number,
            address,
            began,
            idle_since: AtomicU64::new(since(began)),
            asked: AtomicBool::new(false),
            let_in: AtomicBool::new(false),
            leave: CancellationToken::new(),
        }
    }

    /// Gives what a connection that has no place is served with.
    pub(crate) fn of_nobody() -> Arc<Self> {
        Arc::new(Self::new(0, None, Instant::now()))
    }

    /// Whether a request was ever brought.
    pub(crate) fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Tells that a request is in hand.
    pub(crate) fn begins(&self) {
        self.asked.store(true, Ordering::Relaxed);
        self.idle_since.store(BUSY, Ordering::Relaxed);
    }

    /// Tells that its answer is on its way.
    pub(crate) fn ends(&self) {
        self.idle_since.store(since(self.began), Ordering::Relaxed);
    }

    /// Tells that a request was let in.
    pub(crate) fn let_in(&self) {
        self.let_in.store(true, Ordering::Relaxed);
    }

    /// Whether a request was ever let in.
    pub(crate) fn was_let_in(&self) -> bool {
        self.let_in.load(Ordering::Relaxed)
    }

    /// Whether no request is in hand.
    pub(crate) fn is_idle(&self) -> bool {
        self.idle_since.load(Ordering::Relaxed) != BUSY
    }

    /// Gives its rank among those that may have to leave; the lowest goes first.
    pub(crate) fn rank(&self) -> Option<Rank> {
        let idle = self.idle_since.load(Ordering::Relaxed);
        (idle != BUSY).then(|| (self.was_let_in(), idle))
    }
}

fn since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(0)
}
