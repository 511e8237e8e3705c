//! What the directories on the way to the outputs are.
//!
//! Each directory is looked at once, however many files lie in it, and a symbolic link among them is refused: what
//! is written "below the root" must lie below the root.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fs::{Fs, Kind};
use super::{OBSTRUCTED, Outcome, SYMLINK, fault};
use crate::diag::Diagnostic;

/// What a directory is at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// A directory.
    Real,
    /// Nothing is there, or nothing that stays.
    Missing,
}

/// The directories of a root, as far as they were asked for.
pub(super) struct Terrain<'a> {
    fs: &'a dyn Fs,
    root: &'a Path,
    seen: BTreeMap<String, Ground>,
}

impl<'a> Terrain<'a> {
    /// Returns the terrain of a root, of which nothing is known yet.
    pub(super) fn new(fs: &'a dyn Fs, root: &'a Path) -> Self {
        Self { fs, root, seen: BTreeMap::new() }
    }

    /// Returns what the directory of a path is; `leaves` tells a file that is about to be removed, which is no
    /// obstacle.
    pub(super) fn parent_of(&mut self, path: &str, leaves: &dyn Fn(&str) -> bool) -> Outcome<Ground> {
        let Some((dir, _)) = path.rsplit_once('/') else { return Ok(Ground::Real) };
        if let Some(known) = self.seen.get(dir) {
            return Ok(*known);
        }
        let ground = match self.parent_of(dir, leaves)? {
            Ground::Missing => Ground::Missing,
            Ground::Real => self.look(dir, leaves)?,
        };
        self.seen.insert(dir.to_owned(), ground);
        Ok(ground)
    }

    /// Returns the topmost directory on the way to a path that does not exist; call after `parent_of`.
    pub(super) fn gap<'p>(&self, path: &'p str) -> Option<&'p str> {
        let dirs = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        dirs.into_iter().find(|dir| self.seen.get(*dir) == Some(&Ground::Missing))
    }

    fn look(&self, dir: &str, leaves: &dyn Fn(&str) -> bool) -> Outcome<Ground> {
        let full = self.full(dir);
        let found = self.fs.look(&full).map_err(|error| fault("look at", &full, &error))?;
        match found.map(|found| found.kind) {
            None => Ok(Ground::Missing),
            Some(Kind::Dir) => Ok(Ground::Real),
            Some(Kind::Symlink) => Err(vec![symlink(dir)]),
            Some(Kind::File) if leaves(dir) => Ok(Ground::Missing),
            Some(Kind::File | Kind::Other) => Err(vec![
                Diagnostic::without_span(OBSTRUCTED, format!("`{dir}` is a file, and outputs belong below it"))
                    .help("move the file away, or change the layout of the outputs"),
            ]),
        }
    }

    fn full(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

/// Returns the diagnostic for a symbolic link.
pub(super) fn symlink(path: &str) -> Diagnostic {
    Diagnostic::without_span(SYMLINK, format!("`{path}` is a symbolic link"))
        .why("what is written through it could land outside the output root, or on a file of someone else")
        .help("replace the link by a real file or directory")
}
