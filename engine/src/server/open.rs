//! The open connections: their limit, and which one closes for a new one.
//!
//! A new connection is worth more than an idle one: it may be a load balancer's check, or a
//! supervisor. So at the limit the longest idle connection is closed, and those without any
//! admitted request go first.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::quota::Whose;
use crate::seat::{Rank, Seat};

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
    seats: HashMap<u64, Arc<Seat>>,
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

    /// Reserves a place for a connection, for which an idle one may be closed. The error says whose
    /// limit is reached by connections that are all in use.
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Whose> {
        let mut open = self.lock();
        let of_address = address.and_then(|address| open.addresses.get(&address));
        if of_address.is_some_and(|number| *number >= self.most_of_address) {
            open.dismiss(address).ok_or(Whose::Address)?;
        } else if open.seats.len() >= self.most {
            open.dismiss(None).ok_or(Whose::Engine)?;
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
    /// Closes the longest idle connection, if any; with an address, one of that address.
    fn dismiss(&mut self, of: Option<IpAddr>) -> Option<()> {
        let number = self.found_before(of).or_else(|| self.look(of))?;
        let seat = self.remove(number)?;
        crate::metrics::dismissed();
        seat.leave.cancel();
        Some(())
    }

    /// Returns the next candidate of the last scan, if it has been idle ever since.
    fn found_before(&mut self, of: Option<IpAddr>) -> Option<u64> {
        if self.found_of != of {
            return None;
        }
        while let Some((rank, number)) = self.found.pop() {
            let now = self.seats.get(&number).and_then(|seat| seat.rank());
            if now == Some(rank) {
                return Some(number);
            }
        }
        None
    }

    /// Scans all connections, and keeps some of the candidates: otherwise each connection of a
    /// burst would cost a scan.
    fn look(&mut self, of: Option<IpAddr>) -> Option<u64> {
        let seats = self.seats.values();
        let seats = seats.filter(|seat| of.is_none() || seat.address == of);
        let ranked = seats.filter_map(|seat| Some((seat.rank()?, seat.number)));
        let mut found: Vec<_> = ranked.collect();
        if found.len() > FOUND {
            found.select_nth_unstable(FOUND);
            found.truncate(FOUND);
        }
        found.sort_unstable_by(|one, other| other.cmp(one));
        let (_, number) = found.pop()?;
        // Only those that never had a request admitted are kept: whatever becomes idle later ranks
        // behind them, but may rank before the others.
        found.retain(|((was_let_in, _), _)| !was_let_in);
        (self.found, self.found_of) = (found, of);
        Some(number)
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

/// The place of a connection, released on drop.
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
    #[test]
    fn of_a_crowd_each_leaves_in_turn_whatever_the_others_did_meanwhile() {
        let open = Arc::new(Connections::new(200, 200));
        let mut places: HashMap<u64, Place> = HashMap::new();
        for step in 0..2000_u64 {
            let next = {
                let open = open.lock();
                let seats = open.seats.values();
                let ranked = seats.filter_map(|seat| Some((seat.rank()?, seat.number)));
                ranked.min().filter(|_| open.seats.len() == 200)
            };
            let place = open.take(None).unwrap();
            places.insert(place.seat.number, place);
            if let Some((_, number)) = next {
                assert!(left(&places[&number]), "step {step}");
                places.remove(&number);
            }
            // Some are busy for a while, and some have had a request admitted.
            let mut seats: Vec<_> = places.values().map(|place| &place.seat).collect();
            seats.sort_unstable_by_key(|seat| seat.number);
            let seat = seats[usize::try_from(step * 7919).unwrap() % seats.len()];
            match step % 5 {
                0 => seat.begins(),
                1 | 2 => seat.ends(),
                3 if step % 3 == 0 => seat.let_in(),
                _ => {}
            }
        }
    }
}
