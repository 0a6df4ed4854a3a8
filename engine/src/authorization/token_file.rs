//! The token file: JSON that people can read. A change replaces it as a whole or not at all.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::token::{Token, TokenName};
use super::token_file_error::FileError;
use super::token_list::{self, TokenList};
use crate::trust::{self, Untrusted};

/// The most bytes of a token file: some ten thousand tokens.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Reads the tokens for authentication: only from a file that nobody else can change.
pub(super) fn read(file: &Path) -> Result<Vec<Token>, FileError> {
    read_trusted(file, trust::check(file))
}

/// Reads the tokens only to list them, or to change them for the file's owner.
pub(super) fn read_for_its_owner(file: &Path) -> Result<Vec<Token>, FileError> {
    read_trusted(file, trust::check_for_its_owner(file))
}

fn read_trusted(file: &Path, about: Result<Metadata, Untrusted>) -> Result<Vec<Token>, FileError> {
    let missing = || FileError::Missing(file.to_owned());
    let about = about.map_err(|why| match why {
        Untrusted::Unknown { why, .. } if why.kind() == ErrorKind::NotFound => missing(),
        why => FileError::Untrusted {
            file: file.to_owned(),
            why,
        },
    })?;
    let failed = |why: io::Error| match why.kind() {
        ErrorKind::NotFound => missing(),
        _ => io_error(file, "read", why),
    };
    let broken = |why: String| FileError::Broken {
        file: file.to_owned(),
        why,
    };
    if about.is_dir() {
        return Err(FileError::Folder(file.to_owned()));
    }
    if about.len() > LONGEST {
        return Err(broken(format!("it has more than {LONGEST} bytes")));
    }
    let text = trust::read(file, &about).map_err(failed)?;
    token_list::parse(&text).map_err(broken)
}

/// Adds a token; creates the file if there is none.
pub(super) fn add(file: &Path, token: Token) -> Result<(), FileError> {
    change(file, |tokens| {
        if tokens.iter().any(|other| other.name == token.name) {
            return Err(FileError::NameTaken(token.name));
        }
        tokens.push(token);
        Ok(())
    })
}

/// Removes the token with that name.
pub(super) fn remove(file: &Path, name: &TokenName) -> Result<(), FileError> {
    change(file, |tokens| {
        let before = tokens.len();
        tokens.retain(|token| token.name != *name);
        if tokens.len() == before {
            return Err(FileError::NoSuchToken(name.clone()));
        }
        Ok(())
    })
}

/// Removes a token that was just added, but not another that may have its name by now.
pub(super) fn take_back(file: &Path, token: &Token) -> Result<(), FileError> {
    change(file, |tokens| {
        tokens.retain(|other| other != token);
        Ok(())
    })
}

/// Changes the file by replacing it: readers see either the old or the new one.
fn change(
    file: &Path,
    change: impl FnOnce(&mut Vec<Token>) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let failed = |why| io_error(file, "written", why);
    let place = place(file).map_err(failed)?;
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = File::open(folder).map_err(failed)?;
    // Two changes at a time would lose one. The file itself is replaced, so its folder is locked;
    // the lock ends with this function.
    folder.lock().map_err(failed)?;
    let before = fs::metadata(file).ok();
    let mut tokens = match read_for_its_owner(file) {
        Err(FileError::Missing(_)) => vec![],
        read => read?,
    };
    change(&mut tokens)?;
    replace(&place, &TokenList { tokens }, before.as_ref()).map_err(failed)?;
    // Without this the rename may be lost in a power failure.
    folder.sync_all().map_err(failed)
}

/// Returns the file that a link leads to. Replacing the link would leave that file as it was, and a
/// revoked token still valid there.
fn place(file: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(file) {
        Err(why) if why.kind() == ErrorKind::NotFound && !file.is_symlink() => Ok(file.to_owned()),
        Err(why) if why.kind() == ErrorKind::NotFound => Err(io::Error::other(
            "it is a link to a file that does not exist",
        )),
        place => place,
    }
}

