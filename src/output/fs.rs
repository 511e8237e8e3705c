//! The file operations that this room needs, and nothing more.
//!
//! They are a trait so that a test can fail or kill a build at each of them. No method follows a symbolic link at
//! the end of its path; `terrain` sees to the directories above it.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

/// What is found at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Length in bytes, of a file.
    pub len: u64,
    /// Whether its owner may run it.
    pub executable: bool,
}

/// What a path can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link.
    Symlink,
    /// A device, a pipe, a socket.
    Other,
}

/// Holds the exclusive right to a root until it is dropped; the system ends it when the process dies.
#[derive(Debug, Default)]
pub struct Guard(#[expect(dead_code, reason = "held for its lock")] Option<fs::File>);

/// File operations.
pub trait Fs: Sync {
    /// Returns what is at a path, without following a symbolic link; `None` when nothing is.
    fn look(&self, path: &Path) -> io::Result<Option<Found>>;

    /// Reads a file of about `len` bytes into `out`, whose former content is dropped.
    fn read(&self, path: &Path, len: u64, out: &mut Vec<u8>) -> io::Result<()>;

    /// Returns the names in a directory that are UTF-8, sorted, and whether there were others.
    fn list(&self, dir: &Path) -> io::Result<(Vec<String>, bool)>;

    /// Writes a file that must not exist yet.
    fn create(&self, path: &Path, bytes: &[u8], executable: bool) -> io::Result<()>;

    /// Waits until a file's content would survive a power cut.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Makes a directory, whose parent exists.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// Gives a file a second name, which must not exist yet.
    fn link(&self, old: &Path, new: &Path) -> io::Result<()>;

    /// Gives a file or directory another name, replacing a file of that name.
    fn rename(&self, old: &Path, new: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;

    /// Removes a directory and all below it.
    fn remove_tree(&self, path: &Path) -> io::Result<()>;

    /// Takes the right to a directory, exclusive or shared; `None` when someone else has it.
    fn lock(&self, dir: &Path, shared: bool) -> io::Result<Option<Guard>>;
}

/// The file system of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealFs;

#[expect(clippy::disallowed_methods, reason = "this is the door for writing")]
impl Fs for RealFs {
    fn look(&self, path: &Path) -> io::Result<Option<Found>> {
        match fs::symlink_metadata(path) {
            Ok(found) => Ok(Some(Found {
                kind: kind_of(found.file_type()),
                len: found.len(),
                executable: is_executable(&found),
            })),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read(&self, path: &Path, len: u64, out: &mut Vec<u8>) -> io::Result<()> {
        let mut file = fs::File::open(path)?;
        // One byte more than expected: a read that comes back short has seen the end, which saves the read that
        // would say so. It is worth a fifth of a build that changes nothing.
        let wanted = usize::try_from(len).unwrap_or(usize::MAX - 1) + 1;
        out.clear();
        out.resize(wanted, 0);
        let mut filled = 0;
        while let Some(space) = out.get_mut(filled..).filter(|space| !space.is_empty()) {
            match file.read(space) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if filled + 1 == wanted {
                break;
            }
        }
        out.truncate(filled);
        if filled == wanted {
            file.read_to_end(out)?;
        }
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<(Vec<String>, bool)> {
        let (mut names, mut others) = (Vec::new(), false);
        for entry in fs::read_dir(dir)? {
            match entry?.file_name().into_string() {
                Ok(name) => names.push(name),
                Err(_) => others = true,
            }
        }
        names.sort_unstable();
        Ok((names, others))
    }

    fn create(&self, path: &Path, bytes: &[u8], executable: bool) -> io::Result<()> {
        let mut options = fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if executable {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o777);
        }
        #[cfg(not(unix))]
        let _ = executable;
        options.open(path)?.write_all(bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        fs::File::open(path)?.sync_all()
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn link(&self, old: &Path, new: &Path) -> io::Result<()> {
        fs::hard_link(old, new)
    }

    fn rename(&self, old: &Path, new: &Path) -> io::Result<()> {
        fs::rename(old, new)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }

    fn lock(&self, dir: &Path, shared: bool) -> io::Result<Option<Guard>> {
        // The directory itself is locked: no file has to be made, committed or ignored for it. Where a directory
        // cannot be locked (Windows, some network file systems) builds are not kept apart.
        let Ok(file) = fs::File::open(dir) else { return Ok(Some(Guard::default())) };
        let taken = if shared { file.try_lock_shared() } else { file.try_lock() };
        match taken {
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(Some(Guard(Some(file)))),
        }
    }
}

fn kind_of(kind: fs::FileType) -> Kind {
    if kind.is_file() {
        Kind::File
    } else if kind.is_dir() {
        Kind::Dir
    } else if kind.is_symlink() {
        Kind::Symlink
    } else {
        Kind::Other
    }
}

#[cfg(unix)]
fn is_executable(found: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o100 != 0
}

/// Without such a bit every file counts as executable, so none is ever rewritten for it.
#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    true
}
