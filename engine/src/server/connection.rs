//! One connection: its TLS handshake, then its requests one after the other.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt::set_socket_send_buffer_size;
#[cfg(target_os = "linux")]
use rustix::net::sockopt::set_tcp_user_timeout;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::limits::{BUFFER, FIRST_HEAD, HANDSHAKE, KERNEL_BUFFER, LEAVE, LONGEST_HEAD};
use super::open::Seat;
use crate::api::{Problem, refusing, settle_version};

/// How every TLS connection begins; no request does.
const HANDSHAKE_RECORD: u8 = 22;

/// What a connection is served with.
pub(super) struct Terms {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
    pub(super) seat: Arc<Seat>,
    pub(super) idle: Duration,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) stopping: CancellationToken,
}

/// Sets what the kernel is to do for a connection.
pub(super) fn prepare(stream: &TcpStream, untaken: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    set_socket_send_buffer_size(stream, KERNEL_BUFFER)?;
    // Elsewhere a client that has vanished is noticed later.
    #[cfg(target_os = "linux")]
    {
        let millis = u32::try_from(untaken.as_millis()).unwrap_or(u32::MAX);
        set_tcp_user_timeout(stream, millis)?;
    }
    Ok(())
}

/// Serves a connection to its end. As long as it says nothing it costs next to nothing.
pub(super) async fn serve(stream: TcpStream, terms: Terms) {
    let first_byte = timeout(terms.idle.min(FIRST_HEAD), stream.readable());
    let stops = async {
        tokio::select! {
            () = terms.stopping.cancelled() => {}
            () = terms.seat.leave.cancelled() => {}
        }
    };
    tokio::select! {
        said = first_byte => match said {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return,
        },
        () = stops => return,
    }
    Box::pin(speak(stream, terms)).await;
}

async fn speak(stream: TcpStream, mut terms: Terms) {
    let Some(config) = terms.tls.take() else {
        return converse(stream, terms).await;
    };
    let seat = Arc::clone(&terms.seat);
    let spoken = async {
        match timeout(HANDSHAKE, speaks_tls(&stream)).await {
            Ok(Ok(speaks)) => Some(speaks),
            Ok(Err(_)) | Err(_) => None,
        }
    };
    let spoken = seat.leave.run_until_cancelled(spoken).await.flatten();
    match spoken {
        Some(true) => {}
        Some(false) => {
            terms.router = refusing(Problem::tls_required());
            let heard = timeout(HANDSHAKE, converse(stream, terms));
            return drop(heard.await);
        }
        None => return,
    }
    let shake = timeout(HANDSHAKE, TlsAcceptor::from(config).accept(stream));
    match seat.leave.run_until_cancelled(shake).await {
        Some(Ok(Ok(stream))) => converse(stream, terms).await,
        Some(Ok(Err(reason))) => tracing::debug!(%reason, "a TLS handshake failed"),
        Some(Err(_)) => tracing::debug!("a TLS handshake took too long"),
        None => {}
    }
}

/// Tells whether the client begins with TLS, as it must, or with a plain request.
async fn speaks_tls(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0];
    let read = stream.peek(&mut first).await?;
    Ok(read == 0 || first[0] == HANDSHAKE_RECORD)
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: S, terms: Terms) {
    let (router, peer) = (terms.router.clone(), terms.peer);
    let seat = &terms.seat;
    let turns = Turns::default();
    let service = service_fn(move |mut request: Request<Incoming>| {
        seat.begins();
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(peer));
        extensions.insert(Arc::clone(seat));
        settle_version(&mut request);
        // A router is always ready.
        let answer = router.clone().call(request);
        let seat = Arc::clone(seat);
        let is_over = turns.is_over();
        async move {
            if is_over {
                yield_now().await;
            }
            let answer: Response<Body> = answer.await?;
            Ok::<_, Infallible>(answer.map(|body| Answer { body, seat }))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.idle)
        .max_header_size(LONGEST_HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let first_head = pin!(sleep(terms.idle.min(FIRST_HEAD)));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = leaves(first_head, &terms) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        // There is nothing that could be finished.
        None if !seat.has_asked() => return,
        None => {
            connection.as_mut().graceful_shutdown();
            if seat.is_idle() {
                // Its last answer may be on its way still.
                let _ = timeout(LEAVE, connection).await;
                return;
            }
            connection.await
        }
    };
    if let Err(reason) = ended {
        tracing::debug!(%reason, "a connection broke off");
    }
}

/// How many requests a connection has had in a row. Those that were sent without waiting for an
/// answer lie ready, and others would wait until all of them are answered.
#[derive(Default)]
struct Turns(AtomicU32);

impl Turns {
    /// After so many requests others have their turn.
    const EACH: u32 = 16;

    /// Counts a request, and tells whether others come before it.
    fn is_over(&self) -> bool {
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        before % Self::EACH == Self::EACH - 1
    }
}

/// Waits until a connection has to leave: the server stops, somebody else needs its place, or it
/// does not bring its first request.
async fn leaves(first_head: Pin<&mut Sleep>, terms: &Terms) {
    let seat = &terms.seat;
    tokio::select! {
        () = terms.stopping.cancelled() => return,
        () = seat.leave.cancelled() => return,
        () = first_head => {}
    }
    if seat.has_asked() {
        tokio::select! {
            () = terms.stopping.cancelled() => {}
            () = seat.leave.cancelled() => {}
        }
    }
}

/// The body of an answer, which knows when it is over.
struct Answer {
    body: Body,
    seat: Arc<Seat>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.seat.ends();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn many_requests_in_a_row_let_others_have_their_turn() {
        let turns = Turns::default();
        for _ in 0..3 {
            let other = tokio::spawn(async {});
            for _ in 0..Turns::EACH {
                assert!(!other.is_finished());
                if turns.is_over() {
                    yield_now().await;
                }
            }
            assert!(other.is_finished());
        }
    }
}
