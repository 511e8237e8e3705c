//! Reports that point into files which dvgen brings.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Label};
use crate::model::{Component, Platform};
use crate::source::{SourceMap, Span};

/// Moves the reports from `start` on to the components that are to blame. Where something is wrong with the component
/// already, they follow from that.
pub(super) fn settle(out: &mut Vec<Diagnostic>, start: usize, platform: &Platform, sources: &SourceMap) {
    let mut found = out.split_off(start.min(out.len()));
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let said: BTreeSet<Span> = found.iter().filter(|problem| problem.is_error()).filter_map(place).collect();
    found.retain_mut(|problem| {
        let moved = to_spec(problem, platform, sources);
        !moved || place(problem).is_none_or(|place| !said.contains(&place))
    });
    out.append(&mut found);
}

/// Moves a report to the component that is to blame, and returns whether it did: nobody can change a file that dvgen
/// brings, and what is wrong there is wrong with what a component asks of it.
fn to_spec(problem: &mut Diagnostic, platform: &Platform, sources: &SourceMap) -> bool {
    let file = |span: Span| sources.file(span.file);
    let Some(place) = problem.primary.as_ref().map(|label| label.span).filter(|span| file(*span).is_built_in()) else {
        return false;
    };
    let library = file(place).name().split('/').nth(1).unwrap_or_default();
    let about = problem.about.clone();
    let of = |component: &&Component| match &about {
        Some(about) => component.name.value == *about,
        None => *component.library == *library,
    };
    let Some(component) = platform.components.iter().find(of) else { return false };
    let Some(line) = platform.origins.written_span(component.name.origin) else { return false };
    let read = problem.primary.replace(Label { span: line, text: String::new() });
    problem.secondary.extend(read.map(|label| Label { text: "what is made of it".to_owned(), ..label }));
    problem.about = Some(component.name.value.clone());
    true
}
