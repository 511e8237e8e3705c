//! A git repository, read without git: objects, references, history.
//!
//! Only what a comparison of two revisions needs, and only reading. libgit2 and gitoxide would each add about as much
//! work to a first build as everything else in this crate together, and a build may start no program.

mod history;
mod id;
mod loose;
mod notation;
mod object;
mod pack;
mod refs;
mod revision;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

pub use id::Id;
pub use object::{Mode, TreeEntry};

use self::pack::Pack;
use crate::diag::{Diagnostic, Kind};

/// There is no git repository.
pub const NO_REPOSITORY: Kind = Kind::no_verdict("no-repository", "DV0006");
/// A revision that does not exist.
pub const UNKNOWN_REVISION: Kind = Kind::no_verdict("unknown-revision", "DV0007");
/// Two revisions have no common ancestor that is here.
pub const NO_MERGE_BASE: Kind = Kind::no_verdict("no-merge-base", "DV0008");
/// Something in the repository cannot be read.
pub const BROKEN_REPOSITORY: Kind = Kind::no_verdict("broken-repository", "DV0009");

/// Files of git that are read whole are far smaller.
const MAX_SMALL: u64 = 64 << 20;

/// An outcome, or the diagnostic that says why there is none.
type Outcome<T> = Result<T, Box<Diagnostic>>;

/// A git repository.
#[derive(Debug)]
pub struct Repository {
    /// The directory of this work tree: `HEAD` is in it.
    own: PathBuf,
    /// The directory that all work trees share: objects and references are in it.
    common: PathBuf,
    /// The directories of objects: the repository's, and those that it borrows from.
    stores: Vec<PathBuf>,
    packs: Vec<Pack>,
    /// Whether it has no work tree.
    bare: bool,
    /// Commits whose parents were not fetched.
    shallow: BTreeSet<Id>,
    /// Bytes of an id: 20 for SHA-1, 32 for SHA-256.
    width: usize,
}

impl Repository {
    /// Opens the repository whose work tree is `root`.
    pub fn open(root: &Path) -> Outcome<Self> {
        let own = git_directory(root)?;
        let common = match small(&own.join("commondir")) {
            Some(text) => own.join(trimmed(&text)),
            None => own.clone(),
        };
        let width = format(&common)?;
        let mut stores = Vec::new();
        add_store(common.join("objects"), &mut stores, 0);
        let packs = stores.iter().flat_map(|store| Pack::all(store, width)).collect();
        let shallow = small(&common.join("shallow")).unwrap_or_default();
        let shallow = trimmed(&shallow).lines().filter_map(Id::parse).collect();
        let bare = own == root;
        Ok(Self { own, common, stores, packs, bare, shallow, width })
    }

    /// Returns whether a directory is a repository itself, without a work tree: `git clone --bare` and `--mirror` make such.
    pub fn is_bare(dir: &Path) -> bool {
        dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir()
    }

    /// Returns the problem of comparing with files that are not there: a bare repository has none.
    pub fn no_files(&self) -> Option<Box<Diagnostic>> {
        let message = "this repository is bare: it has commits and no files";
        let problem = Diagnostic::without_span(NO_REPOSITORY, message);
        self.bare.then(|| Box::new(problem.help("name both sides: `dvgen diff BASE --head REV`")))
    }

    /// Returns whether the history was cut when the repository was cloned.
    pub fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }
}

/// Returns git's directory of a work tree. In a linked work tree and in a submodule, `.git` is a file that names it.
fn git_directory(root: &Path) -> Outcome<PathBuf> {
    let at = root.join(".git");
    if at.is_dir() {
        return Ok(at);
    }
    if Repository::is_bare(root) {
        return Ok(root.to_path_buf());
    }
    let Some(text) = small(&at) else {
        let message = format!("`{}` is not in a git repository", root.display());
        let problem = Diagnostic::without_span(NO_REPOSITORY, message);
        return Err(Box::new(problem.help("run it in a clone, or make one with `git init` and a first commit")));
    };
    let text = trimmed(&text);
    let target = text.strip_prefix("gitdir:").map(|path| root.join(path.trim()));
    target.filter(|path| path.is_dir()).ok_or_else(|| {
        let message = format!("`{}` does not lead to a git repository", at.display());
        let problem = Diagnostic::without_span(NO_REPOSITORY, message);
        Box::new(problem.help("the main clone of this work tree was moved or removed: `git worktree repair` mends it"))
    })
}

/// Returns the bytes of an id, from the configuration.
fn format(common: &Path) -> Outcome<usize> {
    let text = small(&common.join("config")).unwrap_or_default();
    let setting = |name: &str| {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        lines.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next_back()
    };
    if let Some(storage) = setting("refstorage").filter(|storage| !storage.eq_ignore_ascii_case("files")) {
        let message = format!("the references of this repository are kept as `{storage}`, which dvgen does not read");
        let problem = Diagnostic::without_span(BROKEN_REPOSITORY, message);
        return Err(Box::new(problem.help("`git refs migrate --ref-format=files` changes them")));
    }
    Ok(if setting("objectformat").is_some_and(|format| format.eq_ignore_ascii_case("sha256")) { 32 } else { 20 })
}

/// Adds a directory of objects and those that it borrows from (gitrepository-layout, `objects/info/alternates`).
fn add_store(store: PathBuf, stores: &mut Vec<PathBuf>, depth: usize) {
    if depth > 5 || stores.contains(&store) {
        return;
    }
    let others = small(&store.join("info/alternates")).unwrap_or_default();
    let others: Vec<_> = others.lines().map(|line| store.join(line.trim_end_matches('\r'))).collect();
    stores.push(store);
    for other in others {
        add_store(other, stores, depth + 1);
    }
}

/// Returns the text of a small file, if it is one.
fn small(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_SMALL).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn trimmed(text: &str) -> &str {
    text.trim_end_matches(['\n', '\r'])
}

/// Returns the problem of something that cannot be read.
fn broken(message: impl Into<String>) -> Box<Diagnostic> {
    let problem = Diagnostic::without_span(BROKEN_REPOSITORY, message);
    Box::new(problem.help("`git fsck` says whether the repository is whole"))
}
