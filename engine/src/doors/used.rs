//! When each token was last used, for `switchboard-engine token list`.
//!
//! The times are in a file beside the token file, as the engine never writes the token file itself.
//! A separate thread writes it at most once a minute, so a full or slow disk delays no request. If
//! it cannot be written, that is logged once, and the list shows the times as unknown. Engines that
//! share the file keep each other's later times; if two write at the same moment, the times of one
//! are missing until its next use.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, timeout};

use super::file;
use super::token::TokenName;

/// The shortest time between two writes.
const APART: Duration = Duration::from_mins(1);
/// How long the last write may take when the engine stops.
const LAST_WITHIN: Duration = Duration::from_secs(1);
/// The most bytes that are read from the file.
const LONGEST: u64 = 4 * 1024 * 1024;

/// The last use of each token that was ever used.
pub(super) type Uses = BTreeMap<TokenName, Timestamp>;
/// The same for all present tokens, as far as this process knows.
type Seen = BTreeMap<TokenName, Option<Timestamp>>;

/// Reads the file beside this token file; `None` if it is missing or malformed.
pub(super) fn read(tokens: &Path) -> Option<Uses> {
    let file = beside(tokens);
    if std::fs::metadata(&file).ok()?.len() > LONGEST {
        return None;
    }
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn beside(tokens: &Path) -> PathBuf {
    let mut name = tokens.file_name().unwrap_or_default().to_owned();
    name.push(".used");
    tokens.with_file_name(name)
}

/// What was written, and when.
#[derive(Debug)]
pub(super) struct Book {
    tokens: PathBuf,
    next: Instant,
    written: Seen,
    writing: Option<JoinHandle<io::Result<()>>>,
    told: bool,
}

impl Book {
    /// Starts the book of a token file.
    pub(super) fn beside(tokens: &Path) -> Self {
        Self {
            tokens: tokens.to_owned(),
            next: Instant::now(),
            written: Seen::new(),
            writing: None,
            told: false,
        }
    }

    /// Starts a write if there is something new and it is time.
    pub(super) fn write(&mut self, seen: impl FnOnce() -> Seen) {
        if Instant::now() < self.next {
            return;
        }
        if self.writing.as_ref().is_some_and(|it| !it.is_finished()) {
            return;
        }
        let seen = seen();
        if self.is_new(&seen) {
            self.begin(seen);
        }
    }

    /// Writes what is new when the engine stops.
    pub(super) async fn close(mut self, seen: Seen) {
        if self.is_new(&seen) {
            self.begin(seen);
        }
        if let Some(writing) = self.writing.take() {
            let _ = timeout(LAST_WITHIN, writing).await;
        }
    }

    fn is_new(&self, seen: &Seen) -> bool {
        *seen != self.written && seen.values().any(Option::is_some)
    }

    fn begin(&mut self, seen: Seen) {
        self.next = Instant::now() + APART;
        self.written.clone_from(&seen);
        let (tokens, told) = (self.tokens.clone(), std::mem::replace(&mut self.told, true));
        self.writing = Some(spawn_blocking(move || {
            let written = add(&tokens, seen);
            if let (Err(why), false) = (&written, told) {
                let file = beside(&tokens);
                tracing::info!(
                    "when tokens are used is not written down, as {} cannot be written ({why})",
                    file.display()
                );
            }
            written
        }));
    }
}

/// Merges the times into the file, and drops tokens that no longer exist.
fn add(tokens: &Path, seen: Seen) -> io::Result<()> {
    let file = beside(tokens);
    let mut known = read(tokens).unwrap_or_default();
    let uses: Uses = seen
        .into_iter()
        .filter_map(|(name, at)| {
            let before = known.remove(&name);
            Some((name, at.max(before)?))
        })
        .collect();
    file::replace(&file, &uses, std::fs::metadata(&file).ok().as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(of: &[(&str, Option<i64>)]) -> Seen {
        let of = of.iter().map(|(name, at)| {
            let at = at.map(|second| Timestamp::from_second(second).unwrap());
            (name.parse().unwrap(), at)
        });
        of.collect()
    }

    fn kept(tokens: &Path) -> Vec<(String, i64)> {
        let uses = read(tokens).unwrap().into_iter();
        uses.map(|(name, at)| (name.to_string(), at.as_second()))
            .collect()
    }

    #[test]
    fn the_later_time_stays_and_what_is_no_token_goes() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens.json");
        assert_eq!(read(&tokens), None);
        add(
            &tokens,
            seen(&[("ada", Some(50)), ("bob", Some(60)), ("eve", None)]),
        )
        .unwrap();
        assert_eq!(
            kept(&tokens),
            [("ada".to_owned(), 50), ("bob".to_owned(), 60)]
        );
        // As another engine saw it; bob was revoked meanwhile.
        add(&tokens, seen(&[("ada", Some(40)), ("eve", Some(70))])).unwrap();
        assert_eq!(
            kept(&tokens),
            [("ada".to_owned(), 50), ("eve".to_owned(), 70)]
        );
        std::fs::write(beside(&tokens), "{").unwrap();
        assert_eq!(read(&tokens), None);
        add(&tokens, seen(&[("ada", Some(80))])).unwrap();
        assert_eq!(kept(&tokens), [("ada".to_owned(), 80)]);
    }

    #[tokio::test]
    async fn it_is_written_at_once_and_then_at_most_once_a_minute() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens.json");
        let mut book = Book::beside(&tokens);
        book.write(|| seen(&[("ada", None)]));
        assert!(book.writing.is_none(), "nothing was used");
        book.write(|| seen(&[("ada", Some(50))]));
        book.writing.take().unwrap().await.unwrap().unwrap();
        assert_eq!(kept(&tokens), [("ada".to_owned(), 50)]);
        book.write(|| seen(&[("ada", Some(51))]));
        assert!(book.writing.is_none(), "a minute has not passed");
        book.close(seen(&[("ada", Some(52))])).await;
        assert_eq!(kept(&tokens), [("ada".to_owned(), 52)]);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_stops_nobody() {
        let mut book = Book::beside(Path::new("/nowhere/at/all/tokens.json"));
        book.write(|| seen(&[("ada", Some(50))]));
        let written = book.writing.take().unwrap().await.unwrap();
        assert!(written.is_err());
    }
}
