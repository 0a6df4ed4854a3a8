//! The lines of the audit file, each with the hash of the previous one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Content;
use crate::json_error;

/// The previous hash in the very first line.
pub(super) const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The kind of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LineKind {
    /// An engine starts to write.
    Start,
    /// A change that is about to be made.
    Intent,
    /// The result of the change.
    Outcome,
    /// A caller was refused.
    Refusal,
}

/// The start of every line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LineHead {
    /// The number of the line, from 1 on, across all files of the same audit.
    pub(super) line: u64,
    /// The SHA-256 of the previous line's bytes, without the line end.
    pub(super) prev: String,
    pub(super) at: Timestamp,
    pub(super) kind: LineKind,
    /// On a start: the previous line is incomplete, because an engine died while writing it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) after_torn: bool,
}

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    head: LineHead,
    #[serde(flatten)]
    content: Content,
}

/// Returns the hash for the next line.
pub(super) fn hash(line: &[u8]) -> String {
    hex::encode(Sha256::digest(line))
}

/// The end of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The number of the last line; 0 if there is none.
    pub(super) line: u64,
    pub(super) hash: String,
    /// Whether the last line is incomplete.
    pub(super) torn: bool,
}

impl Default for End {
    fn default() -> Self {
        Self {
            line: 0,
            hash: ORIGIN.to_owned(),
            torn: false,
        }
    }
}

impl End {
    /// Returns the next line, including its line end.
    pub(super) fn next(&mut self, kind: LineKind, content: Content) -> Vec<u8> {
        let whole = Whole {
            head: LineHead {
                line: self.line + 1,
                prev: self.hash.clone(),
                at: Timestamp::now(),
                kind,
                after_torn: self.torn,
            },
            content,
        };
        // Strings, numbers and lists of them always serialize.
        let mut line = serde_json::to_vec(&whole).unwrap_or_default();
        *self = Self {
            line: self.line + 1,
            hash: hash(&line),
            torn: false,
        };
        line.push(b'\n');
        line
    }

    /// Finds the end of the chain from the last lines of a file.
    pub(super) fn of(tail: &[u8]) -> Result<Self, String> {
        let torn = !tail.is_empty() && tail.last() != Some(&b'\n');
        let tail = tail.strip_suffix(b"\n").unwrap_or(tail);
        let mut lines = tail.rsplit(|byte| *byte == b'\n');
        let Some(last) = lines.next().filter(|last| !last.is_empty()) else {
            return Ok(Self::default());
        };
        let number = |line: &[u8]| {
            let head = serde_json::from_slice::<LineHead>(line);
            head.map(|head| head.line)
                .map_err(|why| json_error::in_words(json_error::without_place(&why.to_string())))
        };
        let line = match (number(last), torn) {
            (Ok(line), _) => line,
            (Err(_), true) => match lines.next().map(number) {
                Some(Ok(before)) => before + 1,
                None => 1,
                Some(Err(why)) => return Err(why),
            },
            (Err(why), false) => return Err(why),
        };
        Ok(Self {
            line,
            hash: hash(last),
            torn,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_goes_on_where_it_ended() {
        let mut end = End::default();
        let first = end.next(LineKind::Start, Content::new());
        let second = end.next(LineKind::Intent, Content::new());
        let all = [&first[..], &second].concat();
        assert_eq!(End::of(&all).unwrap(), end);
        assert_eq!(End::of(b"").unwrap(), End::default());
        assert!(End::of(b"[a log of something else]\n").is_err());
    }

    #[test]
    fn a_line_without_its_end_counts_as_one() {
        let mut end = End::default();
        let first = end.next(LineKind::Start, Content::new());
        let torn = [&first[..], b"{\"line\":2,\"pr"].concat();
        let found = End::of(&torn).unwrap();
        assert_eq!((found.line, found.torn), (2, true));
        assert_eq!(found.hash, hash(b"{\"line\":2,\"pr"));
        assert_eq!(End::of(b"{\"li").unwrap().line, 1);
    }
}
