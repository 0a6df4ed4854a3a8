//! The audit file: used by one engine only, and reopened when it is renamed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::chain::End;

/// How many bytes at the end of a file are read for its last two lines.
const TAIL: u64 = 1024 * 1024;

/// Why a file cannot be used for the audit, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum AuditFileError {
    /// The system does not allow it.
    #[error(
        "the audit file {file} cannot be written ({why}): use a file in a folder that this user may write"
    )]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        why: io::Error,
    },
    /// It is a device, a pipe or a folder.
    #[error("the audit file {0} is not a regular file: use a regular file or a new one")]
    NotPlain(PathBuf),
    /// Another process writes it.
    #[error("the audit file {0} is in use by another engine: each engine needs a file of its own")]
    Taken(PathBuf),
    /// It has other content.
    #[error(
        "the audit file {file} does not end with an audit line ({why}): use another file, or move this one elsewhere"
    )]
    Foreign {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// The current file.
#[derive(Debug)]
pub(super) struct AuditFile {
    path: PathBuf,
    file: File,
    /// Whether the last line written is still incomplete.
    mid_line: bool,
}

impl AuditFile {
    /// Opens the file, or creates it, and finds the end of its chain.
    pub(super) fn open(path: &Path) -> Result<(Self, End), AuditFileError> {
        let unwritable = |why: io::Error| AuditFileError::Unwritable {
            file: path.to_owned(),
            why,
        };
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Err(AuditFileError::NotPlain(path.to_owned()));
        }
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)
            .map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(AuditFileError::Taken(path.to_owned())),
            Err(TryLockError::Error(why)) => return Err(unwritable(why)),
        }
        let end = End::of(&tail(&mut file).map_err(unwritable)?);
        let end = end.map_err(|why| AuditFileError::Foreign {
            file: path.to_owned(),
            why,
        })?;
        let path = path.to_owned();
        let mid_line = end.torn;
        let opened = Self {
            path,
            file,
            mid_line,
        };
        Ok((opened, end))
    }

    /// Creates a new file under the name if the current one was renamed.
    pub(super) fn follow(&mut self) -> Result<(), AuditFileError> {
        // A line is completed in the file where it began.
        if self.mid_line || self.is_in_place() {
            return Ok(());
        }
        let (new, end) = Self::open(&self.path)?;
        if end != End::default() {
            return Err(AuditFileError::Foreign {
                file: self.path.clone(),
                why: "it is not empty, though it was put in the place of the one before".to_owned(),
            });
        }
        *self = new;
        Ok(())
    }

    fn is_in_place(&self) -> bool {
        let place = |found: fs::Metadata| (found.dev(), found.ino());
        let own = self.file.metadata().map(place).ok();
        fs::metadata(&self.path).map(place).ok() == own && own.is_some()
    }

    /// Writes as much as possible, and removes it from `bytes`.
    pub(super) fn write(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.file.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(done) => {
                    self.mid_line = bytes.drain(..done).next_back() != Some(b'\n');
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
        Ok(())
    }

    /// Flushes what was written to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

fn tail(file: &mut File) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = vec![];
    file.take(TAIL).read_to_end(&mut tail)?;
    Ok(tail)
}
