//! The two sides of `diff`, compiled so that they can be compared.

use std::collections::BTreeSet;

use super::NO_SPEC;
use super::revisions::Source;
use crate::diag::{Diagnostic, did_you_mean};
use crate::diff::{Unread, renamed_base};
use crate::pipeline::{Compilation, Environment, Options, Partial, Without, compile};
use crate::source::SourceMap;
use crate::spec::scalars::Date;
use crate::spec::{self, Piece, SpecFiles, UNKNOWN_ENVIRONMENT};
use crate::world::RelPath;

/// The two sides.
pub(super) struct Compared {
    pub(super) base: Compilation,
    pub(super) head: Compilation,
    pub(super) unread: Unread,
    /// The environments of the base, where something that only the head cannot read was left out of it.
    pub(super) whole: Option<Vec<Environment>>,
    /// The environments that were asked for, as the head calls them.
    pub(super) only: Vec<String>,
}

/// Compiles both sides. What one of them cannot read is left out of both: what follows from it is no difference then.
pub(super) fn compiled(
    old: &Source<'_>,
    new: &Source<'_>,
    wanted: &[String],
    today: Option<Date>,
) -> Result<Compared, Box<Diagnostic>> {
    let (of_old, of_new) = asked(old, new, wanted);
    let both = |without: &Without| {
        // What was allowed when the base was written is no matter of today.
        rayon::join(|| side(old, &of_old, None, without), || side(new, &of_new, today, without))
    };
    let (mut base, mut head) = both(&Without::new());
    if let Some(problem) = old.failure().or_else(|| new.failure()) {
        return Err(Box::new(problem));
    }
    let absent = !old.has_spec() || !new.has_spec();
    if let Some(problem) = unknown(&mut base, &mut head, absent) {
        return Err(Box::new(problem));
    }
    let mut without = Without::new();
    let renamed = renamed_base(&base, &head);
    let named = Entries::of(old, new, base.partial.iter().chain(&head.partial));
    let of_base = base.partial.iter().map(|partial| (partial, &named.base, &named.all_of_head));
    let of_head = head.partial.iter().map(|partial| (partial, &named.head, &named.all_of_base));
    for (partial, own, others) in of_base.chain(of_head).filter(|(partial, ..)| partial.environment.is_some()) {
        let mut pieces: Vec<Piece> = partial.missing.iter().filter_map(|missing| missing.piece.clone()).collect();
        let called: Vec<Piece> = pieces.iter().filter_map(|piece| piece.other_name(own, others)).collect();
        pieces.extend(called);
        let other = renamed.as_ref().and_then(|(before, after)| match &partial.name {
            name if name == before => Some(after),
            name if name == after => Some(before),
            _ => None,
        });
        for name in other.into_iter().chain([&partial.name]) {
            without.entry(name.clone()).or_default().extend(pieces.iter().cloned());
        }
    }
    let mut whole = None;
    if without.values().any(|pieces| !pieces.is_empty()) {
        let (less, least) = both(&without);
        whole = Some(std::mem::take(&mut base.environments)).filter(|_| base.partial.is_empty());
        base = with_files(base, less);
        head = with_files(head, least);
    }
    let unread = Unread {
        head: unread((old, &base.sources), (new, &head.sources)),
        base: unread((new, &head.sources), (old, &base.sources)),
    };
    Ok(Compared { base, head, unread, whole, only: of_new })
}

/// The entries of the sections that each side has, where something is left out.
#[derive(Default)]
struct Entries {
    base: BTreeSet<Piece>,
    head: BTreeSet<Piece>,
    /// With those of overlays.
    all_of_base: BTreeSet<Piece>,
    all_of_head: BTreeSet<Piece>,
}

impl Entries {
    fn of<'p>(old: &Source<'_>, new: &Source<'_>, mut partial: impl Iterator<Item = &'p Partial>) -> Self {
        if !partial.any(|partial| partial.missing.iter().any(|missing| missing.piece.is_some())) {
            return Self::default();
        }
        let of = |source| files(source).map(|files| (files.entries(), files.all_entries())).unwrap_or_default();
        let ((base, all_of_base), (head, all_of_head)) = (of(old), of(new));
        Self { base, head, all_of_base, all_of_head }
    }
}

/// Reads the files of a side again, as far as they can be read.
fn files(source: &Source<'_>) -> Option<SpecFiles> {
    let (mut sources, mut problems) = (SourceMap::new(), Vec::new());
    spec::read_files(&*source.world, &source.spec.parent(), &source.spec, &mut sources, &mut problems)
}

