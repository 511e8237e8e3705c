//! Sides that do not compile in whole: what of them is compared, and what is left out and why.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::report::{EnvironmentState, LeftOut};
use super::risk::Finding;
use crate::diag::Diagnostic;
use crate::pipeline::{Compilation, Environment, Missing, Partial};
use crate::spec::Piece;

/// Returns an environment of a side, also one that could be compiled in part only.
pub(super) fn find<'a>(side: &'a Compilation, name: &str) -> Option<&'a Environment> {
    let whole = side.environments.iter().find(|environment| &*environment.name == name);
    whole.or_else(|| partial(side, name)?.environment.as_ref())
}

/// Iterates over the environments that a side could compile, also in part.
pub(super) fn all(side: &Compilation) -> impl Iterator<Item = &Environment> {
    side.environments.iter().chain(side.partial.iter().filter_map(|partial| partial.environment.as_ref()))
}

fn partial<'a>(side: &'a Compilation, name: &str) -> Option<&'a Partial> {
    side.partial.iter().find(|partial| &*partial.name == name)
}

/// Returns whether an environment is there and nothing could be told of it.
pub(super) fn is_lost(side: &Compilation, name: &str) -> bool {
    partial(side, name).is_some_and(|partial| partial.environment.is_none())
}

/// Returns the names of the base environment before and after, if it has another one: it is the one whose files lie in no folder.
pub fn renamed_base(base: &Compilation, head: &Compilation) -> Option<(Arc<str>, Arc<str>)> {
    let own = |side| all(side).find(|environment: &&Environment| environment.folder.is_empty());
    let (before, after) = (own(base)?.name.clone(), own(head)?.name.clone());
    let has = |side: &Compilation, name: &str| find(side, name).is_some() || is_lost(side, name);
    (before != after && !has(head, &before) && !has(base, &after)).then_some((before, after))
}

/// Returns the components of an environment that one of the sides could not read.
pub(super) fn missing((base, head): (&Compilation, &Compilation), state: &EnvironmentState) -> BTreeSet<Arc<str>> {
    let partial = [partial(base, state.before()), partial(head, &state.name)].into_iter().flatten();
    partial.flat_map(|partial| &partial.missing).filter_map(|missing| missing.component().cloned()).collect()
}

/// Iterates over the components that could not be read in some environment.
pub(super) fn unread(side: &Compilation) -> impl Iterator<Item = Arc<str>> {
    side.partial.iter().flat_map(|partial| &partial.missing).filter_map(|missing| missing.component().cloned())
}

/// Returns whether a finding is about one of these components, or a part of one.
pub(super) fn is_about(finding: &Finding, components: &BTreeSet<Arc<str>>) -> bool {
    let name = finding.subject.split_once(", part ").map_or(finding.subject.as_str(), |(name, _)| name);
    components.contains(name)
}

/// Returns what of both sides was left out.
pub(super) fn left_out(base: &Compilation, head: &Compilation) -> Vec<LeftOut> {
    let mut all: Vec<LeftOut> = Vec::new();
    for (side, is_head) in [(base, false), (head, true)] {
        for partial in &side.partial {
            for missing in told(side, partial) {
                let one = LeftOut {
                    head: is_head,
                    environments: vec![partial.name.clone()],
                    component: missing.component().cloned(),
                    part: missing.piece.as_ref().filter(|_| missing.component().is_none()).map(ToString::to_string),
                    rest: find(side, &partial.name).is_some(),
                    why: why(side, missing),
                };
                let same = |old: &&mut LeftOut| {
                    let of = |left: &LeftOut| {
                        (left.head, left.component.clone(), left.part.clone(), left.rest, left.why.clone())
                    };
                    of(old) == of(&one)
                };
                match all.iter_mut().find(same) {
                    Some(old) if old.environments.contains(&partial.name) => {}
                    Some(old) => old.environments.push(partial.name.clone()),
                    None => all.push(one),
                }
            }
        }
    }
    all
}

/// Returns what an environment misses: of several for one reason those that are told. What follows from another problem is not
/// told of itself.
fn told<'a>(side: &Compilation, partial: &'a Partial) -> impl Iterator<Item = &'a Missing> {
    let known: Vec<bool> = partial.missing.iter().map(|missing| message(side, missing).is_some()).collect();
    let known = move |piece: &Option<Piece>| {
        partial.missing.iter().zip(&known).any(|(other, known)| *known && other.piece == *piece)
    };
    let said: Vec<bool> =
        partial.missing.iter().map(|missing| message(side, missing).is_some() || !known(&missing.piece)).collect();
    partial.missing.iter().zip(said).filter(|(_, said)| *said).map(|(missing, _)| missing)
}

/// Returns the words of a problem, unless it is told with another one.
fn message<'a>(side: &'a Compilation, missing: &Missing) -> Option<&'a str> {
    let is_it = |problem: &&Diagnostic| {
        problem.kind == missing.kind && problem.primary.as_ref().map(|label| label.span) == missing.place
    };
    side.diagnostics.iter().find(is_it).map(|problem| problem.message.as_str())
}

/// Returns the place and the words of a problem, in which nothing secret stands any more.
fn why(side: &Compilation, missing: &Missing) -> String {
    let message = message(side, missing).unwrap_or_default();
    let place =
        missing.place.map(|span| format!("{}:{}", side.sources.file(span.file).name(), side.sources.locate(span).line));
    [place.unwrap_or_default(), message.to_owned()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
