//! Quotas per caller, and the share reserved for supervisors and admins. Only counters: no request
//! waits for another here.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many buckets the addresses are hashed into. Two addresses in one bucket are counted
/// together, which nobody can cause on purpose.
const PLACES: usize = 4096;
/// One in this many of the engine's total is reserved for supervisors and admins.
const KEPT: usize = 8;
/// An agent's token has one in this many of another token's quota: it is for one desk.
const OF_AN_AGENT: usize = 8;

/// The limits for one kind of thing at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// For all callers together.
    pub all: usize,
    /// For all connections and tokens from one address. Supervisors and admins are exempt for
    /// bodies.
    pub address: usize,
    /// For one token; an agent's token has an eighth of it.
    pub token: usize,
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The whole engine's.
    Engine,
    /// The caller's address's.
    Address,
    /// The caller's token's.
    Token,
}

/// A current count.
#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Count {
    /// Adds `much`, if the sum is at most `most`.
    fn add(&self, much: usize, most: usize) -> bool {
        let before = self.0.fetch_add(much, Ordering::Relaxed);
        let fits = before.checked_add(much).is_some_and(|sum| sum <= most);
        if !fits {
            self.0.fetch_sub(much, Ordering::Relaxed);
        }
        fits
    }

    fn remove(&self, much: usize) {
        self.0.fetch_sub(much, Ordering::Relaxed);
    }
}

/// What one caller uses at present.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    requests: Count,
    bodies: Count,
    streams: Count,
}

/// What is counted per caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A request being processed.
    Request,
    /// A body being received. Counted separately, so that slow senders use up no request slots.
    Body,
    /// An event stream.
    Stream,
}

impl Usage {
    fn of(&self, thing: Thing) -> &Count {
        match thing {
            Thing::Request => &self.requests,
            Thing::Body => &self.bodies,
            Thing::Stream => &self.streams,
        }
    }
}

/// What the callers of each address use at present.
#[derive(Debug)]
pub(crate) struct Addresses {
    places: Box<[Arc<Usage>]>,
    hasher: RandomState,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            places: (0..PLACES).map(|_| Arc::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

impl Addresses {
    /// Returns the usage of this address.
    pub(crate) fn usage(&self, address: IpAddr) -> &Arc<Usage> {
        let place = self.hasher.hash_one(counted_as(address)) % PLACES as u64;
        // The number of buckets fits in a `usize`.
        &self.places[usize::try_from(place).unwrap_or(0)]
    }
}

/// Returns the address by which a caller is counted. For IPv6 it is the network, because its owner
/// has all the addresses in it.
pub(crate) fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// A caller, as it is counted.
#[derive(Clone, Debug)]
pub(crate) struct CallerUsage {
    pub(crate) token: Arc<Usage>,
    /// `None` where the address is unknown or not counted.
    pub(crate) address: Option<Arc<Usage>>,
    /// Whether the token is an agent's.
    pub(crate) is_agent: bool,
}

impl CallerUsage {
    /// Counts one more for this caller, if its limits allow.
    pub(crate) fn take(&self, thing: Thing, most: Most) -> Result<CallerSlot, Whose> {
        let of_token = if self.is_agent {
            most.token.div_ceil(OF_AN_AGENT)
        } else {
            most.token
        };
        if !self.token.of(thing).add(1, of_token) {
            return Err(Whose::Token);
        }
        let mut taken = CallerSlot {
            thing,
            token: Arc::clone(&self.token),
            address: None,
        };
        if let Some(address) = &self.address {
            if !address.of(thing).add(1, most.address) {
                return Err(Whose::Address);
            }
            taken.address = Some(Arc::clone(address));
        }
        Ok(taken)
    }
}

/// One counted thing of a caller, until dropped.
#[derive(Debug)]
pub(crate) struct CallerSlot {
    thing: Thing,
    token: Arc<Usage>,
    address: Option<Arc<Usage>>,
}

impl Drop for CallerSlot {
    fn drop(&mut self) {
        self.token.of(self.thing).remove(1);
        if let Some(address) = &self.address {
            address.of(self.thing).remove(1);
        }
    }
}

/// The capacity of an engine as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Capacity {
    taken: Arc<Count>,
    most: usize,
}

impl Capacity {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            taken: Arc::default(),
            most,
        }
    }

    /// Reserves `much`. Some of the capacity is only for supervisors and admins.
    pub(crate) fn take(&self, much: usize, runs_the_floor: bool) -> Option<Reserved> {
        let kept = if runs_the_floor { 0 } else { self.most / KEPT };
        let most = self.most - kept;
        self.taken.add(much, most).then(|| Reserved {
            taken: Arc::clone(&self.taken),
            much,
            most,
        })
    }
}

/// Reserved capacity, released on drop.
#[derive(Debug)]
pub(crate) struct Reserved {
    taken: Arc<Count>,
    much: usize,
    /// The total up to which it may grow.
    most: usize,
}

impl Reserved {
    /// Reserves more, if there is capacity.
    pub(crate) fn grow(&mut self, more: usize) -> bool {
        let fits = self.taken.add(more, self.most);
        if fits {
            self.much += more;
        }
        fits
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.taken.remove(self.much);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Most = Most {
        all: 100,
        address: 3,
        token: 16,
    };

    fn caller(address: &Arc<Usage>, is_agent: bool) -> CallerUsage {
        CallerUsage {
            token: Arc::default(),
            address: Some(Arc::clone(address)),
            is_agent,
        }
    }

    #[test]
    fn one_token_and_one_address_have_no_more_than_their_share() {
        let addresses = Addresses::default();
        let here = addresses.usage("192.0.2.1".parse().unwrap());
        let agent = caller(here, true);
        let kept: Vec<_> = (0..2).map(|_| agent.take(Thing::Stream, MOST)).collect();
        assert_eq!(agent.take(Thing::Stream, MOST).unwrap_err(), Whose::Token);
        // The counts of different things are independent.
        let request = agent.take(Thing::Request, MOST);
        assert!(request.is_ok() && kept.iter().all(Result::is_ok));
        let other = caller(here, false);
        let third = other.take(Thing::Stream, MOST);
        assert!(third.is_ok());
        assert_eq!(other.take(Thing::Stream, MOST).unwrap_err(), Whose::Address);
        // A refusal leaves nothing counted, and what is released is available again.
        drop(kept);
        let more: Vec<_> = (0..2).map(|_| other.take(Thing::Stream, MOST)).collect();
        assert!(more.iter().all(Result::is_ok));
        drop((third, more));
        assert_eq!(other.token.streams.0.load(Ordering::Relaxed), 0);
        assert_eq!(here.streams.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn room_is_kept_for_those_who_run_the_floor() {
        let capacity = Capacity::new(16);
        let kept: Vec<_> = (0..14).map(|_| capacity.take(1, false)).collect();
        assert!(kept.iter().all(Option::is_some));
        assert!(capacity.take(1, false).is_none());
        let (first, second) = (capacity.take(1, true), capacity.take(1, true));
        assert!(first.is_some() && second.is_some());
        assert!(capacity.take(1, true).is_none());
        drop((kept, first));
        let mut grows = capacity.take(12, false).unwrap();
        assert!(grows.grow(1) && !grows.grow(1));
        drop(grows);
        assert!(capacity.take(13, false).is_some());
    }

    #[test]
    fn addresses_of_one_network_are_one_caller() {
        let counted = |text: &str| counted_as(text.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
