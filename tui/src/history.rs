//! The command history, in a file of the XDG state directory: one command a line, the newest last.
//! It is a convenience, so errors with the file are ignored.

use std::fs::{self, File};
use std::io::{Result, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// The maximum number of commands.
pub const MOST_KEPT: usize = 200;

/// Returns the path of the file; none if the environment has no suitable directory.
pub fn path() -> Option<PathBuf> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    place(&variable("XDG_STATE_HOME"), &variable("HOME"))
}

/// A relative `XDG_STATE_HOME` is ignored.
fn place(state_home: &str, home: &str) -> Option<PathBuf> {
    let state_home = PathBuf::from(state_home);
    let folder = if state_home.is_absolute() {
        state_home
    } else if home.is_empty() {
        return None;
    } else {
        PathBuf::from(home).join(".local").join("state")
    };
    Some(folder.join("switchboard").join("history"))
}

/// Returns the commands in the file; none if it does not exist.
pub fn read(path: &Path) -> Vec<String> {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let commands = text.lines().map(crate::text::clean);
    last(commands.filter(|line| !line.trim().is_empty()).collect())
}

fn last(mut commands: Vec<String>) -> Vec<String> {
    let surplus = commands.len().saturating_sub(MOST_KEPT);
    commands.split_off(surplus)
}

/// Adds a command. Other consoles may do so at the same time: each line is added in one write, and
/// from time to time the file is rewritten with the newest commands only.
pub fn keep(path: &Path, command: &str) {
    if let Err(error) = add(path, command) {
        tracing::warn!("the command is not kept in {}: {error}", path.display());
    }
}

fn add(path: &Path, command: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let line = format!("{}\n", crate::text::clean(command));
    options()
        .append(true)
        .open(path)?
        .write_all(line.as_bytes())?;
    let kept = fs::read(path)?;
    if String::from_utf8_lossy(&kept).lines().count() > 2 * MOST_KEPT {
        let text = read(path).join("\n") + "\n";
        let anew = path.with_extension(std::process::id().to_string());
        options()
            .write(true)
            .truncate(true)
            .open(&anew)?
            .write_all(text.as_bytes())?;
        fs::rename(anew, path)?;
    }
    Ok(())
}

/// Readable by the user only: commands contain names of agents.
fn options() -> fs::OpenOptions {
    let mut options = File::options();
    options.create(true).mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_commands_are_kept_and_the_file_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").join("history");
        assert_eq!(read(&path), Vec::<String>::new());
        for number in 0..=2 * MOST_KEPT {
            keep(&path, &format!("filter {number}\nx"));
        }
        let kept = read(&path);
        assert_eq!(kept.len(), MOST_KEPT);
        assert_eq!(kept[0], format!("filter {} x", MOST_KEPT + 1));
        assert_eq!(kept[MOST_KEPT - 1], format!("filter {} x", 2 * MOST_KEPT));
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(lines, MOST_KEPT, "made anew");
    }

    #[test]
    fn what_cannot_be_read_or_written_fails_nothing() {
        let folder = tempfile::tempdir().unwrap();
        keep(folder.path(), "pause");
        assert_eq!(read(folder.path()), Vec::<String>::new());
        let path = folder.path().join("history");
        fs::write(&path, b"pause\n\xff\x1b[31m\n\n  \nquit").unwrap();
        assert_eq!(read(&path), ["pause", "\u{fffd} [31m", "quit"]);
    }

    #[test]
    fn the_file_is_where_the_desktop_says() {
        let file = |folder: &str| Some(PathBuf::from(folder).join("switchboard/history"));
        assert_eq!(place("/x", "/home/ana"), file("/x"));
        assert_eq!(place("", "/home/ana"), file("/home/ana/.local/state"));
        assert_eq!(place("x", "/home/ana"), file("/home/ana/.local/state"));
        assert_eq!(place("", ""), None);
    }
}
