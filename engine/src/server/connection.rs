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
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::head::hear;
use super::refusal::WithRefusals;
use crate::api::{refusing, remove_version};
use crate::connection_state::ConnectionState;
use crate::limits::{BUFFER, FIRST_HEAD, HANDSHAKE, KERNEL_BUFFER, LEAVE, LONGEST_HEAD};
use crate::problem::Problem;

/// The first byte of every TLS connection; no HTTP request starts with it.
const HANDSHAKE_RECORD: u8 = 22;

/// What is needed to serve a connection.
pub(super) struct Terms {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
    pub(super) state: Arc<ConnectionState>,
    pub(super) idle: Duration,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) stopping: CancellationToken,
}

/// Sets the socket options of a connection.
pub(super) fn prepare(stream: &TcpStream, untaken: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    set_socket_send_buffer_size(stream, KERNEL_BUFFER)?;
    // On other systems a vanished client is noticed later.
    #[cfg(target_os = "linux")]
    {
        let millis = u32::try_from(untaken.as_millis()).unwrap_or(u32::MAX);
        set_tcp_user_timeout(stream, millis)?;
    }
    Ok(())
}

/// Serves a connection to its end. Until the client sends something it costs almost nothing.
pub(super) async fn serve(stream: TcpStream, mut terms: Terms) {
    let first_byte = timeout(terms.idle.min(FIRST_HEAD), stream.readable());
    match unless_it_leaves(&terms, first_byte).await {
        Some(Ok(Ok(()))) => {}
        Some(Ok(Err(_)) | Err(_)) | None => return,
    }
    let Some(config) = terms.tls.take() else {
        return begin(stream, terms).await;
    };
    // A handshake takes some kilobytes. Boxed, they are freed when it is over, and plain
    // connections never allocate them.
    match Box::pin(shake(stream, config, &terms)).await {
        Shaken::Secured(stream) => begin(stream, terms).await,
        Shaken::Plain(stream) => {
            terms.router = refusing(Problem::tls_required());
            let _ = timeout(HANDSHAKE, begin(stream, terms)).await;
        }
        Shaken::Failed => {}
    }
}

/// The result of a handshake.
enum Shaken {
    Secured(Box<TlsStream<TcpStream>>),
    /// The client does not speak TLS.
    Plain(TcpStream),
    Failed,
}

async fn shake(stream: TcpStream, config: Arc<ServerConfig>, terms: &Terms) -> Shaken {
    let spoken = timeout(HANDSHAKE, speaks_tls(&stream));
    match unless_it_leaves(terms, spoken).await {
        Some(Ok(Ok(true))) => {}
        Some(Ok(Ok(false))) => return Shaken::Plain(stream),
        Some(Ok(Err(_)) | Err(_)) | None => return Shaken::Failed,
    }
    let shake = timeout(HANDSHAKE, TlsAcceptor::from(config).accept(stream));
    match unless_it_leaves(terms, shake).await {
        Some(Ok(Ok(stream))) => return Shaken::Secured(Box::new(stream)),
        Some(Ok(Err(reason))) => tracing::debug!(%reason, "a TLS handshake failed"),
        Some(Err(_)) => tracing::debug!("a TLS handshake took too long"),
        None => {}
    }
    Shaken::Failed
}

/// Returns the output of a future, or `None` if the connection must close first.
async fn unless_it_leaves<T>(terms: &Terms, something: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = something => Some(done),
        () = terms.stopping.cancelled() => None,
        () = terms.state.close.cancelled() => None,
    }
}

/// Returns whether the client starts with TLS or with a plain request.
async fn speaks_tls(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0];
    let read = stream.peek(&mut first).await?;
    Ok(read == 0 || first[0] == HANDSHAKE_RECORD)
}

