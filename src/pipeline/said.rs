//! What is not said because something else is: the same again, and what follows from it.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind, Label, Severity};
use crate::library::contract::{OLDER_CONTRACT, UNCHECKED_CHART};
use crate::library::kinds::UNCHECKED_KIND;
use crate::model::{TAKEN_TWICE, UNKNOWN_COMPONENT};
use crate::source::{SourceMap, Span};

/// Where something is wrong in files of the user, errors at lines of the library follow from it: nobody can change these.
pub(super) fn without_followers(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    let built_in = |problem: &Diagnostic| {
        problem.is_error() && problem.primary.as_ref().is_some_and(|label| sources.file(label.span.file).is_built_in())
    };
    if diagnostics.iter().any(|problem| problem.is_error() && !built_in(problem)) {
        diagnostics.retain(|problem| !built_in(problem));
    }
}

/// A chart or kind that is used many times is unchecked once, at the first place.
pub(super) fn once_each_chart(diagnostics: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<String, Span>::new();
    let unchecked = |d: &Diagnostic| {
        matches!(d.kind, UNCHECKED_CHART | OLDER_CONTRACT | UNCHECKED_KIND) && d.severity == Severity::Warning
    };
    for problem in diagnostics.iter().filter(|problem| unchecked(problem)) {
        if let Some(label) = &problem.primary {
            let least = first.entry(problem.message.clone()).or_insert(label.span);
            *least = label.span.min(*least);
        }
    }
    diagnostics.retain(|problem| {
        let place = problem.primary.as_ref().map(|label| label.span);
        !unchecked(problem) || first.get(&problem.message).copied() == place
    });
}

/// What names one thing from many places, none of which is to blame: a component that is gone.
const OF_ONE_THING: [Kind; 1] = [UNKNOWN_COMPONENT];

/// How many places a report names.
const PLACES: usize = 5;

/// Makes one report of those that miss the same thing. A name that is nearly another one is misspelt at each place by itself.
pub(super) fn once_each_thing(diagnostics: &mut Vec<Diagnostic>) {
    let mut places = BTreeMap::<(&str, String), Vec<Span>>::new();
    let one = |problem: &Diagnostic| OF_ONE_THING.contains(&problem.kind) && problem.fix.is_none();
    for problem in diagnostics.iter().filter(|problem| one(problem)) {
        let spans = places.entry((problem.kind.name, problem.message.clone())).or_default();
        spans.extend(problem.primary.as_ref().map(|label| label.span));
    }
    for spans in places.values_mut() {
        spans.sort_unstable();
    }
    diagnostics.retain_mut(|problem| {
        let Some(spans) = places.get(&(problem.kind.name, problem.message.clone())).filter(|_| one(problem)) else {
            return true;
        };
        let Some((first, rest)) = spans.split_first() else { return true };
        if problem.primary.as_ref().is_none_or(|label| label.span != *first) {
            return false;
        }
        let labels = rest.iter().take(PLACES).map(|span| Label { span: *span, text: "and here".to_owned() });
        problem.secondary.extend(labels);
        if let Some(more) = rest.len().checked_sub(PLACES).filter(|more| *more > 0) {
            problem.help.push(format!("{more} more places name it"));
        }
        true
    });
}

/// An address that two environments have is the cause of what is wrong with it in one of them only.
pub(super) fn without_inherited(diagnostics: &mut Vec<Diagnostic>) {
    const OUTSIDE: &str = "load-balancer-address-outside-pools";
    let both = diagnostics.iter().filter(|problem| problem.kind == TAKEN_TWICE && problem.environment.is_none());
    let both: Vec<Span> = both.flat_map(|problem| &problem.secondary).map(|label| label.span).collect();
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let mut said = BTreeMap::<Span, usize>::new();
    for problem in diagnostics.iter().filter(|problem| problem.name() == OUTSIDE) {
        if let Some(place) = place(problem) {
            *said.entry(place).or_default() += 1;
        }
    }
    let follows = |problem: &Diagnostic| {
        let once = |place: Span| both.contains(&place) && said.get(&place) == Some(&1);
        problem.name() == OUTSIDE && place(problem).is_some_and(once)
    };
    diagnostics.retain(|problem| !follows(problem));
}
