//! One connection: its TLS handshake, then its requests one after the other.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt::set_socket_send_buffer_size;
#[cfg(target_os = "linux")]
use rustix::net::sockopt::set_tcp_user_timeout;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::limits::{BUFFER, HANDSHAKE, KERNEL_BUFFER, LONGEST_HEAD};
use crate::api::{Problem, refusing, settle_version};

/// How every TLS connection begins; no request does.
const HANDSHAKE_RECORD: u8 = 22;

/// What a connection is served with.
pub(super) struct Terms {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
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

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, mut terms: Terms) {
    let Some(config) = terms.tls.take() else {
        return converse(stream, terms).await;
    };
    match timeout(HANDSHAKE, speaks_tls(&stream)).await {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => {
            terms.router = refusing(Problem::tls_required());
            let heard = timeout(HANDSHAKE, converse(stream, terms));
            return drop(heard.await);
        }
        Ok(Err(_)) | Err(_) => return,
    }
    match timeout(HANDSHAKE, TlsAcceptor::from(config).accept(stream)).await {
        Ok(Ok(stream)) => converse(stream, terms).await,
        Ok(Err(reason)) => tracing::debug!(%reason, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Tells whether the client begins with TLS, as it must, or with a plain request.
async fn speaks_tls(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0];
    let read = stream.peek(&mut first).await?;
    Ok(read == 0 || first[0] == HANDSHAKE_RECORD)
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: S, terms: Terms) {
    let Terms { router, peer, .. } = terms;
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        settle_version(&mut request);
        // A router is always ready.
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.idle)
        .max_header_size(LONGEST_HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = terms.stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(reason) = ended {
        tracing::debug!(%reason, "a connection broke off");
    }
}
