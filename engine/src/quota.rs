//! How much one caller may have at once of what an engine takes, and what is kept for those who
//! run the floor. Counters alone: no request waits for another here.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many addresses are counted apart. Two that share a place are counted together, which
/// nobody can bring about on purpose.
const PLACES: usize = 4096;
/// Of what the engine takes in all, one in so many is kept for supervisors and admins.
const KEPT: usize = 8;
/// An agent's token has one in so many of what another token has: it is for one desk.
const OF_AN_AGENT: usize = 8;

/// How many there may be at once of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// For all callers together.
    pub all: usize,
    /// For all connections and tokens from one address; of bodies, supervisors and admins may
    /// have more.
    pub address: usize,
    /// For one token; one of an agent has an eighth of it.
    pub token: usize,
}

/// Whose limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// That of the whole engine.
    Engine,
    /// That of the caller's address.
    Address,
    /// That of the caller's token.
    Token,
}

/// How many there are at present.
#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Count {
    /// Adds so much, if that comes to no more than `most`.
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

/// What one caller has at present.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    requests: Count,
    bodies: Count,
    streams: Count,
}

/// What is counted of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A request that is worked on.
    Request,
    /// A body that arrives. Counted apart: who sends slowly takes no request from anybody.
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

/// What the callers of each address have at present.
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
    /// Gives what is counted of this address.
    pub(crate) fn usage(&self, address: IpAddr) -> &Arc<Usage> {
        let place = self.hasher.hash_one(counted_as(address)) % PLACES as u64;
        // There are far fewer places than a usize has numbers.
        &self.places[usize::try_from(place).unwrap_or(0)]
    }
}

/// Gives the address by which a caller is counted: of IPv6 the network, for whoever has one has
/// all the addresses in it.
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
pub(crate) struct Caller {
    pub(crate) token: Arc<Usage>,
    /// None where the address is not known, or is not counted.
    pub(crate) address: Option<Arc<Usage>>,
    /// Whether the token is one agent's own.
    pub(crate) is_agent: bool,
}

impl Caller {
    /// Counts one more for this caller, if it may have it.
    pub(crate) fn take(&self, thing: Thing, most: Most) -> Result<Taken, Whose> {
        let of_token = if self.is_agent {
            most.token.div_ceil(OF_AN_AGENT)
        } else {
            most.token
        };
        if !self.token.of(thing).add(1, of_token) {
            return Err(Whose::Token);
        }
        let mut taken = Taken {
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

/// What a caller has, until it is dropped.
#[derive(Debug)]
pub(crate) struct Taken {
    thing: Thing,
    token: Arc<Usage>,
    address: Option<Arc<Usage>>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.token.of(self.thing).remove(1);
        if let Some(address) = &self.address {
            address.of(self.thing).remove(1);
        }
    }
}

/// What an engine has room for in all.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    taken: Arc<Count>,
    most: usize,
}

impl Room {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            taken: Arc::default(),
            most,
        }
    }

    /// Gives room for so much. Some of it is for those who run the floor alone.
    pub(crate) fn take(&self, much: usize, runs_the_floor: bool) -> Option<Held> {
        let kept = if runs_the_floor { 0 } else { self.most / KEPT };
        let most = self.most - kept;
        self.taken.add(much, most).then(|| Held {
            taken: Arc::clone(&self.taken),
            much,
            most,
        })
    }
}

/// Room that is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    taken: Arc<Count>,
    much: usize,
    /// How much may be taken in all.
    most: usize,
}

impl Held {
    /// Takes more, if there is room.
    pub(crate) fn grow(&mut self, more: usize) -> bool {
        let fits = self.taken.add(more, self.most);
        if fits {
            self.much += more;
        }
        fits
    }
}

impl Drop for Held {
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

    fn caller(address: &Arc<Usage>, is_agent: bool) -> Caller {
        Caller {
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
        // What is counted of one thing leaves the other alone.
        let request = agent.take(Thing::Request, MOST);
        assert!(request.is_ok() && kept.iter().all(Result::is_ok));
        let other = caller(here, false);
        let third = other.take(Thing::Stream, MOST);
        assert!(third.is_ok());
        assert_eq!(other.take(Thing::Stream, MOST).unwrap_err(), Whose::Address);
        // A refusal leaves nothing behind, and what is given back is there again.
        drop(kept);
        let more: Vec<_> = (0..2).map(|_| other.take(Thing::Stream, MOST)).collect();
        assert!(more.iter().all(Result::is_ok));
        drop((third, more));
        assert_eq!(other.token.streams.0.load(Ordering::Relaxed), 0);
        assert_eq!(here.streams.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn room_is_kept_for_those_who_run_the_floor() {
        let room = Room::new(16);
        let kept: Vec<_> = (0..14).map(|_| room.take(1, false)).collect();
        assert!(kept.iter().all(Option::is_some));
        assert!(room.take(1, false).is_none());
        let (first, second) = (room.take(1, true), room.take(1, true));
        assert!(first.is_some() && second.is_some());
        assert!(room.take(1, true).is_none());
        drop((kept, first));
        let mut grows = room.take(12, false).unwrap();
        assert!(grows.grow(1) && !grows.grow(1));
        drop(grows);
        assert!(room.take(13, false).is_some());
    }

    #[test]
    fn addresses_of_one_network_are_one_caller() {
        let counted = |text: &str| counted_as(text.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
