//! The files of the repository, as rules ask for them: those that are there, and those that dvgen writes.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::Platform;
use crate::world::{RelPath, World, WorldError};

/// The files of the repository. Paths are those of Argo CD, from the root of the repository.
pub struct Tree<'a> {
    world: &'a dyn World,
    /// Whether the spec lies at the root of what can be seen, which may be a folder of the repository.
    at_root: bool,
    /// The folder of the outputs.
    home: &'a str,
    made: BTreeSet<&'a str>,
}

impl fmt::Debug for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").field("home", &self.home).field("made", &self.made.len()).finish_non_exhaustive()
    }
}

impl<'a> Tree<'a> {
    /// Returns the files of a world, and those that dvgen makes.
    pub fn new(
        world: &'a dyn World,
        at_root: bool,
        platform: &'a Platform,
        made: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let home = platform.repository.as_ref().map_or("", |repository| &*repository.path.value);
        Self { world, at_root, home, made: made.into_iter().collect() }
    }

    /// Returns whether a file or a folder with files is there, or may be.
    pub fn has(&self, path: &str) -> bool {
        let Some(full) = RelPath::root().join(path) else { return true };
        let path = full.as_str();
        if path.is_empty() || self.is_unknown(path) {
            return true;
        }
        self.made_below(path).next().is_some()
            || self.places(path).iter().any(|place| {
                // A file that is too large is there as well.
                !matches!(self.world.read(place, 0), Err(WorldError::NotFound | WorldError::Other(_)))
                    || self.world.walk(place).map_or(true, |files| !files.is_empty())
            })
    }

    /// Returns the files below a folder, by their paths in the repository; nothing where they cannot be known.
    pub fn below(&self, folder: &str) -> Option<Vec<String>> {
        let full = RelPath::root().join(folder)?;
        let folder = full.as_str();
        if folder.is_empty() || self.is_unknown(folder) {
            return None;
        }
        let mut all: Vec<String> = self.made_below(folder).collect();
        for place in self.places(folder) {
            let files = self.world.walk(&place).ok()?;
            all.extend(files.iter().map(|file| format!("{folder}/{file}")));
        }
        Some(all)
    }

    /// Returns whether a path lies outside of what can be seen, or among the outputs of another environment.
    fn is_unknown(&self, path: &str) -> bool {
        let own = self.own(path);
        (self.at_root && own.is_none()) || own.is_some_and(|own| own.starts_with("environments/"))
    }

    /// Returns a path of the repository as one from the folder of the outputs.
    fn own<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.home.is_empty() {
            return Some(path);
        }
        let rest = path.strip_prefix(self.home)?;
        rest.strip_prefix('/').or(rest.is_empty().then_some(rest))
    }

    fn made_below(&self, path: &str) -> impl Iterator<Item = String> {
        let own = self.own(path).unwrap_or(path).to_owned();
        let home = if self.home.is_empty() { String::new() } else { format!("{}/", self.home) };
        let start = self.made.range::<str, _>((std::ops::Bound::Included(&*own), std::ops::Bound::Unbounded));
        let begins = own.clone();
        start.take_while(move |made| made.starts_with(&*begins)).filter_map(move |made| {
            let rest = made.strip_prefix(&*own)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{home}{made}"))
        })
    }

    /// Returns where a path of the repository may be.
    fn places(&self, path: &str) -> Vec<RelPath> {
        let own = self.own(path).filter(|own| self.at_root && *own != path);
        [Some(path), own].into_iter().flatten().filter_map(|path| RelPath::root().join(path)).collect()
    }
}
