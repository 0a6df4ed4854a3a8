//! The lines of the audit, each with the hash of the one before.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Content;

/// What the first line of all carries for the hash of the one before.
pub(super) const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// An engine begins to write.
    Start,
    /// A change that is about to be carried out.
    Intent,
    /// What came of it.
    Outcome,
    /// Somebody was turned away.
    Refusal,
}

/// What begins every line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    /// The number of the line, from 1 on, over all files of the same audit.
    pub(super) line: u64,
    /// The SHA-256 of the line before, as its bytes stand in the file without the line's end.
    pub(super) prev: String,
    pub(super) at: Timestamp,
    pub(super) kind: Kind,
    /// With a start: the line before has no end, because an engine died while it wrote it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) after_torn: bool,
}

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    content: Content,
}

/// Gives the hash that the line after this one carries.
pub(super) fn hash(line: &[u8]) -> String {
    hex::encode(Sha256::digest(line))
}

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The number of the last line; 0 if there is none.
    pub(super) line: u64,
    pub(super) hash: String,
    /// Whether the last line has no end.
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
    /// Gives the next line, its end included.
    pub(super) fn next(&mut self, kind: Kind, content: Content) -> Vec<u8> {
        let whole = Whole {
            head: Head {
                line: self.line + 1,
                prev: self.hash.clone(),
                at: Timestamp::now(),
                kind,
                after_torn: self.torn,
            },
            content,
        };
        // Texts, numbers and lists of them have no way not to be written.
        let mut line = serde_json::to_vec(&whole).unwrap_or_default();
        *self = Self {
            line: self.line + 1,
            hash: hash(&line),
            torn: false,
        };
        line.push(b'\n');
        line
    }

    /// Finds the end of what a file holds, given its last lines.
    pub(super) fn of(tail: &[u8]) -> Result<Self, String> {
        let torn = !tail.is_empty() && tail.last() != Some(&b'\n');
        let tail = tail.strip_suffix(b"\n").unwrap_or(tail);
        let mut lines = tail.rsplit(|byte| *byte == b'\n');
        let Some(last) = lines.next().filter(|last| !last.is_empty()) else {
            return Ok(Self::default());
        };
        let number = |line: &[u8]| {
            let head = serde_json::from_slice::<Head>(line);
            head.map(|head| head.line)
        };
        let line = match (number(last), torn) {
            (Ok(line), _) => line,
            (Err(_), true) => match lines.next().map(number) {
                Some(Ok(before)) => before + 1,
                None => 1,
                Some(Err(why)) => return Err(why.to_string()),
            },
            (Err(why), false) => return Err(why.to_string()),
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
        let first = end.next(Kind::Start, Content::new());
        let second = end.next(Kind::Intent, Content::new());
        let all = [&first[..], &second].concat();
        assert_eq!(End::of(&all).unwrap(), end);
        assert_eq!(End::of(b"").unwrap(), End::default());
        assert!(End::of(b"[a log of something else]\n").is_err());
    }

    #[test]
    fn a_line_without_its_end_counts_as_one() {
        let mut end = End::default();
        let first = end.next(Kind::Start, Content::new());
        let torn = [&first[..], b"{\"line\":2,\"pr"].concat();
        let found = End::of(&torn).unwrap();
        assert_eq!((found.line, found.torn), (2, true));
        assert_eq!(found.hash, hash(b"{\"line\":2,\"pr"));
        assert_eq!(End::of(b"{\"li").unwrap().line, 1);
    }
}
