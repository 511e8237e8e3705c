//! A file system that breaks at an operation of one's choice.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use dvgen::output::{Found, Fs, Guard, RealFs};

/// What happens at the fatal operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// Nothing; there is none.
    Never,
    /// The process is killed before it: neither it nor any later one happens.
    Kill,
    /// The process is killed within it: half a file is written, half a tree removed.
    KillWithin,
    /// It fails, and later ones work.
    FailOnce,
    /// The disk is full from then on: what needs room fails, renaming and removing work.
    Full,
    /// Whatever would change the disk is a bug.
    ReadOnly,
}

/// What an operation does to the disk.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Need {
    Nothing,
    Change,
    Room,
}

/// A file system that breaks at an operation.
pub(crate) struct FaultyFs {
    mode: Mode,
    at: usize,
    count: AtomicUsize,
}

impl FaultyFs {
    /// Returns a file system that breaks at the operation with this number.
    pub(crate) fn new(mode: Mode, at: usize) -> Self {
        Self { mode, at, count: AtomicUsize::new(0) }
    }

    /// Returns whether it came to the fatal operation.
    pub(crate) fn fired(&self) -> bool {
        self.count.load(Ordering::Relaxed) > self.at
    }

    /// Counts an operation; returns whether it is the fatal one and may happen in part.
    fn step(&self, need: Need) -> io::Result<bool> {
        let now = self.count.fetch_add(1, Ordering::Relaxed);
        let full = || Err(io::Error::from(io::ErrorKind::StorageFull));
        match self.mode {
            Mode::Kill if now >= self.at => killed(),
            Mode::KillWithin if now > self.at => killed(),
            Mode::KillWithin => Ok(now == self.at),
            Mode::FailOnce if now == self.at => full(),
            Mode::Full if now >= self.at && need == Need::Room => full(),
            Mode::ReadOnly if need != Need::Nothing => panic!("something was written"),
            _ => Ok(false),
        }
    }

    fn whole<T>(&self, need: Need, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if self.step(need)? { killed() } else { work() }
    }
}

/// Returns a file system that never breaks.
pub(crate) fn whole() -> FaultyFs {
    FaultyFs::new(Mode::Never, usize::MAX)
}

fn killed<T>() -> io::Result<T> {
    Err(io::Error::other("killed"))
}

impl Fs for FaultyFs {
    fn look(&self, path: &Path) -> io::Result<Option<Found>> {
        self.whole(Need::Nothing, || RealFs.look(path))
    }
    fn read(&self, path: &Path, len: u64, out: &mut Vec<u8>) -> io::Result<()> {
        self.whole(Need::Nothing, || RealFs.read(path, len, out))
    }
    fn list(&self, dir: &Path) -> io::Result<(Vec<String>, bool)> {
        self.whole(Need::Nothing, || RealFs.list(dir))
    }
    fn lock(&self, dir: &Path, shared: bool) -> io::Result<Option<Guard>> {
        self.whole(Need::Nothing, || RealFs.lock(dir, shared))
    }
    fn create(&self, path: &Path, bytes: &[u8], executable: bool) -> io::Result<()> {
        if self.step(Need::Room)? {
            RealFs.create(path, &bytes[..bytes.len() / 2], executable)?;
            return killed();
        }
        RealFs.create(path, bytes, executable)
    }
    fn sync(&self, path: &Path) -> io::Result<()> {
        // Real syncing takes most of the time of these tests, and no test can see what it is good for.
        self.whole(Need::Room, || RealFs.look(path).map(drop))
    }
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.whole(Need::Room, || RealFs.create_dir(path))
    }
    fn link(&self, old: &Path, new: &Path) -> io::Result<()> {
        self.whole(Need::Room, || RealFs.link(old, new))
    }
    fn rename(&self, old: &Path, new: &Path) -> io::Result<()> {
        self.whole(Need::Change, || RealFs.rename(old, new))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.whole(Need::Change, || RealFs.remove_file(path))
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.whole(Need::Change, || RealFs.remove_dir(path))
    }
    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        if self.step(Need::Change)? {
            let (names, _) = RealFs.list(path)?;
            for name in names.iter().step_by(2) {
                let _ = RealFs.remove_file(&path.join(name));
            }
            return killed();
        }
        RealFs.remove_tree(path)
    }
}
