//! The world of a git revision: its files as they were committed, without a checkout.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::git::{Id, Mode, Repository, TreeEntry};
use super::{RelPath, World, WorldError};
use crate::diag::Diagnostic;

/// Deepest directory that a walk enters, as on disk.
const MAX_DEPTH: usize = 16;
/// Longest chain of symbolic links.
const MAX_LINKS: usize = 16;
/// The longest target of a symbolic link, in bytes.
const MAX_TARGET: u64 = 4096;

/// The files of one commit. Symbolic links are followed only while they stay inside.
#[derive(Debug)]
pub struct RevisionWorld {
    repository: Arc<Repository>,
    root: Id,
    trees: Mutex<BTreeMap<Id, Arc<Vec<TreeEntry>>>>,
    failure: Failure,
}

/// The first thing of a commit that the repository could not give, if there was one: what was read of the commit is not all of it then.
pub type Failure = Arc<Mutex<Option<Diagnostic>>>;

/// What a path leads to.
enum Found {
    Directory(Id),
    File(Id),
}

impl RevisionWorld {
    /// Returns the world of a commit.
    pub fn new(repository: Arc<Repository>, commit: Id) -> Result<Self, Box<Diagnostic>> {
        let root = repository.tree_of(commit)?;
        Ok(Self { repository, root, trees: Mutex::default(), failure: Failure::default() })
    }

    /// Returns where it stands what the repository could not give.
    pub fn failure(&self) -> Failure {
        self.failure.clone()
    }

    /// Notes that something cannot be read, and returns that as the reason.
    fn fail(&self, problem: &Diagnostic) -> WorldError {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| problem.clone());
        WorldError::Other(words(problem))
    }

    fn tree(&self, id: Id) -> Result<Arc<Vec<TreeEntry>>, WorldError> {
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(&id) {
            return Ok(tree.clone());
        }
        let tree = Arc::new(self.repository.tree(id).map_err(|problem| self.fail(&problem))?);
        trees.insert(id, tree.clone());
        Ok(tree)
    }

    fn blob(&self, id: Id, limit: u64) -> Result<Vec<u8>, WorldError> {
        let read = self.repository.blob(id, limit).map_err(|problem| self.fail(&problem))?;
        read.ok_or(WorldError::TooLarge(limit))
    }

    /// Follows a path from the root, and the links on its way.
    fn find(&self, path: &RelPath, links: usize) -> Result<Found, WorldError> {
        let mut at = RelPath::root();
        let mut tree = self.root;
        let mut parts = path.parts();
        while let Some(part) = parts.next() {
            let entries = self.tree(tree)?;
            let entry = entries.iter().find(|entry| entry.name.as_deref() == Some(part));
            let (entry, here) = entry.zip(at.join(part)).ok_or(WorldError::NotFound)?;
            let rest: Vec<&str> = parts.clone().collect();
            match entry.mode {
                Mode::Directory => tree = entry.id,
                Mode::File if rest.is_empty() => return Ok(Found::File(entry.id)),
                Mode::File => return Err(WorldError::NotFound),
                Mode::Submodule => {
                    let message = format!("`{here}` is a submodule, and its files are in another repository");
                    return Err(WorldError::Other(message));
                }
                Mode::Link => {
                    let target = self.blob(entry.id, MAX_TARGET)?;
                    let target = String::from_utf8(target).map_err(|_| WorldError::NotFound)?;
                    let target = at.join(&target).ok_or(WorldError::Outside)?;
                    if links == 0 {
                        return Err(WorldError::Other("it leads through too many symbolic links".to_owned()));
                    }
                    let whole = target.join(&rest.join("/")).ok_or(WorldError::Outside)?;
                    return self.find(&whole, links - 1);
                }
            }
            at = here;
        }
        Ok(Found::Directory(tree))
    }

    fn collect(&self, tree: Id, prefix: &RelPath, depth: usize, out: &mut Vec<RelPath>) -> Result<(), WorldError> {
        for entry in self.tree(tree)?.iter() {
            let Some(path) = entry.name.as_deref().and_then(|name| prefix.join(name)) else { continue };
            match entry.mode {
                Mode::Directory if depth < MAX_DEPTH => self.collect(entry.id, &path, depth + 1, out)?,
                Mode::Directory | Mode::Submodule => {}
                Mode::File | Mode::Link => out.push(path),
            }
        }
        Ok(())
    }
}

impl World for RevisionWorld {
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError> {
        match self.find(path, MAX_LINKS)? {
            Found::File(id) => self.blob(id, limit),
            Found::Directory(_) => Err(WorldError::Other("it is not a regular file".to_owned())),
        }
    }

    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError> {
        let mut found = Vec::new();
        match self.find(dir, MAX_LINKS) {
            Ok(Found::Directory(tree)) => self.collect(tree, &RelPath::root(), 0, &mut found)?,
            Ok(Found::File(_)) => return Err(WorldError::Other("it is not a directory".to_owned())),
            Err(WorldError::NotFound) => {}
            Err(error) => return Err(error),
        }
        found.sort();
        Ok(found)
    }
}

/// Returns a problem of git as the reason why a file cannot be read.
fn words(problem: &Diagnostic) -> String {
    let help = problem.help.first().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{}{help}", problem.message)
}
