//! The journal: what a build is about to change, so that it can be undone.
//!
//! It is complete on the disk before the first visible change, and its removal is the moment at which a build has
//! happened. Whoever finds one undoes what it names: the build that wrote it, after an error, or the next build,
//! after a kill. Undoing twice does the same as undoing once, so that may be killed as well.
//!
//! Undoing is careful with what happened since. A file is put back, or a new one removed, only if its present
//! content is one that the interrupted build dealt with; and if the lock was replaced (another branch was checked
//! out, say), the tree is no longer the one that the journal speaks of, and the journal is dropped.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::digest::Digest;
use super::fs::{Fs, Kind};
use super::terrain::{Ground, Terrain};
use super::{LOCK_PATH, Outcome, STAGING, fault, lock, path};

const HEADER: &str = "dvgen-journal 1";
const NAME: &str = "dvgen-journal ";

/// One change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A file with this content comes where there was none.
    New { digest: Digest, path: String },
    /// A file gets this content; the old one is kept in a slot.
    Replace { slot: usize, digest: Digest, path: String },
    /// A file is moved to a slot.
    Remove { slot: usize, path: String },
}

/// What a build changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Journal {
    /// The locks before and after, where there is one.
    pub(super) locks: [Option<Digest>; 2],
    /// Directories that come into being, parents first.
    pub(super) made: Vec<String>,
    /// The changes; the order does not matter.
    pub(super) steps: Vec<Step>,
}

/// Returns where the journal is.
pub(super) fn location(root: &Path) -> PathBuf {
    root.join(STAGING).join("journal")
}

/// Returns where a slot's old content is kept.
pub(super) fn slot(root: &Path, slot: usize) -> PathBuf {
    root.join(STAGING).join(format!("old-{slot}"))
}

impl Journal {
    /// Returns the text, whose last line vouches for the rest.
    pub(super) fn print(&self) -> String {
        let mut out = String::with_capacity(lock::USUAL_LINE * (self.steps.len() + self.made.len() + 3));
        out.extend([HEADER, "\n"]);
        let shown = |digest: &Option<Digest>| digest.map_or_else(|| "-".to_owned(), |digest| digest.to_string());
        let [before, after] = &self.locks;
        let _ = writeln!(out, "lock {} {}", shown(before), shown(after));
        for path in &self.made {
            let _ = writeln!(out, "make {path}");
        }
        for step in &self.steps {
            match step {
                Step::New { digest, path } => {
                    out.push_str("new ");
                    digest.push_to(&mut out);
                    let _ = writeln!(out, " {path}");
                }
                Step::Replace { slot, digest, path } => {
                    let _ = writeln!(out, "replace {slot} {digest} {path}");
                }
                Step::Remove { slot, path } => {
                    let _ = writeln!(out, "remove {slot} {path}");
                }
            }
        }
        let seal = Digest::of(out.as_bytes());
        let _ = writeln!(out, "end {seal}");
        out
    }

    /// Reads a journal; `None` when it is not whole, and so nothing was changed yet.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (body, seal) = text.strip_suffix('\n')?.rsplit_once("\nend ")?;
        let whole = Digest::parse(seal)? == Digest::of(format!("{body}\n").as_bytes());
        let mut lines = body.lines();
        if !whole || lines.next()? != HEADER {
            return None;
        }
        let (before, after) = lines.next()?.strip_prefix("lock ")?.split_once(' ')?;
        let digest = |text: &str| if text == "-" { Some(None) } else { Digest::parse(text).map(Some) };
        let mut journal = Self { locks: [digest(before)?, digest(after)?], ..Self::default() };
        for line in lines {
            match line.split_once(' ')? {
                ("make", path) => journal.made.push(allowed(path)?),
                (word, rest) => journal.steps.push(parse_step(word, rest)?),
            }
        }
        Some(journal)
    }
}

fn parse_step(word: &str, rest: &str) -> Option<Step> {
    let (first, rest) = rest.split_once(' ')?;
    Some(match word {
        "new" => Step::New { digest: Digest::parse(first)?, path: allowed(rest)? },
        "replace" => {
            let (digest, path) = rest.split_once(' ')?;
            Step::Replace { slot: first.parse().ok()?, digest: Digest::parse(digest)?, path: allowed(path)? }
        }
        "remove" => Step::Remove { slot: first.parse().ok()?, path: allowed(rest)? },
        _ => return None,
    })
}

fn allowed(text: &str) -> Option<String> {
    (text == LOCK_PATH || path::problem(text).is_none()).then(|| text.to_owned())
}

