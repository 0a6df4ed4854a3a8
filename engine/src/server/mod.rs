//! The server under the API: accepts connections, speaks TLS if configured, and enforces the
//! limits.
//!
//! Requests are the router's concern. This replaces `axum::serve`, which has neither limits nor
//! TLS; the protocol itself is hyper's.

mod connection;
mod descriptors;
mod head;
mod open;
mod refusal;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use crate::limits::Limits;
pub use descriptors::allow_connections;
pub(crate) use tls::follow as follow_certificate;
pub use tls::{Tls, TlsError};

use crate::api::refusing;
use crate::authorization::Authorization;
use crate::connection_state::ConnectionState;
use crate::limits;
use crate::metrics::{self, OverLimit};
use crate::problem::Problem;
use crate::quota::Whose;
use connection::Terms;
use open::Connections;

/// The pause after a failed accept, for example for lack of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens at an address, with a backlog for a burst of connections.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A restarted engine must be able to bind its port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(limits::BACKLOG)
}

/// A server and its settings.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    /// Decides under which address a connection is counted.
    pub(crate) authorization: Authorization,
    /// The certificate in use; `None` for plain HTTP.
    pub(crate) tls: Option<watch::Receiver<Tls>>,
}

impl Server {
    /// Serves until `stopping` is cancelled, and then until the requests in flight are finished.
    pub(crate) async fn run(self, listener: TcpListener, stopping: CancellationToken) {
        let most = self.limits.connections;
        let most_of_address = self.limits.connections_of_address;
        let open = Arc::new(Connections::new(most, most_of_address));
        let heard = Arc::new(Semaphore::new(limits::HEARD));
        let full = refusing(Problem::too_many_connections(most));
        let too_many = refusing(Problem::too_many_of_address(most_of_address));
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = stopping.cancelled() => break,
                Some(ended) = connections.join_next() => {
                    tell_panic(ended);
                    continue;
                }
                accepted = listener.accept() => accepted,
            };
            let Some((stream, peer)) = self.usable(accepted).await else {
                continue;
            };
            // A connection over the limit is not left in the backlog: it would wait without an
            // answer behind connections that may stay idle for long, and it may be a balancer's
            // check.
            let (refusal, refused) = match open.take(self.authorization.counted(peer.ip())) {
                Ok(slot) => {
                    let terms = self.terms(self.router.clone(), peer, &slot.state, &stopping);
                    connections.spawn(async move {
                        let _counted = metrics::connection();
                        connection::serve(stream, terms).await;
                        drop(slot);
                    });
                    continue;
                }
                Err(Whose::Engine) => (&full, OverLimit::Connection),
                Err(_) => (&too_many, OverLimit::ConnectionOfAddress),
            };
            metrics::refused(refused);
            if let Ok(permit) = Arc::clone(&heard).try_acquire_owned() {
                let terms = self.terms(
                    refusal.clone(),
                    peer,
                    &ConnectionState::uncounted(),
                    &stopping,
                );
                connections.spawn(async move {
                    let served = connection::serve(stream, terms);
                    let _ = tokio::time::timeout(limits::HEARD_FOR, served).await;
                    drop(permit);
                });
            }
        }
        drop(listener);
        while let Some(ended) = connections.join_next().await {
            tell_panic(ended);
        }
    }

    /// Returns an accepted connection that can be used, if there is one.
    async fn usable(
        &self,
        accepted: io::Result<(TcpStream, SocketAddr)>,
    ) -> Option<(TcpStream, SocketAddr)> {
        match accepted {
            Ok((stream, peer)) => match connection::prepare(&stream, self.limits.untaken) {
                Ok(()) => Some((stream, peer)),
                // Closed by the client already.
                Err(_) => None,
            },
            Err(reason) => {
                // Also after a connection that ended in the backlog; a pause is harmless then.
                tracing::warn!(%reason, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                None
            }
        }
    }

    fn terms(
        &self,
        router: Router,
        peer: SocketAddr,
        state: &Arc<ConnectionState>,
        stopping: &CancellationToken,
    ) -> Terms {
        Terms {
            router,
            peer,
            state: Arc::clone(state),
            idle: self.limits.idle,
            tls: self.tls.as_ref().map(|tls| tls.borrow().config.clone()),
            stopping: stopping.clone(),
        }
    }
}

fn tell_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(panic) = ended {
        tracing::error!(%panic, "a connection failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn more_may_come_at_once_than_are_taken() {
        const CROWD: usize = 1500;
        let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn");
        let most = most.ok().and_then(|most| most.trim().parse().ok());
        // Some systems do not allow the limit this needs.
        if most.unwrap_or(0) < CROWD || allow_connections(CROWD) < CROWD {
            return;
        }
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let mut crowd = vec![];
        for number in 0..CROWD {
            let comes = TcpStream::connect(address);
            let comes = tokio::time::timeout(Duration::from_secs(30), comes).await;
            crowd.push(
                comes
                    .unwrap_or_else(|_| panic!("{number} fill it"))
                    .unwrap(),
            );
        }
    }
}
