//! Why a token file is of no use, in words that name the remedy.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::token::TokenName;
use crate::trust::Untrusted;

/// Why a token file is of no use: one sentence, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is none.
    #[error(
        "there is no token file {file}: make one with `switchboard-engine token create --tokens \
         {file} --role admin --name NAME`", file = .0.display()
    )]
    Missing(PathBuf),
    /// It is no file at all.
    #[error(
        "the token file {file} is a folder: name the file in it, for example {file}/tokens.json",
        file = .0.display()
    )]
    Folder(PathBuf),
    /// It cannot be read or written.
    #[error("the token file {} cannot be {what} ({why}){}", .file.display(), remedy(.why))]
    Io {
        /// Which.
        file: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        why: io::Error,
    },
    /// It does not hold tokens.
    #[error(
        "the token file {} cannot be understood ({why}): name the file that `switchboard-engine token \
         create` wrote, or put that one back; to begin anew, move this one away first",
        .file.display()
    )]
    Broken {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Somebody else could let themselves in.
    #[error("the token file {} {why}", .file.display())]
    Untrusted {
        /// Which.
        file: PathBuf,
        /// Who could, and how.
        why: Untrusted,
    },
    /// The name is taken.
    #[error("there is a token {0} already: choose another name, or revoke that one first")]
    NameTaken(TokenName),
    /// There is no token of that name.
    #[error("there is no token {0}: switchboard-engine token list names them all")]
    NoSuchToken(TokenName),
}

/// Gives what helps where the system said no, as the end of a sentence.
fn remedy(why: &io::Error) -> String {
    match why.kind() {
        ErrorKind::PermissionDenied => format!(
            ": this process is of user {us}, who needs to own it or be let in, for example with \
             chown {us}",
            us = rustix::process::geteuid().as_raw()
        ),
        _ => String::new(),
    }
}
