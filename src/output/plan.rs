//! Compares the finished outputs with the disk, and says what has to be done.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::digest::{Digest, same};
use super::fs::{Found, Fs, Guard, Kind};
use super::lock::{self, Claim, Lock};
use super::terrain::{Ground, Terrain, symlink};
use super::{
    BAD_ROOT, FOREIGN, File, HAND_EDITED, LOCK_PATH, OBSTRUCTED, OTHER_SCOPE, OWN_DIR, Outcome, RUNNING, Request,
    STAGING, UNFINISHED, UNKNOWN_ADOPT, fault, journal, path,
};
use crate::diag::{Diagnostic, did_you_mean};

/// Files of this size or more are not of dvgen's making, and are not read to find out.
const MAX_READ: u64 = 64 << 20;
/// Number of files that one thread compares at a time.
const BATCH: usize = 128;

/// What an output's path looks like on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is as it should be.
    Unchanged,
    /// Nothing is there.
    Missing,
    /// dvgen wrote it, and would now write something else.
    Stale,
    /// dvgen wrote it, and someone changed it.
    HandEdited,
    /// Someone else wrote it.
    Foreign,
    /// dvgen wrote it, and it is no output any more.
    Leftover,
}

/// One path that the build is about.
#[derive(Clone, Debug)]
pub struct Item {
    /// The path, relative to the output root.
    pub path: String,
    /// What is there.
    pub state: State,
    /// Whether `--adopt` gave up what is there.
    pub adopted: bool,
    /// What should be there; nothing for a leftover.
    pub(super) wanted: Option<Wanted>,
    /// Length of the part of the path that is the topmost missing directory.
    pub(super) gap: Option<usize>,
    /// Whether a directory is in its place, of which only leftovers remain.
    pub(super) over_dir: bool,
}

/// What should be at a path.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) text: Arc<str>,
    pub(super) executable: bool,
    pub(super) claim: Claim,
}

/// What a build would do.
pub struct Plan<'a> {
    pub(super) fs: &'a dyn Fs,
    pub(super) root: PathBuf,
    pub(super) items: Vec<Item>,
    /// The lock on the disk, if there is one.
    pub(super) old_lock: Option<Digest>,
    /// The lock to write, if it is another one.
    pub(super) new_lock: Option<String>,
    /// The right to the root; none when there is nothing yet to lock.
    pub(super) guard: Option<Guard>,
}

impl Plan<'_> {
    /// Returns every path that the build is about, sorted.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Returns whether a build would change anything.
    pub fn has_work(&self) -> bool {
        self.new_lock.is_some() || self.items.iter().any(|item| item.state != State::Unchanged)
    }

    /// Returns why the build must not be carried out: what would be lost.
    pub fn refusals(&self) -> Vec<Diagnostic> {
        let lost = |state| -> Vec<&str> {
            let these = self.items.iter().filter(|item| item.state == state && !item.adopted);
            these.map(|item| &*item.path).collect()
        };
        let (edited, foreign) = (lost(State::HandEdited), lost(State::Foreign));
        let mut found = Vec::new();
        if let (edited, Some(shown), Some(first)) = listed(&edited) {
            let message = match edited {
                1 => format!("{shown} was edited since dvgen wrote it"),
                many => format!("{many} outputs were edited since dvgen wrote them: {shown}"),
            };
            found.push(
                Diagnostic::without_span(HAND_EDITED, message)
                    .why("a build would overwrite the edit")
                    .help("`dvgen build --check` shows the difference; what is to stay belongs in the spec")
                    .help(format!("`dvgen build --adopt {first}` gives the edit up")),
            );
        }
        if let (foreign, Some(shown), Some(first)) = listed(&foreign) {
            let message = match foreign {
                1 => format!("{shown} is to be written, but exists and is not dvgen's"),
                many => format!("{many} outputs are to be written where files exist that are not dvgen's: {shown}"),
            };
            found.push(
                Diagnostic::without_span(FOREIGN, message)
                    .why("a build would overwrite what someone else wrote")
                    .help("`dvgen build --check` shows the difference; move the file away to keep it")
                    .help(format!("`dvgen build --adopt {first}` gives its content up")),
            );
        }
        found
    }
}

/// Returns the number of paths, the first few of them in a phrase, and the first.
fn listed<'p>(paths: &[&'p str]) -> (usize, Option<String>, Option<&'p str>) {
    const SHOWN: usize = 10;
    let first = paths.first().copied();
    let names: Vec<String> = paths.iter().take(SHOWN).map(|path| format!("`{path}`")).collect();
    let more = paths.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (paths.len(), first.map(|_| names.join(", ") + &rest), first)
}

/// Compares outputs with what lies below the root.
///
/// Unless the request is only a check, a killed build's remains are tidied up first, and no other build can start
/// until the plan is dropped.
pub fn inspect<'a>(fs: &'a dyn Fs, files: Vec<File>, request: &Request<'_>) -> Outcome<Plan<'a>> {
    let problems = path::check(&files);
    if !problems.is_empty() {
        return Err(problems);
    }
    let guard = enter(fs, request)?;
    let (lock, old_bytes) = read_lock(fs, request)?;
    let mut files = files;
    files.retain(|file| request.scope.holds(&file.tag));
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let leftovers = leftovers(&lock, &files, request);
    let mut items = compare(fs, files, &lock, &leftovers, request)?;
    adopt(&mut items, request)?;
    let text = new_lock(&lock, &items, request);
    let unchanged = match &old_bytes {
        Some(old) => same(old, text.as_bytes()),
        None => items.is_empty(),
    };
    Ok(Plan {
        fs,
        root: request.root.to_owned(),
        items,
        old_lock: old_bytes.as_deref().map(Digest::of),
        new_lock: (!unchanged).then_some(text),
        guard,
    })
}

