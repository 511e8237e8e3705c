//! What a build would do, and why it may not.

use std::path::PathBuf;
use std::sync::Arc;

use super::compare::{compare, leftovers};
use super::digest::{Digest, same};
use super::enter::{enter, read_lock};
use super::fs::{Fs, Guard};
use super::lock::{self, Claim, Lock};
use super::{FOREIGN, File, HAND_EDITED, OTHER_PLATFORM, Outcome, Request, UNKNOWN_ADOPT, path};
use crate::diag::{Diagnostic, nearest};

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
    pub(super) shown: String,
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
                    .help(format!("`dvgen build --adopt {shown}{first}` gives the edit up", shown = self.shown)),
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
                    .help(format!("`dvgen build --adopt {shown}{first}` gives its content up", shown = self.shown)),
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
    let mut problems = path::check(&files);
    if request.platform.trim() != request.platform
        || request.platform.is_empty()
        || request.platform.contains(char::is_control)
    {
        let name = request.platform.escape_debug();
        problems.push(Diagnostic::without_span(OTHER_PLATFORM, format!("`{name}` cannot be the name of a platform")));
    }
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
        shown: request.shown.to_owned(),
        items,
        old_lock: old_bytes.as_deref().map(Digest::of),
        new_lock: (!unchanged).then_some(text),
        guard,
    })
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
            let mut problem =
                Diagnostic::without_span(UNKNOWN_ADOPT, format!("`--adopt {}{named}` names no output", request.shown));
            let near = nearest(named, items.iter().map(|item| &*item.path));
            problem.help.extend(near.map(|near| format!("did you mean `{}{near}`?", request.shown)));
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
