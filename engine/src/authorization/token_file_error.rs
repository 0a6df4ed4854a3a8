//! Errors of the token file, with their remedies.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::token::TokenName;
use crate::trust::Untrusted;

/// Why a token file cannot be used: one sentence, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It does not exist.
    #[error(
        "there is no token file {file}: create one with `switchboard-engine token create --tokens \
         {file} --role admin --name NAME`", file = .0.display()
    )]
    Missing(PathBuf),
    /// It is a folder.
    #[error(
        "the token file {file} is a folder: name the file in it, for example {file}/tokens.json",
        file = .0.display()
    )]
    Folder(PathBuf),
    /// It cannot be read or written.
    #[error("the token file {} cannot be {what} ({why}){}", .file.display(), remedy(.why))]
    Io {
        /// The file.
        file: PathBuf,
        /// What was attempted.
        what: &'static str,
        /// The system's error.
        why: io::Error,
    },
    /// It is not a valid token file.
    #[error(
        "the token file {} is not valid ({why}): name a file that `switchboard-engine token create` \
         wrote, or restore this one from a copy; to start a new file, move this one elsewhere first",
        .file.display()
    )]
    Broken {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Another user could change it.
    #[error("the token file {} {why}", .file.display())]
    Untrusted {
        /// The file.
        file: PathBuf,
        /// Who could, and how.
        why: Untrusted,
    },
    /// The name is in use.
    #[error("there is a token {0} already: choose another name, or revoke that token first")]
    NameTaken(TokenName),
    /// There is no token with that name.
    #[error("there is no token {0}: `switchboard-engine token list` lists all tokens")]
    NoSuchToken(TokenName),
}

/// Returns the remedy for an error of the system, as the end of a sentence.
fn remedy(why: &io::Error) -> String {
    match why.kind() {
        ErrorKind::PermissionDenied => format!(
            ": this process runs as user {us}; make that user its owner (chown {us}), or permit the \
             access otherwise",
            us = rustix::process::geteuid().as_raw()
        ),
        _ => String::new(),
    }
}
