//! Sides that do not compile in whole: what of them is compared, and what is left out and why.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::report::LeftOut;
use super::risk::Finding;
use crate::diag::Diagnostic;
use crate::pipeline::{Compilation, Environment, Missing, Partial};

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

/// Returns the components of an environment that one of the sides could not read.
pub(super) fn missing(sides: [&Compilation; 2], name: &str) -> BTreeSet<Arc<str>> {
    let partial = sides.into_iter().filter_map(|side| partial(side, name));
    partial.flat_map(|partial| &partial.missing).filter_map(|missing| missing.component.clone()).collect()
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
            for missing in &partial.missing {
                let one = LeftOut {
                    head: is_head,
                    environments: vec![partial.name.clone()],
                    component: missing.component.clone(),
                    rest: partial.environment.is_some(),
                    why: why(side, missing),
                };
                let same = |old: &&mut LeftOut| {
                    (old.head, &old.component, old.rest, &old.why) == (one.head, &one.component, one.rest, &one.why)
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

/// Returns the place and the words of a problem, in which nothing secret stands any more.
fn why(side: &Compilation, missing: &Missing) -> String {
    let is_it = |problem: &&Diagnostic| {
        problem.kind == missing.kind && problem.primary.as_ref().map(|label| label.span) == missing.place
    };
    let message = side.diagnostics.iter().find(is_it).map(|problem| problem.message.as_str()).unwrap_or_default();
    let place =
        missing.place.map(|span| format!("{}:{}", side.sources.file(span.file).name(), side.sources.locate(span).line));
    [place.unwrap_or_default(), message.to_owned()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