/// Tidies up after a killed build.
pub(super) fn recover(fs: &dyn Fs, root: &Path) -> Outcome<()> {
    let at = location(root);
    let found = fs.look(&at).map_err(|error| fault("look at", &at, &error))?;
    if let Some(found) = found.filter(|found| found.kind == Kind::File) {
        let mut bytes = Vec::new();
        fs.read(&at, found.len, &mut bytes).map_err(|error| fault("read", &at, &error))?;
        if let Some(journal) = Journal::parse(&bytes) {
            let now = content(fs, &root.join(LOCK_PATH))?;
            if journal.locks.contains(&now) {
                undo(fs, root, &journal)?;
            }
        } else if bytes.starts_with(NAME.as_bytes())
            && !bytes.starts_with(format!("{HEADER}\n").as_bytes())
            && bytes.ends_with(b"\n")
        {
            return Err(lock::newer_than_this(STAGING));
        }
        fs.remove_file(&at).map_err(|error| fault("remove", &at, &error))?;
    }
    let staging = root.join(STAGING);
    fs.remove_tree(&staging).map_err(|error| fault("remove", &staging, &error))
}

/// Undoes what a journal names, as far as it was done. The journal itself stays.
pub(super) fn undo(fs: &dyn Fs, root: &Path, journal: &Journal) -> Outcome<()> {
    // Files come first, then the directories they were in, then what was there before: an old file may have been
    // where a new directory is.
    let mut terrain = Terrain::new(fs, root);
    for step in &journal.steps {
        if let Step::New { digest, path } = step
            && is_real(&mut terrain, path)?
        {
            let full = root.join(path);
            if content(fs, &full)? == Some(*digest) {
                fs.remove_file(&full).map_err(|error| fault("remove", &full, &error))?;
            }
        }
    }
    for path in journal.made.iter().rev() {
        let full = root.join(path);
        if is_real(&mut terrain, path)? && matches!(fs.look(&full), Ok(Some(found)) if found.kind == Kind::Dir) {
            // It stays if someone has put a file there.
            let _ = fs.remove_dir(&full);
        }
    }
    for step in &journal.steps {
        match step {
            Step::New { .. } => {}
            Step::Replace { slot: number, digest, path } => {
                put_back(fs, root, &slot(root, *number), path, Some(*digest))?;
            }
            Step::Remove { slot: number, path } => put_back(fs, root, &slot(root, *number), path, None)?,
        }
    }
    Ok(())
}

/// Puts an old content back, unless something else has come to its place than `newer`.
fn put_back(fs: &dyn Fs, root: &Path, kept: &Path, path: &str, newer: Option<Digest>) -> Outcome<()> {
    let Some(old) = content(fs, kept)? else { return Ok(()) };
    let mut terrain = Terrain::new(fs, root);
    if !is_real(&mut terrain, path)? && !make_parents(fs, root, path)? {
        return Ok(());
    }
    let full = root.join(path);
    let fail = |error| fault("put back", &full, &error);
    let present = fs.look(&full).map_err(fail)?;
    let replaceable = match present.map(|found| found.kind) {
        None => true,
        Some(Kind::File) => content(fs, &full)?.is_some_and(|now| Some(now) == newer || now == old),
        Some(_) => false,
    };
    if replaceable { fs.rename(kept, &full).map_err(fail) } else { Ok(()) }
}

/// Makes the directories above a path; returns whether it could, as something else may have come there.
fn make_parents(fs: &dyn Fs, root: &Path, path: &str) -> Outcome<bool> {
    for (at, _) in path.match_indices('/') {
        let Some(dir) = path.get(..at) else { continue };
        let full = root.join(dir);
        let fail = |error| fault("make", &full, &error);
        match fs.look(&full).map_err(fail)?.map(|found| found.kind) {
            None => fs.create_dir(&full).map_err(fail)?,
            Some(Kind::Dir) => {}
            Some(_) => return Ok(false),
        }
    }
    Ok(true)
}

fn is_real(terrain: &mut Terrain<'_>, path: &str) -> Outcome<bool> {
    Ok(terrain.parent_of(path, &|_| true)? == Ground::Real)
}

/// Returns the digest of a regular file.
fn content(fs: &dyn Fs, path: &Path) -> Outcome<Option<Digest>> {
    let fail = |error| fault("read", path, &error);
    let Some(found) = fs.look(path).map_err(fail)?.filter(|found| found.kind == Kind::File) else { return Ok(None) };
    let mut bytes = Vec::new();
    fs.read(path, found.len, &mut bytes).map_err(fail)?;
    Ok(Some(Digest::of(&bytes)))
}
