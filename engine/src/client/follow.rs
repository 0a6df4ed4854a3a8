//! Follows the number of the newest event on a stream from the engine.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Response;
use shared::Error;
use shared::backoff::Backoff;
use tokio::sync::watch;
use tokio::time::timeout;

use super::connection::Connection;
use crate::messages::events::Newest;
use crate::route;

/// How long a stream may be silent: longer than two of the engine's keep-alives.
const SILENCE: Duration = Duration::from_secs(25);
/// The longest time until the first retry.
const FIRST_RETRY: Duration = Duration::from_millis(100);
/// The longest time between two retries.
const LONGEST_RETRY: Duration = Duration::from_secs(2);
/// The time until the next attempt after a refusal, which seldom changes.
const REFUSED_RETRY: Duration = Duration::from_mins(1);
/// The longest line that a stream of numbers can have.
const LONGEST_LINE: usize = 4_096;

/// Follows forever; ends when the task is aborted with its ACD.
pub(super) async fn follow(connection: Arc<Connection>, latest: watch::Sender<u64>) {
    let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
    loop {
        let pause = match connection.stream(route::EVENTS_NEWEST).await {
            Ok(stream) => {
                if read(stream, &latest).await {
                    backoff.reset();
                }
                // Wakes the followers, so that they notice at once that the engine is unavailable.
                latest.send_modify(|_| ());
                backoff.next_wait()
            }
            Err(Error::Forbidden(_)) => REFUSED_RETRY,
            Err(_) => backoff.next_wait(),
        };
        tokio::time::sleep(pause).await;
    }
}

/// Reads a stream to its end. Returns whether it had a number.
async fn read(mut stream: Response, latest: &watch::Sender<u64>) -> bool {
    let mut line = Vec::new();
    let mut heard = false;
    while let Ok(Ok(Some(piece))) = timeout(SILENCE, stream.chunk()).await {
        for byte in piece {
            if byte != b'\n' {
                line.push(byte);
            } else if let Some(number) = number(&std::mem::take(&mut line)) {
                heard = true;
                // Also the same number again: then the engine has lost its store, and followers
                // must notice at once.
                latest.send_replace(number);
            }
        }
        if line.len() > LONGEST_LINE {
            return heard;
        }
    }
    heard
}

/// Returns the number in a line, if there is one.
fn number(line: &[u8]) -> Option<u64> {
    let data = line.strip_prefix(b"data:")?;
    let newest: Newest = serde_json::from_slice(data).ok()?;
    Some(newest.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_data_has_the_number() {
        for (line, expected) in [
            (r#"data: {"number":12}"#, Some(12)),
            (r#"data:{"number":0}"#, Some(0)),
            ("event: newest", None),
            (":", None),
            ("", None),
            ("data: 12", None),
        ] {
            assert_eq!(number(line.as_bytes()), expected, "{line}");
        }
    }
}