/// Reads the first head, then answers it and the requests that follow. Until the head is complete,
/// the connection uses only the memory of the bytes received.
async fn begin<S: AsyncRead + AsyncWrite + Unpin>(stream: S, terms: Terms) {
    let first_head = timeout(terms.idle.min(FIRST_HEAD), hear(stream));
    match unless_it_leaves(&terms, first_head).await {
        Some(Ok(Ok(begun))) => Box::pin(converse(begun, terms)).await,
        Some(Ok(Err(reason))) => tracing::debug!(%reason, "a connection broke off"),
        Some(Err(_)) | None => {}
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: S, terms: Terms) {
    let (router, peer) = (terms.router.clone(), terms.peer);
    let state = &terms.state;
    let turns = Turns::default();
    let service = service_fn(move |mut request: Request<Incoming>| {
        state.record_request();
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(peer));
        extensions.insert(Arc::clone(state));
        remove_version(&mut request);
        // A router is always ready.
        let answer = router.clone().call(request);
        let state = Arc::clone(state);
        let is_over = turns.is_over();
        async move {
            if is_over {
                yield_now().await;
            }
            let answer: Response<Body> = answer.await?;
            Ok::<_, Infallible>(answer.map(|body| Answer { body, state }))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.idle)
        .max_header_size(LONGEST_HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(WithRefusals::new(stream)), service);
    let mut connection = pin!(connection);
    let first_head = pin!(sleep(terms.idle.min(FIRST_HEAD)));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = leaves(first_head, &terms) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        // No request has begun, so there is nothing to finish.
        None if !state.has_sent_request() => return,
        None => {
            connection.as_mut().graceful_shutdown();
            if state.is_idle() {
                // Its last answer may still be on its way.
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

/// Counts the requests of a connection in a row. Pipelined requests are ready at once, and would
/// otherwise all be answered before other tasks run.
#[derive(Default)]
struct Turns(AtomicU32);

impl Turns {
    /// After this many requests other tasks get a turn.
    const EACH: u32 = 16;

    /// Counts a request, and returns whether to yield to other tasks.
    fn is_over(&self) -> bool {
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        before % Self::EACH == Self::EACH - 1
    }
}

/// Waits until a connection must close: the server stops, another connection needs its place, or
/// its first request does not arrive in time.
async fn leaves(first_head: Pin<&mut Sleep>, terms: &Terms) {
    let state = &terms.state;
    tokio::select! {
        () = terms.stopping.cancelled() => return,
        () = state.close.cancelled() => return,
        () = first_head => {}
    }
    if state.has_sent_request() {
        tokio::select! {
            () = terms.stopping.cancelled() => {}
            () = state.close.cancelled() => {}
        }
    }
}

/// The body of an answer, which notes when it is complete.
struct Answer {
    body: Body,
    state: Arc<ConnectionState>,
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
        self.state.record_answer();
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use tokio::io::{AsyncReadExt as _, ReadBuf, duplex};
    use tokio::net::TcpListener;

    use super::*;

    fn terms() -> Terms {
        Terms {
            router: Router::new().fallback(async || StatusCode::NOT_FOUND),
            peer: SocketAddr::from(([127, 0, 0, 1], 1)),
            state: ConnectionState::uncounted(),
            idle: Duration::from_mins(1),
            tls: None,
            stopping: CancellationToken::new(),
        }
    }

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
    /// A client that sends for as long as it is read, and reads the answer.
    struct Endless {
        head: &'static [u8],
        read: usize,
        heard: tokio::io::DuplexStream,
    }

    impl AsyncRead for Endless {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let head = self.head;
            self.head = &[];
            buffer.put_slice(head);
            self.read += buffer.remaining();
            let body = vec![b'x'; buffer.remaining()];
            buffer.put_slice(&body);
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for Endless {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.heard).poll_write(context, bytes)
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.heard).poll_shutdown(context)
        }
    }

    #[tokio::test]
    async fn of_a_body_that_is_refused_no_more_is_read_than_came_with_its_head() {
        let (heard, mut client) = duplex(4096);
        let mut stranger = Endless {
            head: b"POST /nothing HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n",
            read: 0,
            heard,
        };
        begin(&mut stranger, terms()).await;
        assert!(stranger.read <= 16 * 1024, "{} bytes", stranger.read);
        drop(stranger);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }

    #[tokio::test]
    async fn a_connection_that_has_brought_no_head_costs_next_to_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        // The state of a whole HTTP connection, with a request in progress, is several times
        // larger.
        let waiting = size_of_val(&serve(stream, terms()));
        assert!(waiting <= 1536, "{waiting} bytes");
    }
}