/// Returns the environments that are asked for as each side calls them: where the base environment has another name, both names
/// mean it.
fn asked(old: &Source<'_>, new: &Source<'_>, wanted: &[String]) -> (Vec<String>, Vec<String>) {
    let names = |source: &Source<'_>| {
        let files = files(source)?;
        Some((files.base().cloned()?, files.environments()))
    };
    let both = if wanted.is_empty() { None } else { names(old).zip(names(new)) };
    let Some(((before, others), (after, overlays))) = both else { return (wanted.to_vec(), wanted.to_vec()) };
    let renamed = before != after && !others.contains(&after) && !overlays.contains(&before);
    let called = |from: &str, to: &str| -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in wanted {
            let name = if renamed && name == from { to } else { name.as_str() };
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    };
    (called(&after, &before), called(&before, &after))
}

fn side(source: &Source<'_>, wanted: &[String], today: Option<Date>, without: &Without) -> Compilation {
    if !source.has_spec() {
        return Compilation::nothing();
    }
    let (environments, without) = (wanted.to_vec(), without.clone());
    let options = Options { provenance: true, environments, today, without, ..Options::new(source.spec.clone()) };
    compile(&*source.world, &options)
}

/// Returns a compilation with the files of another one, of the same sources with less in it.
fn with_files(whole: Compilation, less: Compilation) -> Compilation {
    let mut files = less.partial;
    let partial = whole.partial.into_iter().map(|partial| {
        let at = files.iter().position(|other| other.name == partial.name);
        let environment = at.and_then(|at| files.remove(at).environment).filter(|_| partial.environment.is_some());
        Partial { environment, ..partial }
    });
    let partial: Vec<Partial> = partial.collect();
    // What names a piece that is left out is wrong now, and is compared as far as it goes.
    let mut environments = less.environments;
    environments.extend(files.into_iter().filter_map(|partial| partial.environment));
    Compilation { environments, partial, ..whole }
}

/// An environment that is asked for may be on one side only: it came or went. One that neither side has is a mistake.
fn unknown(base: &mut Compilation, head: &mut Compilation, absent: bool) -> Option<Diagnostic> {
    let take = |side: &mut Compilation| {
        let all = std::mem::take(&mut side.diagnostics);
        let (missing, rest) = all.into_iter().partition(|problem| problem.kind == UNKNOWN_ENVIRONMENT);
        side.diagnostics = rest;
        missing
    };
    let (in_base, in_head): (Vec<Diagnostic>, Vec<Diagnostic>) = (take(base), take(head));
    let both = |problem: &Diagnostic| in_base.iter().any(|other| other.message == problem.message);
    if absent {
        return in_head.into_iter().chain(in_base).next();
    }
    in_head.into_iter().find(both)
}

/// Returns the files that a side reads and the other one does not, although it has them.
fn unread(
    (source, sources): (&Source<'_>, &SourceMap),
    (other, others): (&Source<'_>, &SourceMap),
) -> BTreeSet<String> {
    let own = |sources: &'_ SourceMap| -> BTreeSet<String> {
        let own = sources.ids().filter(|id| !sources.file(*id).is_built_in());
        own.map(|id| sources.file(id).name().to_owned()).collect()
    };
    let (mine, theirs) = (own(sources), own(others));
    let alone = mine.into_iter().filter(|name| !theirs.contains(name) && *name != source.spec.name());
    let folder = other.spec.parent();
    alone.filter(|name| folder.join(name).is_some_and(|path| other.has(&path))).collect()
}

/// Returns the problem of a spec that was named and that neither side has: another one was found in its place, or none.
pub(super) fn misnamed(named: &RelPath, sides: [&Source<'_>; 2], problem: Option<Diagnostic>) -> Option<Diagnostic> {
    let is_it = |source: &&Source<'_>| source.spec == *named && source.has_spec();
    if sides.iter().any(is_it) {
        return None;
    }
    let message = format!("neither side has a spec `{named}`");
    let problem = problem.unwrap_or_else(|| Diagnostic::without_span(NO_SPEC, message));
    let others: BTreeSet<String> =
        sides.iter().filter(|source| source.has_spec()).map(|source| source.spec.to_string()).collect();
    let near = did_you_mean(named.as_str(), others.iter().map(String::as_str));
    let other = others.first().map(|name| format!("a spec is at `{name}`"));
    Some(near.or(other).into_iter().fold(problem, Diagnostic::help))
}
