//! Whether a file can be trusted: only root and the user of this process can change or replace it.
//! The checks are those of an SSH server for keys (`StrictModes`): the owner and the write
//! permissions of the file and of each folder on its path.
//!
//! ACLs beyond the mode are not checked.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

/// The most symbolic links that are followed, the same as the kernel's limit.
const MOST_LINKS: usize = 40;
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// In a sticky folder nobody may rename or remove files of others.
const STICKY: u32 = 0o1000;
const ROOT: u32 = 0;

/// Why a file cannot be trusted: the rest of a sentence that begins with the file, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Untrusted {
    /// It, or a folder on its path, cannot be inspected.
    #[error("cannot be checked: {} ({why})", .at.display())]
    Unknown {
        /// The path.
        at: PathBuf,
        /// The system's error.
        why: io::Error,
    },
    /// It, or a folder on its path, belongs to another user.
    #[error(
        "cannot be trusted: {at} belongs to user {owner}, who is neither root nor the user of this \
         process ({us}) and could change or replace the file: chown {us} {at}",
        at = .at.display()
    )]
    OfAnother {
        /// The path.
        at: PathBuf,
        /// Its owner.
        owner: u32,
        /// The expected owner.
        us: u32,
    },
    /// It, or a folder on its path, can be written by others.
    #[error(
        "cannot be trusted: {at} can be written by users other than its owner: chmod go-w {at}",
        at = .0.display()
    )]
    WritableByOthers(PathBuf),
    /// It is a device, a pipe or a socket, and others can write it. Its owner and mode serve all of
    /// the machine, so changing them is no remedy.
    #[error("cannot be trusted: {} is not a regular file: name a regular file", .0.display())]
    NotRegular(PathBuf),
}

/// Checks that this process can trust a file, and returns its metadata.
pub(crate) fn check(file: &Path) -> Result<Metadata, Untrusted> {
    Trust::of_this_process().follow(file)
}

/// The same for a caller that acts for the file's owner: root trusts the owner, whoever that is.
pub(crate) fn check_for_its_owner(file: &Path) -> Result<Metadata, Untrusted> {
    let mut trust = Trust::of_this_process();
    if trust.us == ROOT {
        trust.owner = fs::metadata(file).ok().map(|about| about.uid());
    }
    trust.follow(file)
}

/// Returns a warning for each permission problem of a file with secret content, such as a token.
/// `what` names the file.
pub(crate) fn warnings(what: &str, file: &Path) -> Vec<String> {
    let name = file.display();
    match check(file) {
        // As in an SSH client: a file of another owner, such as a mounted secret, is that owner's
        // concern.
        Ok(about) if about.mode() & 0o077 != 0 && about.uid() == us() => {
            vec![format!(
                "other users can read {what} {name}: chmod 600 {name}"
            )]
        }
        Ok(_) => vec![],
        Err(untrusted) => vec![format!("{what} {name} {untrusted}")],
    }
}

/// Reads a file that was checked. Only a regular file is opened: a pipe would block forever.
pub(crate) fn read(file: &Path, about: &Metadata) -> io::Result<Vec<u8>> {
    if !about.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read(file)
}

fn us() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The trusted users.
struct Trust {
    us: u32,
    owner: Option<u32>,
}

impl Trust {
    fn of_this_process() -> Self {
        let owner = None;
        Self { us: us(), owner }
    }

    /// Walks to a file from the root, one name at a time and through every link, and checks each
    /// folder on the way and the file itself.
    fn follow(&self, file: &Path) -> Result<Metadata, Untrusted> {
        let absolute = std::path::absolute(file).map_err(|why| unknown(file, why))?;
        let mut left: VecDeque<OsString> = names(&absolute).collect();
        let mut folder = self.root()?;
        let mut links = 0;
        while let Some(name) = left.pop_front() {
            if name == ".." {
                folder.0.pop();
                folder.1 = look(&folder.0)?;
                continue;
            }
            let at = folder.0.join(name);
            let about = look(&at)?;
            self.check_place(&folder.1, &at, &about)?;
            if about.is_symlink() {
                links += 1;
                if links > MOST_LINKS {
                    return Err(unknown(&at, io::Error::other("too many symbolic links")));
                }
                let target = fs::read_link(&at).map_err(|why| unknown(&at, why))?;
                if target.is_absolute() {
                    folder = self.root()?;
                }
                names(&target)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev()
                    .for_each(|name| left.push_front(name));
                continue;
            }
            self.check_own(&at, &about)?;
            if left.is_empty() {
                return Ok(about);
            }
            folder = (at, about);
        }
        Ok(folder.1)
    }

    fn root(&self) -> Result<(PathBuf, Metadata), Untrusted> {
        let root = PathBuf::from("/");
        let about = look(&root)?;
        self.check_own(&root, &about)?;
        Ok((root, about))
    }

    /// Checks an entry of a folder like /tmp, where anybody may create files: it must not belong to
    /// another user, even if it is a link.
    fn check_place(&self, folder: &Metadata, at: &Path, about: &Metadata) -> Result<(), Untrusted> {
        if folder.mode() & WRITABLE_BY_OTHERS == 0 {
            return Ok(());
        }
        self.check_owner(at, about)
    }

    /// Checks the owner and mode of a file or folder.
    fn check_own(&self, at: &Path, about: &Metadata) -> Result<(), Untrusted> {
        let shared = about.is_dir() && about.mode() & STICKY != 0;
        let writable = about.mode() & WRITABLE_BY_OTHERS != 0 && !shared;
        let checked = match self.check_owner(at, about) {
            Ok(()) if writable => Err(Untrusted::WritableByOthers(at.to_owned())),
            checked => checked,
        };
        if !about.is_dir() && !about.is_file() {
            return checked.map_err(|_| Untrusted::NotRegular(at.to_owned()));
        }
        checked
    }

