//! The first head of a connection, gathered before anything is set up for its requests.
//!
//! A conversation over HTTP takes some 20 kB from its first byte on: buffers of 8 KiB in either
//! direction, and room for a request. Who sends the first head slowly, or never whole, gets none of
//! that: what they have said is kept, and nothing else.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::limits::LONGEST_HEAD;

/// The most bytes that are taken at once.
const PIECE: usize = 2048;

/// A connection of which something was read already, which is read from it again.
pub(super) struct Begun<S> {
    said: Vec<u8>,
    /// How much of it was read again.
    taken: usize,
    stream: S,
}

/// Reads until the first head is whole. One that cannot become a head, is too long or breaks off
/// is given too: what is to be answered is not decided here.
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

/// Reads what is there, and tells whether there was anything. What waits for more holds no buffer.
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

/// What was read of a head.
#[derive(Default)]
struct Head {
    said: Vec<u8>,
    /// Where the line begins that is not whole yet.
    line: usize,
    /// How much was looked at.
    looked: usize,
    /// Whether the line of the request was whole.
    has_begun: bool,
}

impl Head {
    /// Looks at what is new, and tells whether there is nothing more to wait for.
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
                // The end of the head, or something else than one.
                (true, true) | (false, false) => return true,
                // A header, or one of the empty lines that may stand before a request.
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

/// Tells whether a line may be the first of a request.
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

    /// Gives how many bytes of this are needed until there is nothing more to wait for, if it
    /// comes a byte at a time.
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
            // Who speaks HTTP/2 hears at once that this does not.
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
