//! The log of a process: lines that are written by a thread of their own, so that nobody who tells
//! something waits for whoever reads it, and no write that fails harms anybody.
//!
//! What is on its way is bounded. A line that finds no room, or cannot be written, is lost and
//! counted; how many were, and when, is told once writing works again.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tracing_subscriber::fmt::MakeWriter;

use crate::zone::stamp;

/// The most bytes that wait to be written: a burst of some thousand lines.
const ROOM: usize = 1024 * 1024;
/// How long until a write is tried again after one that failed.
const AGAIN: Duration = Duration::from_millis(500);
/// How long until a descriptor that does not block is asked again whether it takes anything.
const FULL_PIPE: Duration = Duration::from_millis(20);
/// How long the end of a process waits for its last lines.
pub const LAST_LINES: Duration = Duration::from_secs(1);

/// How many lines this process has lost.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Tells how many lines of its log this process has lost.
pub(crate) fn lines_lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A log. Its copies are of the same one.
#[derive(Clone, Debug)]
pub struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when there is something to write, and when all is written.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Whether lines are being written at this moment.
    writing: bool,
    /// What was lost and is not told yet. While there is something, all else is lost too: so
    /// what is told stands where the lines are missing.
    lost: Option<Lost>,
}

/// Lines that nobody can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lost {
    lines: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Log {
    /// Begins the log on standard error.
    pub fn to_stderr(form: Form) -> io::Result<Self> {
        // A descriptor of its own: whoever else writes to standard error, as the report of a panic
        // does, holds a lock that this must not wait for.
        let own = io::stderr().as_fd().try_clone_to_owned()?;
        Self::to(own, form)
    }

    /// Begins a log on this descriptor.
    pub fn to(out: OwnedFd, form: Form) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writer.write_on(File::from(out), form))?;
        Ok(Self(shared))
    }

    /// Puts whole lines on their way. Never waits, never fails.
    pub fn put(&self, lines: &[u8]) {
        self.0.put(lines);
    }

    /// Waits until all is written that can be, but not for long.
    pub fn flush(&self, at_most: Duration) {
        let until = Instant::now() + at_most;
        let mut state = self.0.lock();
        while state.writing || !state.waiting.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.0.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, lines: &[u8]) {
        let mut state = self.lock();
        if state.lost.is_some() || state.bytes + lines.len() > ROOM {
            state.lose(1);
        } else {
            state.bytes += lines.len();
            state.waiting.push_back(lines.to_vec());
        }
        drop(state);
        self.changed.notify_all();
    }

    /// The life of the thread that writes.
    fn write_on(&self, mut out: File, form: Form) {
        // Whether the last line that was begun has no end.
        let mut torn = false;
        loop {
            let (lines, lost) = self.next();
            let told = lost.map(|lost| lost.told(form).into_bytes());
            let all: Vec<_> = told.iter().chain(&lines).collect();
            let mut done = 0;
            let failed = loop {
                let Some(line) = all.get(done) else {
                    break false;
                };
                let result = end_torn(&mut out, &mut torn).and_then(|()| write(&mut out, line));
                if let Err(written) = result {
                    torn |= written > 0;
                    break true;
                }
                done += 1;
            };
            self.written(lost, (all.len() - done) as u64);
            if failed {
                std::thread::sleep(AGAIN);
            }
        }
    }

    /// Keeps what came of writing: so many lines are left, the first of which told what was lost
    /// if something was.
    fn written(&self, told: Option<Lost>, left: u64) {
        let mut state = self.lock();
        state.writing = false;
        match told {
            // Nothing else was to be written.
            Some(lost) if left > 0 => {
                state.lost = Some(state.lost.map_or(lost, |new| lost.with(new)));
            }
            _ => state.lose(left),
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for something to write, and gives it. What was lost is given once all that came
    /// before it is written.
    fn next(&self) -> (Vec<Vec<u8>>, Option<Lost>) {
        let mut state = self.lock();
        loop {
            if !state.waiting.is_empty() {
                state.bytes = 0;
                state.writing = true;
                return (state.waiting.drain(..).collect(), None);
            }
            if let Some(lost) = state.lost.take() {
                state.writing = true;
                return (vec![], Some(lost));
            }
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Writes all of it; if that fails, tells how much was written.
fn write(out: &mut impl Write, bytes: &[u8]) -> Result<(), usize> {
    let mut done = 0;
    while done < bytes.len() {
        match out.write(&bytes[done..]) {
            Ok(0) => return Err(done),
            Ok(more) => done += more,
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            // Somebody else who has the descriptor made it one that does not block.
            Err(why) if why.kind() == ErrorKind::WouldBlock => std::thread::sleep(FULL_PIPE),
            Err(_) => return Err(done),
        }
    }
    Ok(())
}

/// Ends a line of which only the beginning could be written.
fn end_torn(out: &mut impl Write, torn: &mut bool) -> Result<(), usize> {
    if *torn {
        write(out, b"\n")?;
        *torn = false;
    }
    Ok(())
}

impl State {
    fn lose(&mut self, lines: u64) {
        if lines == 0 {
            return;
        }
        LOST.fetch_add(lines, Ordering::Relaxed);
        let now = Timestamp::now();
        let new = Lost {
            lines,
            first: now,
            last: now,
        };
        self.lost = Some(self.lost.map_or(new, |old| old.with(new)));
    }
}

impl Lost {
    /// Adds what was lost later.
    fn with(self, later: Self) -> Self {
        Self {
            lines: self.lines + later.lines,
            last: later.last,
            ..self
        }
    }

    /// Writes the line that tells it.
    fn told(&self, form: Form) -> String {
        let Self { lines, .. } = self;
        let (first, last, now) = (stamp(self.first), stamp(self.last), stamp(Timestamp::now()));
        let what = match lines {
            1 => "1 line of the log was lost".to_owned(),
            lines => format!("{lines} lines of the log were lost"),
        };
        let message =
            format!("{what} between {first} and {last}, because they could not be written");
        match form {
            Form::Text => format!("{now}  WARN engine::log: {message}\n"),
            Form::Json => {
                let line = serde_json::json!({
                    "timestamp": now, "level": "WARN",
                    "fields": {"message": message, "lines": lines}, "target": "engine::log",
                });
                format!("{line}\n")
            }
        }
    }
}

impl<'log> MakeWriter<'log> for Log {
    type Writer = Line<'log>;

    fn make_writer(&'log self) -> Line<'log> {
        Line(self)
    }
}

/// Takes a line from whoever formats it.
#[derive(Debug)]
pub struct Line<'log>(&'log Log);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// Longer than any of these tests should take.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn line(number: usize) -> Vec<u8> {
        format!("{number:0>99}\n").into_bytes()
    }

    #[test]
    fn a_reader_that_stalls_holds_nobody_up_and_hears_what_it_missed() {
        let (mut reader, writer) = io::pipe().unwrap();
        let log = Log::to(writer.into(), Form::Text).unwrap();
        let (began, many) = (Instant::now(), 30_000);
        for number in 0..many {
            log.put(&line(number));
        }
        log.flush(Duration::from_millis(100));
        assert!(began.elapsed() < PATIENCE, "it waited for the reader");
        let mut read = vec![0; 16 * 1024];
        let mut text = String::new();
        while !text.contains("lines of the log were lost between") {
            let length = reader.read(&mut read).unwrap();
            text.push_str(&String::from_utf8_lossy(&read[..length]));
        }
        log.flush(PATIENCE);
        log.put(b"the next\n");
        while !text.ends_with("the next\n") {
            let length = reader.read(&mut read).unwrap();
            text.push_str(&String::from_utf8_lossy(&read[..length]));
        }
        let told = text.lines().find(|line| line.contains("WARN")).unwrap();
        let lost: usize = told
            .split_whitespace()
            .find_map(|word| word.parse().ok())
            .unwrap();
        // Every line is either written, in order, or counted.
        let kept = text.lines().filter(|line| line.starts_with('0'));
        assert!(kept.clone().is_sorted());
        assert_eq!(kept.count() + lost, many, "{told}");
        assert!(lines_lost() >= lost as u64);
    }

    #[test]
    fn a_write_that_fails_loses_the_line_alone() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let log = Log::to(full.into(), Form::Json).unwrap();
        let before = lines_lost();
        for number in 0..3 {
            log.put(&line(number));
            log.flush(PATIENCE);
        }
        assert!(lines_lost() >= before + 3);
        let (reader, writer) = io::pipe().unwrap();
        let log = Log::to(writer.into(), Form::Json).unwrap();
        drop(reader);
        log.put(&line(0));
        log.flush(PATIENCE);
        assert!(lines_lost() >= before + 4);
    }

    #[test]
    fn what_was_lost_is_told_in_the_form_of_the_log() {
        let lost = Lost {
            lines: 2,
            first: Timestamp::UNIX_EPOCH,
            last: Timestamp::UNIX_EPOCH,
        };
        let since = stamp(Timestamp::UNIX_EPOCH);
        let said = &format!("2 lines of the log were lost between {since} and");
        assert!(lost.told(Form::Text).contains(said));
        let json: serde_json::Value = serde_json::from_str(&lost.told(Form::Json)).unwrap();
        assert!(
            json["fields"]["message"]
                .as_str()
                .unwrap()
                .starts_with(said)
        );
    }
}
