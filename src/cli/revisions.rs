//! What `diff` compares: two worlds, each with the spec in it.

use std::sync::{Arc, PoisonError};

use super::USAGE;
use super::place::Place;
use crate::diag::{Diagnostic, did_you_mean};
use crate::diff::Side;
use crate::world::git::{Id, Repository, UNKNOWN_REVISION};
use crate::world::{Failure, RelPath, RevisionWorld, World, WorldError};
use crate::yaml::MAX_BYTES;

/// The word for the files as they are.
pub(super) const WORKTREE: &str = "worktree";

/// One side: its files, where its spec is, and what to call it.
pub(super) struct Source<'a> {
    pub(super) world: Box<dyn World + 'a>,
    pub(super) spec: RelPath,
    pub(super) side: Side,
    /// What the repository could not give of it.
    failure: Failure,
}

impl Source<'_> {
    /// Returns whether the spec is there, also if it cannot be read.
    pub(super) fn has_spec(&self) -> bool {
        self.has(&self.spec)
    }

    /// Returns whether a file is there, also if it cannot be read.
    pub(super) fn has(&self, path: &RelPath) -> bool {
        !matches!(self.world.read(path, 1), Err(WorldError::NotFound))
    }

    /// Returns what the repository could not give.
    pub(super) fn failure(&self) -> Option<Diagnostic> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

type Outcome<T> = Result<T, Box<Diagnostic>>;

/// Finds the two sides.
pub(super) fn sides<'a>(
    place: &'a Place,
    base: Option<&str>,
    head: &str,
    exact: bool,
) -> Outcome<(Source<'a>, Source<'a>)> {
    let repository = Arc::new(Repository::open(place.world.root())?);
    if let Some(problem) = repository.no_files().filter(|_| head == WORKTREE) {
        return Err(problem);
    }
    let tip =
        if head == WORKTREE { repository.head()? } else { repository.resolve(head).map_err(|p| or_files(p, head))? };
    let (label, wanted) = match base {
        Some(name) => (name.to_owned(), repository.resolve(name)?),
        None => repository.default_branch()?.ok_or_else(no_default)?,
    };
    let start = if exact { wanted } else { start(&repository, (&label, wanted), (head, tip))? };
    if head == WORKTREE {
        let side = Side { label: WORKTREE.to_owned(), ..Side::default() };
        let new = Source { world: Box::new(&place.world), spec: place.spec.clone(), side, failure: Failure::default() };
        return Ok((revision(&repository, (start, &label), &place.spec, &*new.world)?, new));
    }
    let there = RevisionWorld::new(repository.clone(), tip)?;
    let old = revision(&repository, (start, &label), &place.spec, &there)?;
    let new = revision(&repository, (tip, head), &place.spec, &*old.world)?;
    Ok((old, new))
}

/// Returns the commit to compare with: where the two parted. A head that lies before the base is a step back, and compared
/// with the base itself.
fn start(repository: &Repository, base: (&str, Id), head: (&str, Id)) -> Outcome<Id> {
    let common = repository.merge_base(base.1, head.1)?;
    let common = common.ok_or_else(|| repository.no_merge_base(base.0, head.0))?;
    Ok(if common == head.1 && head.0 != WORKTREE { base.1 } else { common })
}

/// The files as they are have a name, too.
fn or_files(problem: Box<Diagnostic>, head: &str) -> Box<Diagnostic> {
    let near = did_you_mean(head, [WORKTREE]).filter(|_| problem.kind == UNKNOWN_REVISION && head.len() > 2);
    Box::new(
        near.into_iter().fold(*problem, |problem, near| problem.help(format!("{near} That is the files as they are"))),
    )
}

fn no_default() -> Box<Diagnostic> {
    let message = "there is no default branch to compare with: neither `origin/HEAD` nor `main` nor `master`";
    Box::new(Diagnostic::without_span(USAGE, message).help("name what to compare with: `dvgen diff BASE`"))
}

/// Returns a side at a commit; `other` has the files of the other one.
fn revision<'a>(
    repository: &Arc<Repository>,
    (commit, label): (Id, &str),
    spec: &RelPath,
    other: &dyn World,
) -> Outcome<Source<'a>> {
    let world = RevisionWorld::new(repository.clone(), commit)?;
    let mut side = Side { label: label.to_owned(), commit: Some(commit.short()), ..Side::default() };
    let spec = if world.read(spec, MAX_BYTES).is_err() { renamed(&world, spec, other) } else { None }
        .inspect(|found| side.spec = Some(found.to_string()))
        .unwrap_or_else(|| spec.clone());
    let failure = world.failure();
    Ok(Source { world: Box::new(world), spec, side, failure })
}

/// Finds a spec that had another name or place: the only file that says it is one, or the one with the same name. A file that the
/// other side has beside the spec, such as one that it includes, is not the spec under another name.
fn renamed(world: &RevisionWorld, wanted: &RelPath, other: &dyn World) -> Option<RelPath> {
    let has = |path: &RelPath| !matches!(other.read(path, 1), Err(WorldError::NotFound));
    let beside = has(wanted);
    let all = world.walk(&RelPath::root()).ok()?;
    let ending = |path: &RelPath| path.name().rsplit_once('.').map(|(_, ending)| ending.to_owned());
    let yaml = all.into_iter().filter(|path| ending(path).is_some_and(|ending| ending == "yaml" || ending == "yml"));
    let is_spec = |path: &RelPath| {
        let text = world.read(path, MAX_BYTES).unwrap_or_default();
        let lines = || text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
        lines().any(|line| line == b"kind: Platform") && lines().any(|line| line.starts_with(b"apiVersion: dvgen.dev/"))
    };
    let specs: Vec<RelPath> = yaml.filter(|path| is_spec(path) && !(beside && has(path))).collect();
    match specs.as_slice() {
        [one] => Some(one.clone()),
        several => several.iter().find(|path| path.name() == wanted.name()).cloned(),
    }
}
