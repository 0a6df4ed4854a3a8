//! The limits of a server. Beyond them a request is refused at once, instead of memory and waiting
//! times growing.

use std::time::Duration;

use crate::quota::Most;

/// The limits that an operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections. Idle ones count: a balancer keeps some, a desk one or two.
    pub connections: usize,
    /// Open connections per address, where callers use tokens. Connections from trusted proxies do
    /// not count.
    pub connections_of_address: usize,
    /// Open event streams.
    pub streams: usize,
    /// Open event streams per address.
    pub streams_of_address: usize,
    /// Open event streams per token; an agent's token has an eighth of it.
    pub streams_of_token: usize,
    /// Requests processed at once. Open event streams do not count, nor do the requests of load
    /// balancers and monitoring.
    pub requests: usize,
    /// Requests at once per address.
    pub requests_of_address: usize,
    /// Requests at once per token; an agent's token has an eighth of it.
    pub requests_of_token: usize,
    /// How long a connection may take to send the complete head of its next request, whether it is
    /// silent or sends a byte a second. The first head must come within ten seconds. This is longer
    /// than any balancer keeps a connection: otherwise the server could close just as the balancer
    /// sends a request.
    pub idle: Duration,
    /// How long a client may leave sent data unacknowledged or unread before its connection is cut.
    /// Only on Linux.
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
    /// Returns the limits for requests.
    pub(crate) fn requests(&self) -> Most {
        Most {
            all: self.requests,
            address: self.requests_of_address,
            token: self.requests_of_token,
        }
    }

    /// Returns the limits for event streams.
    pub(crate) fn streams(&self) -> Most {
        Most {
            all: self.streams,
            address: self.streams_of_address,
            token: self.streams_of_token,
        }
    }
}

/// The most bytes of a request's head. Far more than a client without cookies needs; a longer head,
/// or more than 100 headers, is answered with 431.
pub(crate) const LONGEST_HEAD: usize = 16 * 1024;
/// The most bytes that a connection buffers in either direction. An event stream whose reader reads
/// nothing holds this and the kernel's buffer, no more.
pub(crate) const BUFFER: usize = 64 * 1024;
/// The send buffer in the kernel per client, in bytes (the kernel doubles it for its own use). By
/// default it grows to 4 MB for each slow reader.
pub(crate) const KERNEL_BUFFER: usize = 128 * 1024;
/// How many connections may wait to be accepted; the system may allow fewer. A connection beyond
/// that is dropped, and retried by the client only after a second.
pub(crate) const BACKLOG: u32 = 4096;
/// How long a new connection may take to send the head of its first request.
pub(crate) const FIRST_HEAD: Duration = Duration::from_secs(10);
/// How long a connection that must close may take to finish its answer.
pub(crate) const LEAVE: Duration = Duration::from_secs(1);
/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE: Duration = Duration::from_secs(10);
/// How many connections beyond the limit are told why they are refused; others are just closed.
pub(crate) const HEARD: usize = 64;
/// How long such a connection has to send its request.
pub(crate) const HEARD_FOR: Duration = Duration::from_secs(1);
