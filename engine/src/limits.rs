//! What a server takes at the most: beyond it the answer is no, at once, instead of memory and
//! waiting that grow.

use std::time::Duration;

use crate::quota::Most;

/// The limits that an operator may choose.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections are open. Idle ones count: a balancer keeps some, a desk one or two.
    pub connections: usize,
    /// How many of them from one address, where callers show tokens; those from trusted proxies
    /// are not counted so.
    pub connections_of_address: usize,
    /// How many event streams are open.
    pub streams: usize,
    /// How many of them from one address.
    pub streams_of_address: usize,
    /// How many of them by one token; one of an agent has an eighth of it.
    pub streams_of_token: usize,
    /// How many requests are worked on at once. Event streams that have begun do not count, nor
    /// what load balancers and monitoring ask.
    pub requests: usize,
    /// How many of them from one address.
    pub requests_of_address: usize,
    /// How many of them by one token; one of an agent has an eighth of it.
    pub requests_of_token: usize,
    /// How long a connection may take to bring the next request's head whole, whether it says
    /// nothing or a byte a second. The first has to come within ten seconds.
    /// It is longer than any balancer keeps a connection: who closes first decides who has to
    /// deal with a request that was just sent.
    pub idle: Duration,
    /// How long a client may leave untaken what was sent to it: one that has vanished, or that
    /// does not read, is cut then. Only Linux can.
    pub untaken: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_of_address: 2048,
            streams: 1024,
            streams_of_address: 512,
            streams_of_token: 64,
            requests: 256,
            requests_of_address: 128,
            requests_of_token: 64,
            idle: Duration::from_secs(75),
            untaken: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// How many requests there may be.
    pub(crate) fn requests(&self) -> Most {
        Most {
            all: self.requests,
            address: self.requests_of_address,
            token: self.requests_of_token,
        }
    }

    /// How many event streams there may be.
    pub(crate) fn streams(&self) -> Most {
        Most {
            all: self.streams,
            address: self.streams_of_address,
            token: self.streams_of_token,
        }
    }
}

/// The most bytes of a request's head. Far more than any client's that has no cookies; the answer
/// to a longer one is 431, as it is to more than 100 headers.
pub(crate) const LONGEST_HEAD: usize = 16 * 1024;
/// The most bytes that a connection buffers in either direction. An event stream whose reader
/// takes nothing holds no more than this and what the kernel holds.
pub(crate) const BUFFER: usize = 64 * 1024;
/// The most bytes that the kernel holds for a client (it takes twice that, for its own): left to
/// itself it goes up to 4 MB, for each reader that is slow.
pub(crate) const KERNEL_BUFFER: usize = 128 * 1024;
/// How many connections may have come and not be taken yet; the system may allow fewer. One that
/// finds no room is dropped, and comes again only after a second.
pub(crate) const BACKLOG: u32 = 4096;
/// How long a new connection may take to bring the head of its first request.
pub(crate) const FIRST_HEAD: Duration = Duration::from_secs(10);
/// How long a connection that has to leave may take to end what it has said.
pub(crate) const LEAVE: Duration = Duration::from_secs(1);
/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE: Duration = Duration::from_secs(10);
/// How many connections beyond the limit hear why they are refused; others are just closed.
pub(crate) const HEARD: usize = 64;
/// How long one of these has to ask.
pub(crate) const HEARD_FOR: Duration = Duration::from_secs(1);
