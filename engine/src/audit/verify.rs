//! Checks that the lines of an audit are complete and unaltered.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use crate::json_error;

use super::chain::{End, LineHead, LineKind, ORIGIN, hash};

/// The most bytes of a line: far more than any line has, because requests are bounded.
const LONGEST: u64 = 1024 * 1024;

/// The result for sound files.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sound {
    /// How many lines there are, without an incomplete one at the end.
    pub(super) lines: u64,
    /// The number of the first line.
    pub(super) first: u64,
    /// Whether an incomplete line follows the last complete one.
    pub(super) torn: bool,
    /// The last complete line, for the next check.
    pub(super) whole: KnownLine,
    /// Whether the last complete line is the known one. No line after it has its hash.
    pub(super) last_is_proven: bool,
}

/// A line known from an earlier check: its number and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownLine {
    pub(super) line: u64,
    pub(super) hash: String,
}

/// The progress of a check.
struct Check {
    known: Option<KnownLine>,
    known_seen: bool,
    first: Option<u64>,
    lines: u64,
    end: End,
    whole: Option<KnownLine>,
    /// An error that is none if the next line explains it.
    torn: Option<String>,
}

/// Checks the files, the oldest first; the error names the first line that is wrong.
pub(super) fn verify(files: &[PathBuf], known: Option<KnownLine>) -> Result<Sound, String> {
    let mut check = Check {
        known,
        known_seen: false,
        first: None,
        lines: 0,
        end: End::default(),
        whole: None,
        torn: None,
    };
    for file in files {
        check.file(file)?;
    }
    if let Some(wrong) = check.torn.take().filter(|_| !check.end.torn) {
        return Err(wrong);
    }
    let Some(first) = check.first else {
        return Err("there is no line in it: nothing was audited, or all of it was cut off".into());
    };
    if let Some(known) = check.known.as_ref().filter(|_| !check.known_seen) {
        return Err(format!(
            "line {} with the hash {} is missing: the files hold lines {first} to {}",
            known.line, known.hash, check.end.line
        ));
    }
    let Some(whole) = check.whole else {
        let torn = check.torn.map(|why| format!(": {why}"));
        let torn = torn.unwrap_or_default();
        return Err(format!("there is no whole line in it{torn}"));
    };
    let torn = check.end.torn;
    Ok(Sound {
        lines: check.lines - u64::from(torn),
        first,
        torn,
        last_is_proven: check.known.is_some_and(|known| known == whole),
        whole,
    })
}

impl Check {
    fn file(&mut self, path: &Path) -> Result<(), String> {
        let unreadable = |why| format!("{} cannot be read ({why})", path.display());
        let mut lines = BufReader::new(File::open(path).map_err(unreadable)?);
        let mut place = 0;
        loop {
            let mut line = vec![];
            let mut one = lines.by_ref().take(LONGEST + 1);
            let length = one.read_until(b'\n', &mut line).map_err(unreadable)?;
            if length == 0 {
                return Ok(());
            }
            place += 1;
            if length as u64 > LONGEST {
                return Err(format!(
                    "{}:{place} is no line of an audit (it has more than {LONGEST} bytes)",
                    path.display()
                ));
            }
            let ended = line.pop_if(|last| *last == b'\n').is_some();
            let at = format!("{}:{place}", path.display());
            self.line(&line, ended, &at)?;
        }
    }

    fn line(&mut self, line: &[u8], ended: bool, at: &str) -> Result<(), String> {
        let head = serde_json::from_slice::<LineHead>(line);
        let is_torn = head.is_err() || !ended;
        if head.is_err() && !ended && !self.begins_next(line) {
            return Err(format!(
                "{at} is no line of an audit, nor the beginning of one"
            ));
        }
        match &head {
            Ok(head) => self.follows(head, at)?,
            // The start line of an engine reports an incomplete line before it.
            Err(why) if self.torn.is_none() => {
                let why = json_error::in_words(json_error::without_place(&why.to_string()));
                self.torn = Some(format!("{at} is no line of an audit ({why})"));
            }
            Err(_) => return Err(self.torn.take().unwrap_or_default()),
        }
        if !is_torn {
            self.torn = None;
            self.whole = head.as_ref().ok().map(|head| KnownLine {
                line: head.line,
                hash: hash(line),
            });
        }
        let number = head.map_or(self.end.line + 1, |head| head.line);
        self.first.get_or_insert(number);
        self.lines += 1;
        self.end = End {
            line: number,
            hash: hash(line),
            torn: !ended,
        };
        self.is_known(at)
    }

    /// Returns whether an incomplete line may be the beginning of the next line: an engine that
    /// dies leaves nothing else.
    fn begins_next(&self, torn: &[u8]) -> bool {
        let End { line, hash, .. } = &self.end;
        let next = format!("{{\"line\":{},\"prev\":\"{hash}\"", line + 1);
        torn.iter().zip(next.as_bytes()).all(|(is, be)| is == be)
    }

    /// Checks that a line continues the chain.
    fn follows(&mut self, head: &LineHead, at: &str) -> Result<(), String> {
        let expected = self.end.line + 1;
        if self.first.is_none() {
            // Earlier files may have been archived.
            let begins = (head.line == 1) == (head.prev == ORIGIN);
            return begins.then_some(()).ok_or(format!("{at} was changed"));
        }
        let after_torn = head.kind == LineKind::Start && head.after_torn;
        if let Some(wrong) = self.torn.take().filter(|_| !after_torn) {
            return Err(wrong);
        }
        if head.line == 1 && head.prev == ORIGIN {
            return Err(format!(
                "{at} begins an audit of its own: check it by itself, or see what became of the \
                 lines after {}",
                self.end.line
            ));
        }
        if head.line > expected {
            return Err(format!("line {expected} is missing before {at}"));
        }
        if head.line < expected {
            return Err(format!(
                "{at} is line {} again: expected {expected}",
                head.line
            ));
        }
        if head.prev != self.end.hash {
            return Err(format!(
                "line {} was changed: {at} carries the hash of what it was",
                self.end.line
            ));
        }
        Ok(())
    }

    fn is_known(&mut self, at: &str) -> Result<(), String> {
        let Some(known) = self
            .known
            .as_ref()
            .filter(|known| known.line == self.end.line)
        else {
            return Ok(());
        };
        if known.hash != self.end.hash {
            return Err(format!(
                "line {} ({at}) was changed: its hash is another",
                known.line
            ));
        }
        self.known_seen = true;
        Ok(())
    }
}
