//! The audit trail: a file to which every change is written before it is carried out, each line
//! with the hash of the line before, so that a change without a line cannot be, and a line that
//! was changed or taken out shows.
//!
//! A change has two lines: `intent`, which is on the disk before anything is done, and `outcome`.
//! Only the first is waited for. An intent whose outcome is missing may have been carried out.
//! While the file cannot be written changes are refused.

mod chain;
pub mod command;
mod counted;
mod file;
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

use chain::Kind;
pub(crate) use counted::{change_refused, describe, set_up};
pub use file::Unusable;
use writer::{Job, Queue};

/// How long a change waits for its line. The disk of an audit is near, or it is of no use.
const WITHIN: Duration = Duration::from_secs(2);

/// What a line tells, by the name of each thing.
pub(crate) type Content = Map<String, Value>;

/// An audit trail. Its copies are of the same one.
#[derive(Clone, Debug)]
pub struct Trail(Arc<Queue>);

/// A change that is to be written before it is carried out; stands with its request.
#[derive(Clone, Debug)]
pub(crate) struct Intended(pub(crate) Arc<Change>, pub(crate) Content);

/// The file cannot be written at present.
#[derive(Debug)]
pub(crate) struct NotWritten;

impl Trail {
    /// Opens the file, or makes it, and goes on where it ends.
    pub fn open(file: &Path) -> Result<Self, Unusable> {
        writer::begin(file).map(Self)
    }

    /// Whether changes can be written.
    pub(crate) fn is_up(&self) -> bool {
        self.0.is_up()
    }

    /// Begins the two lines of a change.
    pub(crate) fn change(&self) -> Change {
        Change {
            trail: self.clone(),
            id: Uuid::now_v7().simple().to_string(),
            begun: AtomicBool::new(false),
        }
    }

    /// Writes what is no change, if it can be written.
    pub(crate) fn tell(&self, content: Content) {
        self.0.tell(Job {
            kind: Kind::Refusal,
            content,
            written: None,
        });
    }

    /// Waits until all is written that can be, but not for long. It blocks.
    pub(crate) fn flush(&self, at_most: Duration) {
        self.0.flush(at_most);
    }
}

/// A change, as it is written down.
#[derive(Debug)]
pub(crate) struct Change {
    trail: Trail,
    id: String,
    /// Whether its first line was put on its way.
    begun: AtomicBool,
}

impl Change {
    /// Writes what is about to be done. If this fails it must not be.
    pub(crate) async fn intend(&self, content: Content) -> Result<(), NotWritten> {
        if !self.trail.is_up() {
            return Err(NotWritten);
        }
        self.begun.store(true, Ordering::Relaxed);
        let (written, heard) = oneshot::channel();
        self.trail.0.put(Job {
            kind: Kind::Intent,
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

    /// Writes what came of it, if it was begun.
    pub(crate) fn ended(&self, content: Content) {
        if !self.begun.load(Ordering::Relaxed) {
            return;
        }
        self.trail.0.put(Job {
            kind: Kind::Outcome,
            content: self.named(content),
            written: None,
        });
    }

    /// Says in both lines that they are of the same change.
    fn named(&self, mut content: Content) -> Content {
        content.insert("change".to_owned(), self.id.clone().into());
        content
    }
}
