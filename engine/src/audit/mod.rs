//! The audit trail: a file to which every change is written before it is made. Each line has the
//! hash of the previous one. So there is no change without a line, and an altered or removed line
//! is detected.
//!
//! A change has two lines: `intent`, which is on the disk before the change is made, and `outcome`.
//! Only the first is waited for. An intent without an outcome may have been carried out. While the
//! file cannot be written, changes are refused.

mod chain;
pub mod command;
mod file;
mod metrics;
mod verify;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use chain::LineKind;
pub use file::AuditFileError;
pub(crate) use metrics::{change_refused, describe, set_up};
use writer::{Job, Queue};

/// How long a change waits for its line. The disk of the audit file should be local.
const WITHIN: Duration = Duration::from_secs(2);

/// The fields of a line, by name.
pub(crate) type Content = Map<String, Value>;

/// An audit trail. Clones share it.
#[derive(Clone, Debug)]
pub struct AuditTrail(Arc<Queue>);

/// A change to write before it is made; kept in the request's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Intended(pub(crate) Arc<Change>, pub(crate) Content);

/// The file cannot be written at present.
#[derive(Debug)]
pub(crate) struct NotWritten;

impl AuditTrail {
    /// Opens the file, or creates it, and continues at its end.
    pub fn open(file: &Path) -> Result<Self, AuditFileError> {
        writer::begin(file).map(Self)
    }

    /// Whether changes can be written.
    pub(crate) fn is_up(&self) -> bool {
        self.0.is_up()
    }

    /// Starts the two lines of a change.
    pub(crate) fn change(&self) -> Change {
        Change {
            trail: self.clone(),
            id: Uuid::now_v7().simple().to_string(),
            begun: AtomicBool::new(false),
        }
    }

    /// Writes a line that is not about a change, if possible.
    pub(crate) fn refusal(&self, content: Content) {
        self.0.put_refusal(Job {
            kind: LineKind::Refusal,
            content,
            written: None,
        });
    }

    /// Waits until everything possible is written, at most this long. Blocks the thread.
    pub(crate) fn flush(&self, at_most: Duration) {
        self.0.flush(at_most);
    }
}

/// A change, as it is written to the file.
#[derive(Debug)]
pub(crate) struct Change {
    trail: AuditTrail,
    id: String,
    /// Whether its first line was queued.
    begun: AtomicBool,
}

impl Change {
    /// Writes the intent. If this fails, the change must not be made.
    pub(crate) async fn intend(&self, content: Content) -> Result<(), NotWritten> {
        if !self.trail.is_up() {
            return Err(NotWritten);
        }
        self.begun.store(true, Ordering::Relaxed);
        let (written, heard) = oneshot::channel();
        self.trail.0.put(Job {
            kind: LineKind::Intent,
            content: self.named(content),
            written: Some(written),
        });
        match timeout(WITHIN, heard).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(NotWritten),
            Err(_) => {
                self.trail.0.stalls();
                Err(NotWritten)
            }
        }
    }

    /// Writes the outcome, if the intent was queued.
    pub(crate) fn ended(&self, content: Content) {
        if !self.begun.load(Ordering::Relaxed) {
            return;
        }
        self.trail.0.put(Job {
            kind: LineKind::Outcome,
            content: self.named(content),
            written: None,
        });
    }

    /// Adds the change's id, which links both lines.
    fn named(&self, mut content: Content) -> Content {
        content.insert("change".to_owned(), self.id.clone().into());
        content
    }
}
