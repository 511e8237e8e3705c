//! A world that lives in memory, for tests and for callers of the library.

use std::collections::BTreeMap;

use super::{RelPath, World, WorldError};

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryWorld {
    files: BTreeMap<RelPath, Vec<u8>>,
}

impl MemoryWorld {
    /// Returns a world with these files; paths that would leave the root are dropped.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let named = files.into_iter().filter_map(|(path, bytes)| Some((RelPath::root().join(path)?, bytes.to_vec())));
        Self { files: named.collect() }
    }
}

impl World for MemoryWorld {
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError> {
        let bytes = self.files.get(path).ok_or(WorldError::NotFound)?;
        if bytes.len() as u64 > limit {
            return Err(WorldError::TooLarge(limit));
        }
        Ok(bytes.clone())
    }

    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError> {
        let below = self.files.keys().filter_map(|path| RelPath::root().join(path.below(dir)?));
        Ok(below.collect())
    }
}