/// Writes a new file beside it and renames it; owner and mode are kept, or become the caller's and
/// 0600.
pub(super) fn replace(
    file: &Path,
    content: &impl Serialize,
    before: Option<&Metadata>,
) -> io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = file.with_file_name(name);
    // Left by a killed process; no other process uses it, as the folder is locked.
    let _ = fs::remove_file(&new);
    let mut options = OpenOptions::new();
    let mut written = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    let done = (|| {
        let mut json = serde_json::to_vec_pretty(content)?;
        json.push(b'\n');
        written.write_all(&json)?;
        if let Some(before) = before {
            // The engine's user must still be able to read it.
            std::os::unix::fs::fchown(&written, Some(before.uid()), Some(before.gid()))?;
            written.set_permissions(fs::Permissions::from_mode(before.mode() & 0o777))?;
        }
        written.sync_all()?;
        fs::rename(&new, file)
    })();
    if done.is_err() {
        // It is useless, but harmless if it cannot be removed.
        let _ = fs::remove_file(&new);
    }
    done
}

fn io_error(file: &Path, what: &'static str, why: io::Error) -> FileError {
    FileError::Io {
        file: file.to_owned(),
        what,
        why,
    }
}

/// Identifies one state of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileState(u64, u64, i64, i64);

/// Returns the present state of the file; `None` if it does not exist.
pub(super) fn state(file: &Path) -> Option<FileState> {
    let about = fs::metadata(file).ok()?;
    // A replaced file has another inode; one written in place has another time or length. The
    // change time also shows a new mode.
    Some(FileState(
        about.ino(),
        about.len(),
        about.ctime(),
        about.ctime_nsec(),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::roles::Role;
    use super::*;

    fn token(name: &str) -> Token {
        Token::create(name.parse().unwrap(), Role::Supervisor, None).0
    }

    fn names(file: &Path) -> Vec<String> {
        let tokens = read(file).unwrap().into_iter();
        tokens.map(|token| token.name.to_string()).collect()
    }

    #[test]
    fn tokens_come_and_go_and_the_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        assert!(matches!(read(&file), Err(FileError::Missing(_))));
        add(&file, token("one")).unwrap();
        add(&file, token("two")).unwrap();
        assert_eq!(names(&file), ["one", "two"]);
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        let taken = add(&file, token("one")).unwrap_err();
        assert!(matches!(taken, FileError::NameTaken(_)), "{taken}");
        remove(&file, &"one".parse().unwrap()).unwrap();
        let gone = remove(&file, &"one".parse().unwrap()).unwrap_err();
        assert!(matches!(gone, FileError::NoSuchToken(_)), "{gone}");
        assert_eq!(names(&file), ["two"]);
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "nothing but the file is left");
    }

    #[test]
    fn a_mode_that_was_chosen_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        add(&file, token("one")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        add(&file, token("two")).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o644);
    }

    #[test]
    fn a_change_through_a_link_is_made_where_it_leads() {
        let folder = tempfile::tempdir().unwrap();
        let [real, link] = ["real", "link"].map(|name| folder.path().join(name));
        fs::create_dir(&real).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o755)).unwrap();
        let real = real.join("tokens.json");
        std::os::unix::fs::symlink("real/tokens.json", &link).unwrap();
        let nowhere = add(&link, token("one")).unwrap_err().to_string();
        assert!(
            nowhere.contains("a link to a file that does not exist"),
            "{nowhere}"
        );
        add(&real, token("one")).unwrap();
        add(&link, token("two")).unwrap();
        remove(&link, &"one".parse().unwrap()).unwrap();
        assert!(link.is_symlink());
        assert_eq!([names(&real), names(&link)], [["two"], ["two"]]);
    }

    #[test]
    fn what_is_no_plain_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        let made = std::process::Command::new("mkfifo")
            .args(["-m", "600"])
            .arg(&file)
            .status();
        assert!(made.unwrap().success());
        // Opening the pipe would block forever.
        for refused in [read(&file).map(drop), add(&file, token("one"))] {
            let said = refused.unwrap_err().to_string();
            assert!(said.contains("not a regular file"), "{said}");
        }
    }

    #[test]
    fn changes_at_the_same_time_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        std::thread::scope(|scope| {
            for number in 0..16 {
                let file = &file;
                scope.spawn(move || add(file, token(&format!("t{number}"))).unwrap());
            }
        });
        assert_eq!(read(&file).unwrap().len(), 16);
    }

    #[test]
    fn what_is_no_token_file_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        let made = serde_json::to_value(token("one")).unwrap();
        let mut nobody = made.clone();
        nobody["role"] = "agent".into();
        let mut short = made.clone();
        short["sha256"] = "00".into();
        let mut misspelt = made.clone();
        misspelt["expirs"] = "2026-01-01T00:00:00Z".into();
        for content in [
            String::new(),
            "[]".to_owned(),
            r#"{"tokens":[{}]}"#.to_owned(),
            serde_json::json!({"tokens": [made, made]}).to_string(),
            serde_json::json!({"tokens": [nobody]}).to_string(),
            serde_json::json!({"tokens": [short]}).to_string(),
            serde_json::json!({"tokens": [misspelt]}).to_string(),
        ] {
            fs::write(&file, &content).unwrap();
            let refused = read(&file).unwrap_err();
            assert!(
                matches!(refused, FileError::Broken { .. }),
                "{content}: {refused}"
            );
        }
    }

    #[test]
    fn what_is_wrong_with_a_token_file_is_said_with_what_would_be_right() {
        let wrong = |field: &str, value: &str| {
            let mut two = serde_json::to_value(token("two")).unwrap();
            two[field] = value.into();
            serde_json::json!({"tokens": [token("one"), two]}).to_string()
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        for (content, says) in [
            ("", "it is empty"),
            ("\n", "it is empty"),
            ("hello", "it is not JSON"),
            ("{\"tokens\": [", "it is not JSON"),
            (r#"{"tokens":[{}]}"#, "its JSON does not hold tokens"),
            (r#"{"tokens":[]} {}"#, "it is not JSON"),
            (r#"{"tokens":[{}]}"#, "token 1: missing field"),
            (
                &wrong("sha256", "zz"),
                "token 2 (\"two\"), sha256: it must be 64",
            ),
            (
                &wrong("sha256", "00"),
                "token 2 (\"two\"), sha256: it must be 64",
            ),
            (&wrong("created", "today"), "token 2 (\"two\"), created: "),
            (&wrong("expires", "later"), "token 2 (\"two\"), expires: "),
            (&wrong("role", "boss"), "token 2 (\"two\"): "),
            (&wrong("name", "a\nb"), "token 2, name: "),
            (
                &wrong("expirs", "later"),
                "token 2 (\"two\"): unknown field \"expirs\"",
            ),
        ] {
            fs::write(&file, content).unwrap();
            let refused = [read(&file).map(drop), add(&file, token("one"))];
            for refused in refused {
                let said = refused.unwrap_err().to_string();
                let helps = said.contains(says) && said.contains("move this one elsewhere");
                assert!(helps, "{content:?}: {said}");
            }
        }
        let said = read(folder.path()).unwrap_err().to_string();
        assert!(said.contains("is a folder: name the file in it"), "{said}");
        let denied = io_error(&file, "read", ErrorKind::PermissionDenied.into());
        assert!(denied.to_string().contains("chown"), "{denied}");
    }

    #[test]
    fn a_token_is_taken_back_and_no_other_of_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        let (mine, other) = (token("one"), token("one"));
        add(&file, mine.clone()).unwrap();
        take_back(&file, &other).unwrap();
        assert_eq!(names(&file), ["one"]);
        take_back(&file, &mine).unwrap();
        assert_eq!(names(&file), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_others_can_change_is_neither_read_nor_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokens.json");
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(folder.path(), 0o777);
        let refused = add(&file, token("one")).unwrap_err().to_string();
        assert!(refused.contains("chmod go-w"), "{refused}");
        mode(folder.path(), 0o700);
        add(&file, token("one")).unwrap();
        for (path, bad, good) in [
            (file.as_path(), 0o666, 0o600),
            (folder.path(), 0o777, 0o755),
        ] {
            mode(path, bad);
            let refused = [read(&file).map(drop), add(&file, token("two"))];
            for refused in refused {
                let said = refused.unwrap_err().to_string();
                assert!(said.contains("chmod go-w"), "{said}");
            }
            mode(path, good);
        }
        assert_eq!(names(&file), ["one"]);
    }
}
