//! The first head of a connection, read before anything is allocated for its requests.
//!
//! An HTTP connection takes some 20 kB from its first byte on: buffers of 8 KiB in either
//! direction, and memory for a request. A client that sends its first head slowly, or never
//! completes it, gets none of that: only the bytes received are kept.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::limits::LONGEST_HEAD;

/// The most bytes per read.
const PIECE: usize = 2048;

/// A connection that returns the bytes already received before it reads more.
pub(super) struct Begun<S> {
    said: Vec<u8>,
    /// How many of them were returned.
    taken: usize,
    stream: S,
}

/// Reads until the first head is complete. Malformed, too long and truncated heads are returned,
/// too: the HTTP library decides on the answer.
pub(super) async fn hear<S: AsyncRead + Unpin>(mut stream: S) -> io::Result<Begun<S>> {
    let mut head = Head::default();
    loop {
        let more = poll_fn(|context| read_piece(&mut stream, context, &mut head.said)).await?;
        if !more || head.is_over() {
            let (said, taken) = (head.said, 0);
            return Ok(Begun {
                said,
                taken,
                stream,
            });
        }
    }
}

/// Reads what is available, and returns whether there was anything. No buffer is held while
/// waiting.
fn read_piece<S: AsyncRead + Unpin>(
    stream: &mut S,
    context: &mut Context<'_>,
    said: &mut Vec<u8>,
) -> Poll<io::Result<bool>> {
    let mut piece = [0; PIECE];
    let mut piece = ReadBuf::new(&mut piece);
    ready!(Pin::new(stream).poll_read(context, &mut piece))?;
    said.extend_from_slice(piece.filled());
    Poll::Ready(Ok(!piece.filled().is_empty()))
}

/// The bytes of a head received so far.
#[derive(Default)]
struct Head {
    said: Vec<u8>,
    /// Start of the incomplete last line.
    line: usize,
    /// How many bytes were examined.
    looked: usize,
    /// Whether the request line was complete.
    has_begun: bool,
}

impl Head {
    /// Examines the new bytes, and returns whether there is nothing more to wait for.
    fn is_over(&mut self) -> bool {
        while let Some(at) = self.said[self.looked..]
            .iter()
            .position(|byte| *byte == b'\n')
        {
            let end = self.looked + at;
            let line = &self.said[self.line..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match (line.is_empty(), self.has_begun) {
                (false, false) if is_of_request(line) => self.has_begun = true,
                // The end of the head, or not a request at all.
                (true, true) | (false, false) => return true,
                // A header, or one of the empty lines allowed before a request.
                (false, true) | (true, false) => {}
            }
            (self.line, self.looked) = (end + 1, end + 1);
        }
        self.looked = self.said.len();
        let first = self.said.get(self.line);
        let is_odd = first.is_some_and(|byte| !byte.is_ascii_graphic() && *byte != b'\r');
        self.said.len() >= LONGEST_HEAD || (is_odd && !self.has_begun)
    }
}

/// Returns whether a line may be a request line.
fn is_of_request(line: &[u8]) -> bool {
    line.windows(6).any(|word| word == b" HTTP/")
}

impl<S: AsyncRead + Unpin> AsyncRead for Begun<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.said.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let rest = &self.said[self.taken..];
        let length = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..length]);
        self.taken += length;
        if self.taken == self.said.len() {
            self.said = Vec::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Begun<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    /// Returns after how many bytes of this there is nothing more to wait for, when they come one
    /// at a time.
    async fn needed(said: &str) -> Option<usize> {
        let (mut client, server) = duplex(64);
        let mut heard = Box::pin(hear(server));
        for (at, byte) in said.bytes().enumerate() {
            client.write_all(&[byte]).await.unwrap();
            if let Some(begun) = heard.as_mut().now_or_never() {
                assert_eq!(begun.unwrap().said.len(), at + 1);
                return Some(at + 1);
            }
        }
        None
    }

    #[tokio::test]
    async fn a_head_is_waited_for_until_it_is_whole_or_cannot_become_one() {
        for whole in [
            "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.1\nhost: a\n\n",
            "GET / HTTP/1.1\nhost: a\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            // An HTTP/2 client learns at once that this is not supported.
            "PRI * HTTP/2.0\r\n\r\n",
            "hello\r\n",
            "\u{16}",
        ] {
            assert_eq!(needed(whole).await, Some(whole.len()), "{whole:?}");
            let together = format!("{whole}and more");
            let begun = hear(together.as_bytes()).await.unwrap();
            assert_eq!(begun.said, together.as_bytes());
        }
        let endless = format!("GET / HTTP/1.1\r\na: {}", "b".repeat(2 * LONGEST_HEAD));
        assert_eq!(needed(&endless).await, Some(LONGEST_HEAD));
    }

    #[tokio::test]
    async fn what_was_heard_is_read_again_and_then_what_comes_next() {
        let (mut client, server) = duplex(64);
        let head = b"GET / HTTP/1.1\r\n\r\n";
        client.write_all(head).await.unwrap();
        let mut begun = hear(server).await.unwrap();
        client.write_all(b"more").await.unwrap();
        drop(client);
        let mut read = vec![0; 5];
        begun.read_exact(&mut read).await.unwrap();
        assert_eq!(read, b"GET /");
        begun.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, b"GET / HTTP/1.1\r\n\r\nmore");
        assert_eq!(begun.said.capacity(), 0);
    }
}
