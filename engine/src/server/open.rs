//! The open connections: their limit, and which one closes for a new one.
//!
//! A new connection is worth more than an idle one: it may be a load balancer's check, or a
//! supervisor. So at the limit the longest idle connection is closed, and those without any
//! admitted request go first.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::connection_state::{ConnectionState, Rank};
use crate::quota::Whose;

/// How many candidates for closing one scan collects.
const FOUND: usize = 64;

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
    connections: HashMap<u64, Arc<ConnectionState>>,
    addresses: HashMap<IpAddr, usize>,
    /// Candidates for closing, the next one last, with the rank that each had.
    found: Vec<(Rank, u64)>,
    /// The address whose connections were scanned; `None` for all.
    found_of: Option<IpAddr>,
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

    /// Reserves a slot for a connection, for which an idle one may be closed. The error says whose
    /// limit is reached by connections that are all in use.
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<ConnectionSlot, Whose> {
        let mut open = self.lock();
        let of_address = address.and_then(|address| open.addresses.get(&address));
        if of_address.is_some_and(|number| *number >= self.most_of_address) {
            open.dismiss(address).ok_or(Whose::Address)?;
        } else if open.connections.len() >= self.most {
            open.dismiss(None).ok_or(Whose::Engine)?;
        }
        open.next += 1;
        let state = Arc::new(ConnectionState::new(open.next, address, self.began));
        open.connections.insert(state.number, Arc::clone(&state));
        if let Some(address) = address {
            *open.addresses.entry(address).or_default() += 1;
        }
        Ok(ConnectionSlot {
            state,
            of: Arc::clone(self),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes the longest idle connection, if any; with an address, one of that address.
    fn dismiss(&mut self, of: Option<IpAddr>) -> Option<()> {
        let number = self.found_before(of).or_else(|| self.scan(of))?;
        let state = self.remove(number)?;
        crate::metrics::dismissed();
        state.close.cancel();
        Some(())
    }

    /// Returns the next candidate of the last scan, if it has been idle ever since.
    fn found_before(&mut self, of: Option<IpAddr>) -> Option<u64> {
        if self.found_of != of {
            return None;
        }
        while let Some((rank, number)) = self.found.pop() {
            let now = self.connections.get(&number).and_then(|state| state.rank());
            if now == Some(rank) {
                return Some(number);
            }
        }
        None
    }

    /// Scans all connections, and keeps some of the candidates: otherwise each connection of a
    /// burst would cost a scan.
    fn scan(&mut self, of: Option<IpAddr>) -> Option<u64> {
        let connections = self.connections.values();
        let connections = connections.filter(|state| of.is_none() || state.address == of);
        let ranked = connections.filter_map(|state| Some((state.rank()?, state.number)));
        let mut found: Vec<_> = ranked.collect();
        if found.len() > FOUND {
            found.select_nth_unstable(FOUND);
            found.truncate(FOUND);
        }
        found.sort_unstable_by(|one, other| other.cmp(one));
        let (_, number) = found.pop()?;
        // Only those that never had a request admitted are kept: whatever becomes idle later ranks
        // behind them, but may rank before the others.
        found.retain(|((was_admitted, _), _)| !was_admitted);
        (self.found, self.found_of) = (found, of);
        Some(number)
    }

    fn remove(&mut self, number: u64) -> Option<Arc<ConnectionState>> {
        let state = self.connections.remove(&number)?;
        if let Some(address) = state.address
            && let Some(left) = self.addresses.get_mut(&address)
        {
            *left -= 1;
            if *left == 0 {
                self.addresses.remove(&address);
            }
        }
        Some(state)
    }
}

/// The slot of a connection, released on drop.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    pub(super) state: Arc<ConnectionState>,
    of: Arc<Connections>,
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.of.lock().remove(self.state.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(slot: &ConnectionSlot) -> bool {
        slot.state.close.is_cancelled()
    }

    #[test]
    fn the_longest_idle_stranger_leaves_first_and_nobody_who_is_busy() {
        let open = Arc::new(Connections::new(3, 3));
        let [known, stranger, busy] = [(); 3].map(|()| open.take(None).unwrap());
        known.state.record_admission();
        busy.state.record_request();
        let fourth = open.take(None).unwrap();
        assert!(left(&stranger) && !left(&known) && !left(&busy));
        fourth.state.record_request();
        drop(stranger);
        let fifth = open.take(None).unwrap();
        assert!(left(&known) && !left(&busy));
        fifth.state.record_request();
        assert_eq!(open.take(None).unwrap_err(), Whose::Engine);
        busy.state.record_answer();
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
        second.state.record_request();
        third.state.record_request();
        assert_eq!(open.take(here).unwrap_err(), Whose::Address);
        drop((first, second, third, other));
        let open = open.lock();
        assert!(open.connections.is_empty() && open.addresses.is_empty());
    }
    #[test]
    fn of_a_crowd_each_leaves_in_turn_whatever_the_others_did_meanwhile() {
        let open = Arc::new(Connections::new(200, 200));
        let mut slots: HashMap<u64, ConnectionSlot> = HashMap::new();
        for step in 0..2000_u64 {
            let next = {
                let open = open.lock();
                let connections = open.connections.values();
                let ranked = connections.filter_map(|state| Some((state.rank()?, state.number)));
                ranked.min().filter(|_| open.connections.len() == 200)
            };
            let slot = open.take(None).unwrap();
            slots.insert(slot.state.number, slot);
            if let Some((_, number)) = next {
                assert!(left(&slots[&number]), "step {step}");
                slots.remove(&number);
            }
            // Some are busy for a while, and some have had a request admitted.
            let mut connections: Vec<_> = slots.values().map(|slot| &slot.state).collect();
            connections.sort_unstable_by_key(|state| state.number);
            let state = connections[usize::try_from(step * 7919).unwrap() % connections.len()];
            match step % 5 {
                0 => state.record_request(),
                1 | 2 => state.record_answer(),
                3 if step % 3 == 0 => state.record_admission(),
                _ => {}
            }
        }
    }
}
