//! Objects: found in packs or on their own, and read as commits and trees.

use std::path::Path;

use super::{BROKEN_REPOSITORY, Id, Outcome, Repository, broken, loose};
use crate::diag::Diagnostic;

/// The kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl Kind {
    /// Reads the word of a loose object.
    pub(super) fn from_word(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"commit" => Self::Commit,
            b"tree" => Self::Tree,
            b"blob" => Self::Blob,
            b"tag" => Self::Tag,
            _ => return None,
        })
    }
}

/// What came of looking for an object.
#[derive(Debug)]
pub(super) enum Read {
    /// It is here.
    Found(Kind, Vec<u8>),
    /// It is larger than was asked for.
    TooLarge,
    /// It is not here.
    Missing,
    /// It is here, and broken.
    Broken,
}

/// The largest commit, tag or tree that is read, in bytes.
const MAX_OWN: u64 = 64 << 20;

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A directory.
    Directory,
    /// A file.
    File,
    /// A symbolic link; its target is the content.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// An entry of a tree.
#[derive(Clone, Debug)]
pub struct TreeEntry {
    /// Its name; `None` if it is not UTF-8.
    pub name: Option<String>,
    /// What it is.
    pub mode: Mode,
    /// Its object.
    pub id: Id,
}

/// A commit: what it holds and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) tree: Id,
    pub(super) parents: Vec<Id>,
    /// Seconds since 1970.
    pub(super) time: i64,
}

impl Repository {
    /// Reads an object of at most `limit` bytes.
    pub(super) fn object(&self, id: Id, limit: u64) -> Read {
        let mut found = Read::Missing;
        for pack in &self.packs {
            if let Some(offset) = pack.find(&id) {
                found = pack.read(self, offset, limit);
                if matches!(found, Read::Found(..) | Read::TooLarge) {
                    return found;
                }
            }
        }
        // What is written or packed anew while this runs is found in the other place.
        for store in &self.stores {
            match loose::read(store, &id, limit) {
                Read::Missing => {}
                read => return read,
            }
        }
        for store in &self.stores {
            for pack in super::Pack::all(store, self.width).filter(|pack| !self.packs.iter().any(|old| old.is(pack))) {
                if let Some(offset) = pack.find(&id) {
                    return pack.read(self, offset, limit);
                }
            }
        }
        found
    }

    /// Reads the content of a blob, `None` if it is larger than `limit`.
    pub fn blob(&self, id: Id, limit: u64) -> Outcome<Option<Vec<u8>>> {
        match self.object(id, limit) {
            Read::Found(Kind::Blob, bytes) => Ok(Some(bytes)),
            Read::TooLarge => Ok(None),
            read => Err(self.missing(id, "file", &read)),
        }
    }

    /// Reads the entries of a directory.
    pub fn tree(&self, id: Id) -> Outcome<Vec<TreeEntry>> {
        match self.object(id, MAX_OWN) {
            Read::Found(Kind::Tree, bytes) => {
                entries(&bytes, self.width).ok_or_else(|| broken(format!("the tree {} cannot be read", id.short())))
            }
            read => Err(self.missing(id, "directory", &read)),
        }
    }

    /// Returns the tree of a commit.
    pub fn tree_of(&self, commit: Id) -> Outcome<Id> {
        Ok(self.commit(commit)?.tree)
    }

    pub(super) fn commit(&self, id: Id) -> Outcome<Commit> {
        match self.object(id, MAX_OWN) {
            Read::Found(Kind::Commit, bytes) => {
                commit(&bytes).ok_or_else(|| broken(format!("the commit {} cannot be read", id.short())))
            }
            read => Err(self.missing(id, "commit", &read)),
        }
    }