/// Looks at the root and at dvgen's own directory, and takes the right to them.
fn enter(fs: &dyn Fs, request: &Request<'_>) -> Outcome<Option<Guard>> {
    let look = |path: &Path| fs.look(path).map_err(|error| fault("look at", path, &error));
    match look(request.root)?.map(|found| found.kind) {
        None => return Ok(None),
        Some(Kind::Dir) => {}
        Some(Kind::Symlink) => return Err(vec![symlink(&request.root.display().to_string())]),
        Some(_) => {
            let shown = request.root.display();
            return Err(vec![
                Diagnostic::without_span(BAD_ROOT, format!("the output root `{shown}` is not a directory"))
                    .help("name a directory; one that does not exist is made"),
            ]);
        }
    }
    let own = request.root.join(OWN_DIR);
    if !is_dir(OWN_DIR, look(&own)?)? {
        return Ok(None);
    }
    let guard = fs.lock(&own, request.check).map_err(|error| fault("lock", &own, &error))?.ok_or_else(running)?;
    if is_dir(STAGING, look(&request.root.join(STAGING))?)? {
        if !request.check {
            journal::recover(fs, request.root)?;
        } else if look(&journal::location(request.root))?.is_some() {
            return Err(vec![unfinished()]);
        }
    }
    Ok(Some(guard))
}

fn is_dir(path: &str, found: Option<Found>) -> Outcome<bool> {
    match found.map(|found| found.kind) {
        None => Ok(false),
        Some(Kind::Dir) => Ok(true),
        Some(Kind::Symlink) => Err(vec![symlink(path)]),
        Some(_) => Err(vec![obstructed(path, "is not a directory, and dvgen keeps its own files there")]),
    }
}

fn unfinished() -> Diagnostic {
    Diagnostic::without_span(UNFINISHED, "a build was interrupted, and the outputs may be half old and half new")
        .help("run `dvgen build`, which undoes what the interrupted one did and builds again")
}

/// Returns the diagnostic for a build that finds another at work.
pub(super) fn running() -> Vec<Diagnostic> {
    vec![
        Diagnostic::without_span(RUNNING, "another build is writing to the same output root")
            .help("wait for it to end, then build again"),
    ]
}

fn obstructed(path: &str, why: &str) -> Diagnostic {
    Diagnostic::without_span(OBSTRUCTED, format!("`{path}` {why}"))
        .help("move it away, or change the layout of the outputs")
}

fn read_lock(fs: &dyn Fs, request: &Request<'_>) -> Outcome<(Lock, Option<Vec<u8>>)> {
    let full = request.root.join(LOCK_PATH);
    let Some(found) = fs.look(&full).map_err(|error| fault("look at", &full, &error))? else {
        return Ok((Lock::new(), None));
    };
    match found.kind {
        Kind::File => {}
        Kind::Symlink => return Err(vec![symlink(LOCK_PATH)]),
        Kind::Dir | Kind::Other => {
            return Err(vec![obstructed(LOCK_PATH, "is not a file, and the lock belongs there")]);
        }
    }
    let mut bytes = Vec::new();
    fs.read(&full, found.len, &mut bytes).map_err(|error| fault("read", &full, &error))?;
    Ok((lock::parse(&bytes, request.platform)?, Some(bytes)))
}

/// Returns the paths that dvgen wrote, that are in scope, and that are no outputs any more. `files` are sorted.
fn leftovers<'l>(lock: &'l Lock, files: &[File], request: &Request<'_>) -> BTreeSet<&'l str> {
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

fn compare(
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

/// Marks what `--adopt` gives up.
fn adopt(items: &mut [Item], request: &Request<'_>) -> Outcome<()> {
    let mut problems = Vec::new();
    for named in request.adopt {
        let named = named.trim_end_matches('/');
        let covers = |path: &str| {
            named.is_empty()
                || named == "."
                || path.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut any = false;
        for item in items.iter_mut().filter(|item| covers(&item.path)) {
            item.adopted = true;
            any = true;
        }
        if !any {
            let mut problem = Diagnostic::without_span(UNKNOWN_ADOPT, format!("`--adopt {named}` names no output"));
            problem.help.extend(did_you_mean(named, items.iter().map(|item| &*item.path)));
            problems.push(problem);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Returns the lock as it has to be once the items are as they should be.
fn new_lock(lock: &Lock, items: &[Item], request: &Request<'_>) -> String {
    let wanted = items.iter().filter_map(|item| Some((&*item.path, &item.wanted.as_ref()?.claim)));
    let mut entries: Vec<(&str, &Claim)> = wanted.collect();
    let owned = entries.len();
    for (path, claims) in lock {
        let (known, _) = entries.split_at(owned);
        if known.binary_search_by(|(known, _)| known.cmp(&path.as_str())).is_err()
            && claims.iter().any(|claim| !request.scope.holds(&claim.tag))
        {
            entries.extend(claims.iter().map(|claim| (path.as_str(), claim)));
        }
    }
    entries.sort_unstable();
    lock::print(request.platform, entries.into_iter())
}
