//! One kept connection to an API, as plain as can be: the client shares the cores with what it
//! measures.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection on which one request goes after the other.
pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
    length: usize,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            answer: vec![0; 16 * 1024],
            length: 0,
        })
    }

    /// Sends a request, and gives the status and the body of its answer.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.length = 0;
        loop {
            let read = self.stream.read(&mut self.answer[self.length..]).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.length += read;
            if let Some((status, body)) = whole(&self.answer[..self.length]) {
                return Ok((status, &self.answer[body..self.length]));
            }
        }
    }
}

/// Writes a request.
pub(crate) fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let kind = "content-type: application/json";
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{kind}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Gives the status of an answer and where its body begins, once it is whole.
fn whole(answer: &[u8]) -> Option<(u16, usize)> {
    let end = answer.windows(4).position(|end| end == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    })?;
    let status = head.get(9..12)?.parse().ok()?;
    (answer.len() >= end + 4 + length).then_some((status, end + 4))
}
