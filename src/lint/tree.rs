//! The files of the repository, as rules ask for them: those that are there, and those that dvgen writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Platform;
use crate::model::glob;
use crate::world::{RelPath, World, WorldError};

/// Paths; nothing where they cannot be known.
type Paths = Option<Arc<[String]>>;

/// Answers that are kept: folders are large, and many rules and objects ask for the same ones.
type Kept<K, V> = Mutex<BTreeMap<K, V>>;

/// The files of the repository. Paths are those of Argo CD, from the root of the repository.
pub struct Tree<'a> {
    world: &'a dyn World,
    /// Whether the spec lies at the root of what can be seen, which may be a folder of the repository.
    at_root: bool,
    /// The folder of the outputs.
    home: &'a str,
    made: BTreeSet<&'a str>,
    /// Which paths are there.
    there: Kept<String, bool>,
    /// What is below folders: on disk, and with what dvgen makes.
    walks: Kept<(String, bool), Paths>,
    /// What patterns of folders, and of files, fit.
    matches: Kept<(String, bool), Paths>,
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
        let (there, walks, matches) = (Kept::default(), Kept::default(), Kept::default());
        Self { world, at_root, home, made: made.into_iter().collect(), there, walks, matches }
    }

    /// Returns whether the spec lies at the root of what can be seen.
    pub const fn is_at_root(&self) -> bool {
        self.at_root
    }

    /// Returns whether a file or a folder with files is there, or may be.
    pub fn has(&self, path: &str) -> bool {
        let Some(full) = RelPath::root().join(path) else { return true };
        let path = full.as_str();
        if path.is_empty() || self.is_unknown(path) {
            return true;
        }
        let on_disk = |place: &RelPath| {
            // A file that is too large is there as well.
            !matches!(self.world.read(place, 0), Err(WorldError::NotFound | WorldError::Other(_)))
                || self.walk(place).is_none_or(|files| !files.is_empty())
        };
        kept(&self.there, path.to_owned(), || {
            self.made_below(path).next().is_some() || self.places(path).iter().any(on_disk)
        })
    }

    /// Returns the files below a folder, by their paths in the repository; nothing where they cannot be known.
    pub fn below(&self, folder: &str) -> Paths {
        let full = RelPath::root().join(folder)?;
        let folder = full.as_str();
        if folder.is_empty() || self.is_unknown(folder) {
            return None;
        }
        kept(&self.walks, (folder.to_owned(), true), || {
            let mut all: Vec<String> = self.made_below(folder).collect();
            for place in self.places(folder) {
                all.extend(self.walk(&place)?.iter().map(|file| format!("{folder}/{file}")));
            }
            Some(all.into())
        })
    }

    /// Returns the folders, or the files, that fit a pattern of Argo CD, sorted; nothing where they cannot be known.
    pub fn matching(&self, pattern: &str, folders: bool) -> Paths {
        kept(&self.matches, (pattern.to_owned(), folders), || {
            let Some(star) = pattern.find(STARS) else {
                return Some(self.has(pattern).then(|| pattern.to_owned()).into_iter().collect());
            };
            let (start, _) = pattern.get(..star)?.rsplit_once('/')?;
            let files = self.below(start)?;
            // Some versions let a star stand for folders too, where files are looked for.
            let separator = folders.then_some('/');
            let all: BTreeSet<&str> = if folders {
                files.iter().flat_map(|file| parents(file)).collect()
            } else {
                files.iter().map(String::as_str).collect()
            };
            Some(all.into_iter().filter(|path| glob::fits(pattern, path, separator)).map(str::to_owned).collect())
        })
    }

    /// Returns the files below a place, by their paths from it.
    fn walk(&self, place: &RelPath) -> Paths {
        kept(&self.walks, (place.as_str().to_owned(), false), || {
            let files = self.world.walk(place).ok()?;
            Some(files.iter().map(|file| file.as_str().to_owned()).collect())
        })
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

/// What opens a pattern.
const STARS: [char; 4] = ['*', '?', '[', '{'];

/// Iterates over the folders that a file is in.
fn parents(file: &str) -> impl Iterator<Item = &str> {
    file.match_indices('/').filter_map(|(at, _)| file.get(..at))
}

/// Returns an answer that is kept, or finds it. Others may ask meanwhile.
fn kept<K: Ord, V: Clone>(all: &Kept<K, V>, key: K, find: impl FnOnce() -> V) -> V {
    let known = all.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    known.unwrap_or_else(|| {
        let found = find();
        all.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
        found
    })
}