    /// Follows tags to the commit that they name; `None` if there is none at the end.
    pub(super) fn peel(&self, mut id: Id) -> Outcome<Option<Id>> {
        for _ in 0..16 {
            match self.object(id, MAX_OWN) {
                Read::Found(Kind::Commit, _) => return Ok(Some(id)),
                Read::Found(Kind::Tag, bytes) => match field(&bytes, b"object").and_then(Id::parse) {
                    Some(target) => id = target,
                    None => break,
                },
                Read::Found(..) => break,
                read => return Err(self.missing(id, "commit", &read)),
            }
        }
        Ok(None)
    }

    fn missing(&self, id: Id, what: &str, read: &Read) -> Box<Diagnostic> {
        let short = id.short();
        match read {
            Read::Missing => {}
            Read::TooLarge => return broken(format!("the {what} {short} is too large to be read")),
            Read::Found(..) => return broken(format!("the object {short} is not a {what}")),
            Read::Broken => return broken(format!("the {what} {short} cannot be read: its data is broken")),
        }
        let problem = Diagnostic::without_span(BROKEN_REPOSITORY, format!("the {what} {short} is not in this clone"));
        let partial = has_promisor(&self.stores);
        Box::new(match (partial, self.is_shallow()) {
            (true, _) => {
                let filter = self.filter().map(|filter| format!(" (`--filter={filter}`)")).unwrap_or_default();
                problem.help(format!(
                    "this is a partial clone{filter}: `git fetch --refetch --no-filter` brings what is missing"
                ))
            }
            (_, true) => problem.help("this is a shallow clone: `git fetch --unshallow` brings what is missing"),
            _ => problem.help("the history may have been rewritten while dvgen was reading it: run it again"),
        })
    }
}

impl Repository {
    /// Returns what a partial clone leaves out, as its configuration has it.
    fn filter(&self) -> Option<String> {
        let text = super::small(&self.common.join("config"))?;
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let mut filters = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case("partialclonefilter"));
        filters.next().map(|(_, value)| value.trim().to_owned())
    }
}

/// Partial clones mark the packs of what they know to be elsewhere (gitrepository-layout, `*.promisor`).
fn has_promisor(stores: &[impl AsRef<Path>]) -> bool {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let names = |store: &Path| std::fs::read_dir(store.join("pack")).into_iter().flatten().flatten();
    stores
        .iter()
        .any(|store| names(store.as_ref()).any(|entry| entry.path().extension().is_some_and(|e| e == "promisor")))
}

/// Returns the first value of a field in the head of a commit or tag.
fn field<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a str> {
    let head = bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let mut values = head.filter_map(|line| line.strip_prefix(name)?.strip_prefix(b" "));
    std::str::from_utf8(values.next()?).ok()
}

fn commit(bytes: &[u8]) -> Option<Commit> {
    let tree = Id::parse(field(bytes, b"tree")?)?;
    let head = bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let parents = head.clone().filter_map(|line| Id::parse(std::str::from_utf8(line.strip_prefix(b"parent ")?).ok()?));
    let committer = head.clone().find_map(|line| line.strip_prefix(b"committer "));
    // `Name <address> SECONDS ZONE`; the name may hold any bytes.
    let mut words = committer.unwrap_or_default().rsplit(|byte| *byte == b' ');
    let seconds = words.nth(1).and_then(|word| std::str::from_utf8(word).ok()?.parse().ok());
    Some(Commit { tree, parents: parents.collect(), time: seconds.unwrap_or(0) })
}

/// Reads `MODE NAME\0ID` over and over.
fn entries(mut bytes: &[u8], width: usize) -> Option<Vec<TreeEntry>> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|byte| *byte == b' ')?;
        let (mode, rest) = bytes.split_at_checked(space)?;
        let rest = rest.get(1..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (name, rest) = rest.split_at_checked(end)?;
        let (id, rest) = rest.get(1..)?.split_at_checked(width)?;
        let mode = match mode {
            b"40000" | b"040000" => Mode::Directory,
            b"120000" => Mode::Link,
            b"160000" => Mode::Submodule,
            _ => Mode::File,
        };
        all.push(TreeEntry { name: String::from_utf8(name.to_vec()).ok(), mode, id: Id::new(id)? });
        bytes = rest;
    }
    Some(all)
}
