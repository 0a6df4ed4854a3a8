//! The connections that are open: how many there may be, and who has to leave for a new one.
//!
//! A new connection is worth more than one that is idle: it may be a load balancer's check, or a
//! supervisor. So when all places are taken the one that has been idle for longest is closed, and
//! first of all one that never brought a request that was let in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::quota::Whose;

/// What `idle_since` holds while a request is in hand.
const BUSY: u64 = u64::MAX;

/// The connections of a server.
#[derive(Debug)]
pub(super) struct Connections {
    open: Mutex<Open>,
    most: usize,
    most_of_address: usize,
    began: Instant,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    seats: HashMap<u64, Arc<Seat>>,
    addresses: HashMap<IpAddr, usize>,
}

/// What is known of a connection.
#[derive(Debug)]
pub(crate) struct Seat {
    number: u64,
    /// Whose it counts as; none for one whose address says nothing of who it is.
    address: Option<IpAddr>,
    began: Instant,
    /// Since when it has no request in hand, in milliseconds since the server began.
    idle_since: AtomicU64,
    /// Whether it ever brought a request.
    asked: AtomicBool,
    /// Whether it ever brought one that was let in.
    let_in: AtomicBool,
    /// Cancelled when it has to leave.
    pub(super) leave: CancellationToken,
}

impl Seat {
    fn new(number: u64, address: Option<IpAddr>, began: Instant) -> Self {
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
    pub(super) fn of_nobody() -> Arc<Self> {
        Arc::new(Self::new(0, None, Instant::now()))
    }

    /// Whether a request was ever brought.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Tells that a request is in hand.
    pub(super) fn begins(&self) {
        self.asked.store(true, Ordering::Relaxed);
        self.idle_since.store(BUSY, Ordering::Relaxed);
    }

    /// Tells that its answer is on its way.
    pub(super) fn ends(&self) {
        self.idle_since.store(since(self.began), Ordering::Relaxed);
    }

    /// Tells that a request was let in.
    pub(crate) fn let_in(&self) {
        self.let_in.store(true, Ordering::Relaxed);
    }

    /// Whether a request was ever let in.
    pub(super) fn was_let_in(&self) -> bool {
        self.let_in.load(Ordering::Relaxed)
    }

    /// Whether no request is in hand.
    pub(super) fn is_idle(&self) -> bool {
        self.idle_since.load(Ordering::Relaxed) != BUSY
    }

    /// Gives its rank among those that may have to leave; the lowest goes first.
    fn rank(&self) -> Option<(bool, u64)> {
        let idle = self.idle_since.load(Ordering::Relaxed);
        (idle != BUSY).then(|| (self.was_let_in(), idle))
    }
}

fn since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(0)
}

impl Connections {
    pub(super) fn new(most: usize, most_of_address: usize) -> Self {
        Self {
            open: Mutex::default(),
            most,
            most_of_address,
            began: Instant::now(),
        }
    }

    /// Gives a place to a connection, for which an idle one may have to leave; or tells whose
    /// limit is reached by connections that are all in use.
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Whose> {
        let mut open = self.lock();
        let of_address = address.and_then(|address| open.addresses.get(&address));
        if of_address.is_some_and(|number| *number >= self.most_of_address) {
            open.dismiss(|seat| seat.address == address)
                .ok_or(Whose::Address)?;
        } else if open.seats.len() >= self.most {
            open.dismiss(|_| true).ok_or(Whose::Engine)?;
        }
        open.next += 1;
        let seat = Arc::new(Seat::new(open.next, address, self.began));
        open.seats.insert(seat.number, Arc::clone(&seat));
        if let Some(address) = address {
            *open.addresses.entry(address).or_default() += 1;
        }
        Ok(Place {
            seat,
            of: Arc::clone(self),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Tells the one of these that is idle for longest to leave, if one is.
    fn dismiss(&mut self, of: impl Fn(&Seat) -> bool) -> Option<()> {
        let idle = self.seats.values().filter(|seat| of(seat));
        let idle = idle.filter_map(|seat| Some((seat.rank()?, seat.number)));
        let (_, number) = idle.min()?;
        let seat = self.remove(number)?;
        crate::metrics::dismissed();
        seat.leave.cancel();
        Some(())
    }

    fn remove(&mut self, number: u64) -> Option<Arc<Seat>> {
        let seat = self.seats.remove(&number)?;
        if let Some(address) = seat.address
            && let Some(left) = self.addresses.get_mut(&address)
        {
            *left -= 1;
            if *left == 0 {
                self.addresses.remove(&address);
            }
        }
        Some(seat)
    }
}

/// The place of a connection, which is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) seat: Arc<Seat>,
    of: Arc<Connections>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.of.lock().remove(self.seat.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(place: &Place) -> bool {
        place.seat.leave.is_cancelled()
    }

    #[test]
    fn the_longest_idle_stranger_leaves_first_and_nobody_who_is_busy() {
        let open = Arc::new(Connections::new(3, 3));
        let [known, stranger, busy] = [(); 3].map(|()| open.take(None).unwrap());
        known.seat.let_in();
        busy.seat.begins();
        let fourth = open.take(None).unwrap();
        assert!(left(&stranger) && !left(&known) && !left(&busy));
        fourth.seat.begins();
        drop(stranger);
        let fifth = open.take(None).unwrap();
        assert!(left(&known) && !left(&busy));
        fifth.seat.begins();
        assert_eq!(open.take(None).unwrap_err(), Whose::Engine);
        busy.seat.ends();
        assert!(open.take(None).is_ok() && left(&busy));
    }

    #[test]
    fn an_address_takes_the_place_of_none_but_its_own() {
        let open = Arc::new(Connections::new(9, 2));
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| Some(text.parse().unwrap()));
        let other = open.take(there).unwrap();
        let first = open.take(here).unwrap();
        let second = open.take(here).unwrap();
        let third = open.take(here).unwrap();
        assert!(!left(&other) && left(&first) && !left(&second));
        second.seat.begins();
        third.seat.begins();
        assert_eq!(open.take(here).unwrap_err(), Whose::Address);
        drop((first, second, third, other));
        let open = open.lock();
        assert!(open.seats.is_empty() && open.addresses.is_empty());
    }
}
