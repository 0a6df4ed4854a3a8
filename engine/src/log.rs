//! The log of a process. A separate thread writes the lines, so that nobody who logs waits for the
//! reader of the log, and a failed write harms nobody.
//!
//! The buffer is bounded. A line that does not fit, or cannot be written, is lost and counted; once
//! writing works again, a line says how many were lost, and when.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tracing_subscriber::fmt::MakeWriter;

use crate::time_zone::stamp;

/// The most bytes waiting to be written: a burst of some thousand lines.
const ROOM: usize = 1024 * 1024;
/// How long until a failed write is retried.
const AGAIN: Duration = Duration::from_millis(500);
/// How long until a full non-blocking descriptor is tried again.
const FULL_PIPE: Duration = Duration::from_millis(20);
/// How long a process waits at exit for its last lines.
pub const LAST_LINES: Duration = Duration::from_secs(1);

/// How many lines this process has lost.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Returns how many lines of its log this process has lost.
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

/// A log. Clones share it.
#[derive(Clone, Debug)]
pub struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Signalled when there is something to write, and when everything is written.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Whether lines are being written right now.
    writing: bool,
    /// Losses not reported yet. While there are any, all new lines are lost too, so that the report
    /// stands where the lines are missing.
    lost: Option<Lost>,
}

/// A count of lost lines, and when they were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lost {
    lines: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Log {
    /// Starts the log on standard error.
    pub fn to_stderr(form: Form) -> io::Result<Self> {
        // A descriptor of its own: other writers to standard error, such as a panic report, hold a
        // lock that the log must not wait for.
        let own = io::stderr().as_fd().try_clone_to_owned()?;
        Self::to(own, form)
    }

    /// Starts a log on this descriptor.
    pub fn to(out: OwnedFd, form: Form) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writer.write_on(File::from(out), form))?;
        Ok(Self(shared))
    }

    /// Queues whole lines. Never blocks, never fails.
    pub fn put(&self, lines: &[u8]) {
        self.0.put(lines);
    }

    /// Waits until everything possible is written, for at most this long.
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

    /// Runs the writing thread.
    fn write_on(&self, mut out: File, form: Form) {
        // Whether the last line was written only in part.
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

    /// Records the result of a write: `left` lines were not written. If `told` is set, the first
    /// line was the report of losses.
    fn written(&self, told: Option<Lost>, left: u64) {
        let mut state = self.lock();
        state.writing = false;
        match told {
            // The report was the only line to write.
            Some(lost) if left > 0 => {
                state.lost = Some(state.lost.map_or(lost, |new| lost.with(new)));
            }
            _ => state.lose(left),
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for something to write and returns it. Losses are returned once everything before them
    /// is written.
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

/// Writes all bytes; on failure returns how many were written.
fn write(out: &mut impl Write, bytes: &[u8]) -> Result<(), usize> {
    let mut done = 0;
    while done < bytes.len() {
        match out.write(&bytes[done..]) {
            Ok(0) => return Err(done),
            Ok(more) => done += more,
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            // Another process that shares the descriptor may have made it non-blocking.
            Err(why) if why.kind() == ErrorKind::WouldBlock => std::thread::sleep(FULL_PIPE),
            Err(_) => return Err(done),
        }
    }
    Ok(())
}

/// Ends a line that was written only in part.
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
    /// Adds later losses.
    fn with(self, later: Self) -> Self {
        Self {
            lines: self.lines + later.lines,
            last: later.last,
            ..self
        }
    }

    /// Formats the line that reports the losses.
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
    type Writer = LogLine<'log>;

    fn make_writer(&'log self) -> LogLine<'log> {
        LogLine(self)
    }
}

/// Collects a line from the formatter.
#[derive(Debug)]
pub struct LogLine<'log>(&'log Log);

impl Write for LogLine<'_> {
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
