//! Finds out which commit is built, for `--version`: what `SWITCHBOARD_COMMIT` says, or what an
//! archive of the repository was made of, or what git says. Without all three, as from a copy of
//! the files, the version stands alone.
//!
//! It runs again only when one of these changes, so that nothing is built anew for nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=COMMIT");
    println!("cargo::rerun-if-env-changed=SWITCHBOARD_COMMIT");
    let said = env::var("SWITCHBOARD_COMMIT").ok();
    let commit = said
        .or_else(|| fs::read_to_string("COMMIT").ok())
        .filter(|commit| is_commit(commit.trim()))
        .or_else(of_git);
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = match commit {
        Some(commit) => format!("{version} ({})", commit.trim()),
        None => version,
    };
    println!("cargo::rustc-env=SWITCHBOARD_VERSION={version}");
}

/// Whether a text is an id of a commit; in a checkout, the file has a place for one.
fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn of_git() -> Option<String> {
    // Files that lie in somebody else's repository are not of its commit.
    let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?);
    let ours = Path::new("..").canonicalize().ok()?;
    if top.canonicalize().ok()? != ours {
        return None;
    }
    // It grows with each commit and each checkout. One that is not there would count as changed.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if Path::new(&log).exists() {
        println!("cargo::rerun-if-changed={log}");
    }
    git(&["rev-parse", "--short", "HEAD"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    said.status.success().then(|| text.trim().to_owned())
}
