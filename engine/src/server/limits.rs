//! What a server takes at the most: beyond it the answer is no, at once, instead of memory and
//! waiting that grow.

use std::time::Duration;

/// The limits that an operator may choose.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections are open. Idle ones count: a balancer keeps some, a desk one or two.
    pub connections: usize,
    /// How many event streams are open.
    pub streams: usize,
    /// How many requests are worked on at once. Event streams that have begun do not count, nor
    /// what load balancers and monitoring ask.
    pub requests: usize,
    /// How long a connection may take to bring the next request's head whole, whether it says
    /// nothing or a byte a second. One limit is enough: a shorter one for heads alone would free
    /// nothing, since whoever holds connections by sending slowly could as well be silent.
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
            streams: 1024,
            requests: 256,
            idle: Duration::from_secs(75),
            untaken: Duration::from_secs(10),
        }
    }
}

/// The most bytes of a request's head. Far more than any client's that has no cookies; the answer
/// to a longer one is 431, as it is to more than 100 headers.
pub(super) const LONGEST_HEAD: usize = 16 * 1024;
/// The most bytes that a connection buffers in either direction. An event stream whose reader
/// takes nothing holds no more than this and what the kernel holds.
pub(super) const BUFFER: usize = 64 * 1024;
/// The most bytes that the kernel holds for a client (it takes twice that, for its own): left to
/// itself it goes up to 4 MB, for each reader that is slow.
pub(super) const KERNEL_BUFFER: usize = 128 * 1024;
/// How long a TLS handshake may take.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(10);
/// How many connections beyond the limit hear why they are refused; others are just closed.
pub(super) const HEARD: usize = 64;
/// How long one of these has to ask.
pub(super) const HEARD_FOR: Duration = Duration::from_secs(1);
