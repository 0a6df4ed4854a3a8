//! The answers of the HTTP parser to what is no request, as problem documents.
//!
//! The parser answers a malformed or too long head by itself, with an empty body, and no setting
//! changes that: no request reaches the router. So its answer is replaced as it is written. It is
//! the last thing on a connection, and none of ours is a refusal without a body.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::problem::{PROBLEM_JSON, Problem};

/// The statuses with which the parser refuses.
const REFUSALS: [StatusCode; 3] = [
    StatusCode::BAD_REQUEST,
    StatusCode::URI_TOO_LONG,
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
];
/// The most bytes of an answer of the parser.
const LONGEST: usize = 256;
const EMPTY: &str = "content-length: 0\r\n";
const END: &str = "\r\n\r\n";

/// A connection on which the parser's refusals are written as problems.
pub(super) struct WithRefusals<S> {
    stream: S,
    /// What is written instead of a refusal of the parser.
    instead: Vec<u8>,
    /// How many bytes of it are written.
    written: usize,
}

impl<S> WithRefusals<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            instead: Vec::new(),
            written: 0,
        }
    }
}

/// Returns where the parser's refusal begins in what is written, if that ends with one, and the
/// answer instead.
fn refusal(bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
    if !bytes.ends_with(END.as_bytes()) {
        return None;
    }
    let tail = bytes.len().saturating_sub(LONGEST);
    let begin = bytes[tail..]
        .windows(9)
        .rposition(|word| word == b"HTTP/1.1 ")?;
    let head = str::from_utf8(&bytes[tail + begin..]).ok()?;
    let status = head.get(9..12)?.parse().ok()?;
    let status = StatusCode::from_u16(status).ok()?;
    let is_one = REFUSALS.contains(&status) && head.contains(EMPTY);
    is_one.then(|| (tail + begin, problem(status, head)))
}

/// Returns the answer with this head of the parser, which has an empty body.
fn problem(status: StatusCode, head: &str) -> Vec<u8> {
    // A struct of strings and a number always serializes.
    let body = Problem::no_request(status).body(None);
    let body = serde_json::to_string(&body).unwrap_or_default();
    let length = body.len();
    let headers = format!("content-type: {PROBLEM_JSON}\r\ncontent-length: {length}\r\n");
    (head.replacen(EMPTY, &headers, 1) + &body).into_bytes()
}

impl<S: AsyncRead + Unpin> AsyncRead for WithRefusals<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WithRefusals<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.instead.is_empty() {
            match refusal(bytes) {
                None => return Pin::new(&mut this.stream).poll_write(context, bytes),
                Some((0, instead)) => this.instead = instead,
                // First what was to be written before.
                Some((begin, _)) => {
                    return Pin::new(&mut this.stream).poll_write(context, &bytes[..begin]);
                }
            }
        }
        while this.written < this.instead.len() {
            let rest = &this.instead[this.written..];
            match ready!(Pin::new(&mut this.stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                length => this.written += length,
            }
        }
        (this.instead, this.written) = (Vec::new(), 0);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A head is never split between pieces.
        let Some(last) = pieces.iter().rposition(|piece| !piece.is_empty()) else {
            return Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        };
        let before = &pieces[..last];
        if refusal(&pieces[last]).is_none() {
            Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
        } else if before.iter().any(|piece| !piece.is_empty()) {
            Pin::new(&mut self.stream).poll_write_vectored(context, before)
        } else {
            self.poll_write(context, &pieces[last])
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const BARE: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\
                        date: Fri, 27 Nov 2026 16:32:28 GMT\r\n\r\n";

    /// Writes pieces one after the other, and at once, through a stream that takes a few bytes at a
    /// time. Returns what arrives.
    async fn written(pieces: [&str; 2], at_once: bool) -> String {
        let (mut client, server) = duplex(7);
        let mut server = WithRefusals::new(server);
        let mut text = String::new();
        let write = async move {
            if at_once {
                let all = pieces.concat();
                server.write_all(all.as_bytes()).await.unwrap();
            } else {
                for piece in pieces {
                    server.write_all(piece.as_bytes()).await.unwrap();
                }
            }
        };
        let ((), read) = tokio::join!(write, client.read_to_string(&mut text));
        read.unwrap();
        text
    }

    #[tokio::test]
    async fn a_bare_refusal_becomes_a_problem_after_all_that_was_to_come_before() {
        let before = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        for at_once in [false, true] {
            let text = written([before, BARE], at_once).await;
            let rest = text.strip_prefix(before).unwrap();
            let (head, body) = rest.split_once(END).unwrap();
            assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{text}");
            assert!(head.contains(PROBLEM_JSON), "{text}");
            let length = format!("\r\ncontent-length: {}\r\n", body.len());
            assert!(head.contains(&length), "{text}");
            assert!(body.starts_with("{\"type\":"), "{text}");
        }
    }

    #[tokio::test]
    async fn what_is_none_is_written_as_it_is() {
        for other in [
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 9\r\n\r\n",
            "0\r\n\r\n",
            "",
        ] {
            for at_once in [false, true] {
                let text = written([other, other], at_once).await;
                assert_eq!(text, other.repeat(2));
            }
        }
    }
}
