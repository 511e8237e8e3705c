//! Compares the finished outputs with the disk.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;

use super::digest::{Digest, same};
use super::enter::obstructed;
use super::fs::{Found, Fs, Kind};
use super::lock::{Claim, Lock};
use super::plan::{Item, State, Wanted};
use super::terrain::{Ground, Terrain, symlink};
use super::{File, OTHER_SCOPE, Outcome, Request, fault};
use crate::diag::Diagnostic;

/// Files of this size or more are not of dvgen's making, and are not read to find out.
const MAX_READ: u64 = 64 << 20;
/// Number of files that one thread compares at a time.
const BATCH: usize = 128;

/// Returns the paths that dvgen wrote, that are in scope, and that are no outputs any more. `files` are sorted.
pub(super) fn leftovers<'l>(lock: &'l Lock, files: &[File], request: &Request<'_>) -> BTreeSet<&'l str> {
    let wanted = |path: &str| files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok();
    let in_scope = |claims: &[Claim]| claims.iter().all(|claim| request.scope.holds(&claim.tag));
    lock.iter().filter(|(path, claims)| in_scope(claims) && !wanted(path)).map(|(path, _)| path.as_str()).collect()
}

struct Look<'a> {
    fs: &'a dyn Fs,
    root: &'a Path,
    lock: &'a Lock,
    leftovers: &'a BTreeSet<&'a str>,
}

/// Returns what is to be said of every output and leftover, sorted by path, or why it cannot be written.
pub(super) fn compare(
    fs: &dyn Fs,
    files: Vec<File>,
    lock: &Lock,
    leftovers: &BTreeSet<&str>,
    request: &Request<'_>,
) -> Outcome<Vec<Item>> {
    let mut terrain = Terrain::new(fs, request.root);
    let leaves = |path: &str| leftovers.contains(path);
    let mut problems = Vec::new();
    let mut todo = Vec::with_capacity(files.len() + leftovers.len());
    let gone = leftovers.iter().map(|path| ((*path).to_owned(), None));
    for (path, file) in files.into_iter().map(|file| (file.path.clone(), Some(file))).chain(gone) {
        let claims = lock.get(&path).map(Vec::as_slice).unwrap_or_default();
        if file.is_some() && !claims.is_empty() && !claims.iter().any(|claim| request.scope.holds(&claim.tag)) {
            problems.push(other_scope(&path, claims));
            continue;
        }
        match terrain.parent_of(&path, &leaves) {
            Ok(ground) => {
                let gap = if ground == Ground::Missing { terrain.gap(&path).map(str::len) } else { None };
                todo.push((path, file, ground, gap));
            }
            Err(found) => problems.extend(found),
        }
    }
    let looker = Look { fs, root: request.root, lock, leftovers };
    let judge = |buffer: &mut Vec<u8>, (path, file, ground, gap)| looker.item(path, file, ground, gap, buffer);
    let judged: Vec<Outcome<Option<Item>>> = if todo.len() < 2 * BATCH || rayon::current_num_threads() == 1 {
        let mut buffer = Vec::new();
        todo.into_iter().map(|one| judge(&mut buffer, one)).collect()
    } else {
        todo.into_par_iter().with_min_len(BATCH).map_init(Vec::new, judge).collect()
    };
    let mut items = Vec::with_capacity(judged.len());
    for one in judged {
        match one {
            Ok(item) => items.extend(item),
            Err(found) => problems.extend(found),
        }
    }
    problems.sort_by(|a, b| a.message.cmp(&b.message));
    problems.dedup();
    items.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    if problems.is_empty() { Ok(items) } else { Err(problems) }
}

fn other_scope(path: &str, claims: &[Claim]) -> Diagnostic {
    let owner = claims.first().map_or("", |claim| claim.tag.as_str());
    Diagnostic::without_span(OTHER_SCOPE, format!("`{path}` is an output of `{owner}`, which this build leaves alone"))
        .help("build everything once, without `--env` and `--target`")
}

impl Look<'_> {
    /// Judges one path; `None` for a leftover that is already gone.
    fn item(
        &self,
        path: String,
        file: Option<File>,
        ground: Ground,
        gap: Option<usize>,
        buffer: &mut Vec<u8>,
    ) -> Outcome<Option<Item>> {
        let wanted = file.map(|file| Wanted {
            claim: Claim { digest: Digest::of(file.text.as_bytes()), tag: file.tag },
            text: file.text,
            executable: file.executable,
        });
        let full = self.root.join(&path);
        let found = match ground {
            Ground::Missing => None,
            Ground::Real => self.fs.look(&full).map_err(|error| fault("look at", &full, &error))?,
        };
        let mut over_dir = false;
        let state = match found {
            None => State::Missing,
            Some(found) => match found.kind {
                Kind::File => self.content(&path, &full, found, wanted.as_ref(), buffer)?,
                Kind::Symlink => return Err(vec![symlink(&path)]),
                Kind::Dir if wanted.is_none() => State::Missing,
                Kind::Dir if self.vacated(&path)? => {
                    over_dir = true;
                    State::Missing
                }
                Kind::Dir => return Err(vec![obstructed(&path, "is a directory, and an output belongs there")]),
                Kind::Other => {
                    return Err(vec![obstructed(&path, "is not a regular file, and an output belongs there")]);
                }
            },
        };
        if wanted.is_none() && state == State::Missing {
            return Ok(None);
        }
        Ok(Some(Item { path, state, adopted: false, wanted, gap, over_dir }))
    }

    /// Judges a regular file.
    fn content(
        &self,
        path: &str,
        full: &Path,
        found: Found,
        wanted: Option<&Wanted>,
        buffer: &mut Vec<u8>,
    ) -> Outcome<State> {
        let claims = self.lock.get(path).map(Vec::as_slice).unwrap_or_default();
        let changed = if claims.is_empty() { State::Foreign } else { State::HandEdited };
        if found.len >= MAX_READ && wanted.is_none_or(|wanted| found.len > 2 * wanted.text.len() as u64) {
            return Ok(changed);
        }
        self.fs.read(full, found.len, buffer).map_err(|error| fault("read", full, &error))?;
        if let Some(wanted) = wanted.filter(|wanted| same(buffer, wanted.text.as_bytes())) {
            let runs = found.executable || !wanted.executable;
            return Ok(if runs { State::Unchanged } else { State::Stale });
        }
        let owned = !claims.is_empty() && {
            let digest = Digest::of(buffer);
            claims.iter().any(|claim| claim.digest == digest)
        };
        Ok(match wanted {
            _ if !owned => changed,
            Some(_) => State::Stale,
            None => State::Leftover,
        })
    }

    /// Returns whether nothing stays in a directory once the leftovers are gone.
    fn vacated(&self, dir: &str) -> Outcome<bool> {
        let full = self.root.join(dir);
        let (names, others) = self.fs.list(&full).map_err(|error| fault("read", &full, &error))?;
        // An empty directory is someone's own: dvgen makes none.
        if names.is_empty() {
            return Ok(false);
        }
        for name in names {
            let below = format!("{dir}/{name}");
            if self.leftovers.contains(below.as_str()) {
                continue;
            }
            let full = self.root.join(&below);
            let found = self.fs.look(&full).map_err(|error| fault("look at", &full, &error))?;
            let is_dir = found.is_some_and(|found| found.kind == Kind::Dir);
            if !is_dir || !self.vacated(&below)? {
                return Ok(false);
            }
        }
        Ok(!others)
    }
}
