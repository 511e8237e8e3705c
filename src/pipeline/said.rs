//! What is not said because something else is: the same again, and what follows from it.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Severity};
use crate::library::contract::{OLDER_CONTRACT, UNCHECKED_CHART};
use crate::library::kinds::UNCHECKED_KIND;
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
