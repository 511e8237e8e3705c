//! The world on disk.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{RelPath, World, WorldError};

/// The files below a directory of the machine. Symbolic links are followed only while they stay inside.
#[derive(Clone, Debug)]
pub struct SystemWorld {
    root: PathBuf,
}

/// Deepest directory that a walk enters, so that a hostile tree cannot hold it up.
const MAX_DEPTH: usize = 16;

impl SystemWorld {
    /// Returns the world below `root`, a canonical path.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Returns the directory that all paths are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn resolve(&self, path: &RelPath) -> Result<PathBuf, WorldError> {
        let full = self.root.join(path.as_str());
        let real = full.canonicalize().map_err(|error| from_io(&error))?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(WorldError::Outside) }
    }

    fn collect(&self, dir: &RelPath, prefix: &RelPath, depth: usize, out: &mut Vec<RelPath>) -> Result<(), WorldError> {
        let real = match self.resolve(dir) {
            Ok(real) => real,
            Err(WorldError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        #[expect(clippy::disallowed_methods, reason = "this is the door")]
        let entries = fs::read_dir(real).map_err(|error| from_io(&error))?;
        for entry in entries {
            let entry = entry.map_err(|error| from_io(&error))?;
            let name = entry.file_name();
            let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
            let (Some(path), Some(below)) = (dir.join(name), prefix.join(name)) else { continue };
            if kind.is_dir() && depth < MAX_DEPTH {
                self.collect(&path, &below, depth + 1, out)?;
            } else if !kind.is_dir() {
                out.push(below);
            }
        }
        Ok(())
    }
}

impl World for SystemWorld {
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError> {
        let real = self.resolve(path)?;
        // Asked before opening: opening a pipe would wait for a writer.
        #[expect(clippy::disallowed_methods, reason = "this is the door")]
        let kind = fs::metadata(&real).map_err(|error| from_io(&error))?;
        if !kind.is_file() {
            return Err(WorldError::Other("it is not a regular file".to_owned()));
        }
        let file = fs::File::open(&real).map_err(|error| from_io(&error))?;
        let mut bytes = Vec::with_capacity(usize::try_from(kind.len().min(limit)).unwrap_or(0));
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| from_io(&error))?;
        if bytes.len() as u64 > limit { Err(WorldError::TooLarge(limit)) } else { Ok(bytes) }
    }

    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError> {
        let mut found = Vec::new();
        self.collect(dir, &RelPath::root(), 0, &mut found)?;
        found.sort();
        Ok(found)
    }
}

fn from_io(error: &std::io::Error) -> WorldError {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => WorldError::NotFound,
        _ => WorldError::Other(error.to_string()),
    }
}
