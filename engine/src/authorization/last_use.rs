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

use super::token::TokenName;
use super::token_file;

/// The shortest time between two writes.
const APART: Duration = Duration::from_mins(1);
/// How long the last write may take when the engine stops.
const LAST_WITHIN: Duration = Duration::from_secs(1);
/// The most bytes that are read from the file.
const LONGEST: u64 = 4 * 1024 * 1024;

/// The last use of each token that was ever used.
pub(super) type Uses = BTreeMap<TokenName, Timestamp>;
/// The same for all present tokens, as far as this process knows.
type CurrentUses = BTreeMap<TokenName, Option<Timestamp>>;

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

/// The last uses that were written, and when.
#[derive(Debug)]
pub(super) struct LastUses {
    tokens: PathBuf,
    next: Instant,
    written: CurrentUses,
    writing: Option<JoinHandle<io::Result<()>>>,
    failure_logged: bool,
}

impl LastUses {
    /// Starts with no use written, for this token file.
    pub(super) fn beside(tokens: &Path) -> Self {
        Self {
            tokens: tokens.to_owned(),
            next: Instant::now(),
            written: CurrentUses::new(),
            writing: None,
            failure_logged: false,
        }
    }

    /// Starts a write if there is something new and it is time.
    pub(super) fn write(&mut self, current: impl FnOnce() -> CurrentUses) {
        if Instant::now() < self.next {
            return;
        }
        if self.writing.as_ref().is_some_and(|it| !it.is_finished()) {
            return;
        }
        let current = current();
        if self.is_new(&current) {
            self.begin(current);
        }
    }

    /// Writes what is new when the engine stops.
    pub(super) async fn close(mut self, current: CurrentUses) {
        if self.is_new(&current) {
            self.begin(current);
        }
        if let Some(writing) = self.writing.take() {
            let _ = timeout(LAST_WITHIN, writing).await;
        }
    }

    fn is_new(&self, current: &CurrentUses) -> bool {
        *current != self.written && current.values().any(Option::is_some)
    }

    fn begin(&mut self, current: CurrentUses) {
        self.next = Instant::now() + APART;
        self.written.clone_from(&current);
        let (tokens, failure_logged) = (
            self.tokens.clone(),
            std::mem::replace(&mut self.failure_logged, true),
        );
        self.writing = Some(spawn_blocking(move || {
            let written = add(&tokens, current);
            if let (Err(why), false) = (&written, failure_logged) {
                let file = beside(&tokens);
                tracing::info!(
                    "the last use of tokens is not stored, because {} cannot be written ({why})",
                    file.display()
                );
            }
            written
        }));
    }
}

/// Merges the times into the file, and drops tokens that no longer exist.
fn add(tokens: &Path, current: CurrentUses) -> io::Result<()> {
    let file = beside(tokens);
    let mut known = read(tokens).unwrap_or_default();
    let uses: Uses = current
        .into_iter()
        .filter_map(|(name, at)| {
            let before = known.remove(&name);
            Some((name, at.max(before)?))
        })
        .collect();
    token_file::replace(&file, &uses, std::fs::metadata(&file).ok().as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current(of: &[(&str, Option<i64>)]) -> CurrentUses {
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
            current(&[("ada", Some(50)), ("bob", Some(60)), ("eve", None)]),
        )
        .unwrap();
        assert_eq!(
            kept(&tokens),
            [("ada".to_owned(), 50), ("bob".to_owned(), 60)]
        );
        // As another engine saw it; bob was revoked meanwhile.
        add(&tokens, current(&[("ada", Some(40)), ("eve", Some(70))])).unwrap();
        assert_eq!(
            kept(&tokens),
            [("ada".to_owned(), 50), ("eve".to_owned(), 70)]
        );
        std::fs::write(beside(&tokens), "{").unwrap();
        assert_eq!(read(&tokens), None);
        add(&tokens, current(&[("ada", Some(80))])).unwrap();
        assert_eq!(kept(&tokens), [("ada".to_owned(), 80)]);
    }

    #[tokio::test]
    async fn it_is_written_at_once_and_then_at_most_once_a_minute() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens.json");
        let mut last_uses = LastUses::beside(&tokens);
        last_uses.write(|| current(&[("ada", None)]));
        assert!(last_uses.writing.is_none(), "nothing was used");
        last_uses.write(|| current(&[("ada", Some(50))]));
        last_uses.writing.take().unwrap().await.unwrap().unwrap();
        assert_eq!(kept(&tokens), [("ada".to_owned(), 50)]);
        last_uses.write(|| current(&[("ada", Some(51))]));
        assert!(last_uses.writing.is_none(), "a minute has not passed");
        last_uses.close(current(&[("ada", Some(52))])).await;
        assert_eq!(kept(&tokens), [("ada".to_owned(), 52)]);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_stops_nobody() {
        let mut last_uses = LastUses::beside(Path::new("/nowhere/at/all/tokens.json"));
        last_uses.write(|| current(&[("ada", Some(50))]));
        let written = last_uses.writing.take().unwrap().await.unwrap();
        assert!(written.is_err());
    }
}
