//! The thread that writes the audit file: all waiting lines are written together, with one flush to
//! the disk.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::Content;
use super::chain::{End, LineKind};
use super::file::{AuditFile, AuditFileError};
use super::metrics;

/// How long until a failed write is retried.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// The most waiting lines about refusals. Lines about changes are bounded by the changes.
const MOST_REFUSALS: usize = 4096;

/// A line to be written.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) kind: LineKind,
    pub(super) content: Content,
    /// Signalled when the line is on the disk; dropped if it is not.
    pub(super) written: Option<oneshot::Sender<()>>,
}

/// The queue of the thread.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    up: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    jobs: Vec<Job>,
    writing: bool,
}

/// Opens the file and starts the thread.
pub(super) fn begin(path: &Path) -> Result<Arc<Queue>, AuditFileError> {
    let (file, end) = AuditFile::open(path)?;
    let queue = Arc::new(Queue {
        state: Mutex::default(),
        changed: Condvar::new(),
        up: AtomicBool::new(true),
    });
    let mut writer = Writer {
        file,
        pending: if end.torn { vec![b'\n'] } else { vec![] },
        end,
        unsynced: false,
    };
    let mut content = Content::new();
    content.insert("engine".to_owned(), env!("CARGO_PKG_VERSION").into());
    writer.add(LineKind::Start, content);
    let unwritable = |why| AuditFileError::Unwritable {
        file: path.to_owned(),
        why,
    };
    writer
        .flush(true)
        .map_err(|why| unwritable(std::io::Error::other(why)))?;
    let own = Arc::clone(&queue);
    std::thread::Builder::new()
        .name("audit".to_owned())
        .spawn(move || writer.run(&own))
        .map_err(unwritable)?;
    Ok(queue)
}

impl Queue {
    pub(super) fn is_up(&self) -> bool {
        self.up.load(Ordering::Acquire)
    }

    /// Records that a write takes too long; until it ends, changes are refused at once.
    pub(super) fn stalls(&self) {
        self.up.store(false, Ordering::Release);
    }

    pub(super) fn put(&self, job: Job) {
        self.lock().jobs.push(job);
        self.changed.notify_all();
    }

    /// Queues a line that may be dropped under load.
    pub(super) fn put_refusal(&self, job: Job) {
        let mut state = self.lock();
        if self.is_up() && state.jobs.len() < MOST_REFUSALS {
            state.jobs.push(job);
        } else {
            metrics::refusal_lost();
        }
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn flush(&self, at_most: Duration) {
        let until = Instant::now() + at_most;
        let mut state = self.lock();
        while self.is_up() && (state.writing || !state.jobs.is_empty()) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for lines; after a failed write, only for a short time.
    fn next(&self, trouble: bool) -> Vec<Job> {
        let mut state = self.lock();
        if trouble {
            // Meanwhile outcomes arrive, which wait as well.
            let waited = self.changed.wait_timeout(state, RETRY_AFTER);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        } else {
            while state.jobs.is_empty() {
                let waited = self.changed.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
            }
        }
        state.writing = true;
        std::mem::take(&mut state.jobs)
    }

    fn done(&self, up: bool) {
        let mut state = self.lock();
        state.writing = false;
        self.up.store(up, Ordering::Release);
        drop(state);
        self.changed.notify_all();
    }
}

/// The state of the thread.
struct Writer {
    file: AuditFile,
    end: End,
    /// Lines that are in the chain and not in the file yet.
    pending: Vec<u8>,
    /// Whether the file may have data that is not on the disk.
    unsynced: bool,
}

impl Writer {
    fn run(mut self, queue: &Queue) {
        let mut trouble = None;
        loop {
            let jobs = queue.next(trouble.is_some());
            let sync = jobs.iter().any(|job| job.kind == LineKind::Intent);
            let mut waiting = vec![];
            for Job {
                kind,
                content,
                written,
            } in jobs
            {
                self.add(kind, content);
                waiting.extend(written);
            }
            let flushed = self.flush(sync);
            queue.done(flushed.is_ok());
            match flushed {
                Ok(()) => {
                    if trouble.take().is_some() {
                        tracing::info!("the audit is written again: changes are carried out");
                    }
                    for written in waiting {
                        // The caller may have hung up.
                        let _ = written.send(());
                    }
                }
                Err(why) => {
                    if trouble.as_ref() != Some(&why) {
                        tracing::error!("{why}; until it can be written, changes are refused");
                    }
                    trouble = Some(why);
                }
            }
        }
    }

    fn add(&mut self, kind: LineKind, content: Content) {
        let line = self.end.next(kind, content);
        self.pending.extend(line);
    }

    /// Writes the pending lines, in order.
    fn flush(&mut self, sync: bool) -> Result<(), String> {
        self.file.follow().map_err(|why| why.to_string())?;
        self.unsynced |= sync;
        let file = &mut self.file;
        let written = file.write(&mut self.pending);
        let synced = written.and_then(|()| if self.unsynced { file.sync() } else { Ok(()) });
        synced.map_err(|why| format!("the audit file cannot be written ({why})"))?;
        self.unsynced = false;
        Ok(())
    }
}