    fn check_owner(&self, at: &Path, about: &Metadata) -> Result<(), Untrusted> {
        let owner = about.uid();
        if owner == ROOT || owner == self.us || Some(owner) == self.owner {
            return Ok(());
        }
        Err(Untrusted::OfAnother {
            at: at.to_owned(),
            owner,
            us: self.us,
        })
    }
}

/// Returns the names on a path, without `.` and the root.
fn names(path: &Path) -> impl Iterator<Item = OsString> {
    path.components().filter_map(|part| match part {
        Component::Normal(_) | Component::ParentDir => Some(part.as_os_str().to_owned()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

fn look(at: &Path) -> Result<Metadata, Untrusted> {
    fs::symlink_metadata(at).map_err(|why| unknown(at, why))
}

fn unknown(at: &Path, why: io::Error) -> Untrusted {
    let at = at.to_owned();
    Untrusted::Unknown { at, why }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    use super::*;

    const STRANGER: u32 = 54_321;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Creates a folder with a trusted file in it.
    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        mode(&inner, 0o755);
        let file = inner.join("file");
        fs::write(&file, "x").unwrap();
        mode(&file, 0o644);
        (folder, file)
    }

    fn said(file: &Path) -> String {
        check(file).map_or_else(|why| why.to_string(), |_| "trusted".to_owned())
    }

    #[test]
    fn who_can_write_a_file_or_a_folder_on_the_way_must_be_trusted() {
        let (folder, file) = place();
        let inner = file.parent().unwrap();
        assert_eq!(said(&file), "trusted");
        for (path, bad, good) in [
            (file.as_path(), 0o666, 0o600),
            (&file, 0o664, 0o444),
            (inner, 0o777, 0o700),
            (inner, 0o775, 0o755),
            (folder.path(), 0o777, 0o700),
        ] {
            mode(path, bad);
            let told = said(&file);
            let remedy = format!("chmod go-w {}", path.display());
            assert!(told.ends_with(&remedy), "{bad:o}: {told}");
            mode(path, good);
            assert_eq!(said(&file), "trusted", "{good:o}");
        }
        // As in /tmp, where our own files stay ours.
        mode(inner, 0o1777);
        assert_eq!(said(&file), "trusted");
    }

    #[test]
    fn a_file_or_folder_of_a_stranger_is_not_trusted() {
        let (_folder, file) = place();
        let inner = file.parent().unwrap();
        for path in [file.as_path(), inner] {
            if chown(path, Some(STRANGER), None).is_err() {
                return; // Only root can give a file away.
            }
            let told = said(&file);
            assert!(told.contains("belongs to user 54321"), "{told}");
            // A caller that acts for the file's owner trusts them.
            let for_its_owner = check_for_its_owner(&file).is_ok();
            assert_eq!(for_its_owner, path == file, "{}", path.display());
            chown(path, Some(us()), None).unwrap();
            assert_eq!(said(&file), "trusted");
        }
    }

    #[test]
    fn links_are_followed_and_their_way_is_checked_too() {
        let (folder, file) = place();
        let open = folder.path().join("open");
        fs::create_dir(&open).unwrap();
        mode(&open, 0o755);
        let link = open.join("link");
        symlink("../inner/file", &link).unwrap();
        assert_eq!(said(&link), "trusted");
        let absolute = open.join("absolute");
        symlink(&file, &absolute).unwrap();
        assert_eq!(said(&absolute), "trusted");
        // The link can be replaced, though the file cannot.
        mode(&open, 0o777);
        assert!(
            said(&link).contains("open can be written"),
            "{}",
            said(&link)
        );
        mode(&open, 0o1777);
        assert_eq!(said(&link), "trusted");
        if std::os::unix::fs::lchown(&link, Some(STRANGER), None).is_ok() {
            assert!(said(&link).contains("link belongs to"), "{}", said(&link));
        }
        mode(&open, 0o755);
        // The file can be replaced, though the link cannot.
        mode(file.parent().unwrap(), 0o777);
        assert!(
            said(&absolute).contains("inner can be"),
            "{}",
            said(&absolute)
        );
        symlink("round", folder.path().join("round")).unwrap();
        let round = said(&folder.path().join("round"));
        assert!(round.contains("too many symbolic links"), "{round}");
    }

    #[test]
    fn nobody_is_told_to_change_the_mode_of_a_device() {
        assert_eq!(
            said(Path::new("/dev/null")),
            "cannot be trusted: /dev/null is not a regular file: name a regular file"
        );
    }

    #[test]
    fn a_secret_as_kubernetes_mounts_it_is_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let mount = folder.path().join("mount");
        let version = mount.join("..2026_11_27");
        fs::create_dir_all(&version).unwrap();
        mode(&mount, 0o1777);
        mode(&version, 0o755);
        fs::write(version.join("tokens.json"), "x").unwrap();
        mode(&version.join("tokens.json"), 0o444);
        symlink("..2026_11_27", mount.join("..data")).unwrap();
        symlink("..data/tokens.json", mount.join("tokens.json")).unwrap();
        assert_eq!(said(&mount.join("tokens.json")), "trusted");
    }

    #[test]
    fn what_is_not_there_is_said_to_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        let missing = check(&folder.path().join("a/b")).unwrap_err();
        let Untrusted::Unknown { at, why } = missing else {
            panic!("{missing}");
        };
        assert_eq!(at, folder.path().join("a"));
        assert_eq!(why.kind(), io::ErrorKind::NotFound);
    }
}
