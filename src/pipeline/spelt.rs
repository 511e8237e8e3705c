//! Names that are wrong where they are declared: whoever names the thing as it is meant is right.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Fix};
use crate::model::{UNKNOWN_COMPONENT, UNKNOWN_LIBRARY, UNUSABLE_NAME};
use crate::source::{SourceMap, Span};
use crate::spec::{UNKNOWN_GROUP, UNUSED_GROUP};

/// Takes out what is said of those who are right.
pub(super) fn settle(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    impossible(diagnostics, sources);
    components(diagnostics);
    groups(diagnostics, sources);
}

/// Returns the name that a fix puts in the place of another one.
fn offered(fix: &Fix) -> Option<&str> {
    match fix.edits.as_slice() {
        [edit] => Some(&edit.text),
        _ => None,
    }
}

fn text_at(span: Span, sources: &SourceMap) -> Option<&str> {
    sources.file(span.file).text().get(span.start as usize..span.end as usize)
}

fn place(problem: &Diagnostic) -> Option<Span> {
    problem.primary.as_ref().map(|label| label.span)
}

/// A name that cannot be one is offered to nobody.
fn impossible(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    let unusable = diagnostics.iter().filter(|problem| problem.kind == UNUSABLE_NAME);
    let names: BTreeSet<String> =
        unusable.filter_map(|problem| Some(text_at(place(problem)?, sources)?.to_owned())).collect();
    if !names.is_empty() {
        let leads =
            |problem: &Diagnostic| problem.fix.as_ref().and_then(offered).is_some_and(|name| names.contains(name));
        diagnostics.retain(|problem| !leads(problem));
    }
}

/// A component that is misspelt as the library has it is there for those who name it rightly.
fn components(diagnostics: &mut Vec<Diagnostic>) {
    let misspelt = diagnostics.iter().filter(|problem| problem.kind == UNKNOWN_LIBRARY);
    let meant = misspelt.filter_map(|problem| problem.fix.as_ref().and_then(offered));
    let meant: BTreeSet<String> = meant.map(|name| format!("there is no component `{name}`")).collect();
    diagnostics.retain(|problem| problem.kind != UNKNOWN_COMPONENT || !meant.contains(&problem.message));
}

/// A group that no component is in, and that several name by nearly the same name, is misspelt itself. Where only one does,
/// that one may be the misspelt one.
fn groups(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    let mut named = BTreeMap::<String, BTreeMap<String, BTreeSet<Span>>>::new();
    for problem in diagnostics.iter().filter(|problem| problem.kind == UNKNOWN_GROUP) {
        let near = problem.fix.as_ref().and_then(offered);
        let Some((near, at)) = near.zip(place(problem)) else { continue };
        let wanted = text_at(at, sources).unwrap_or_default();
        named.entry(near.to_owned()).or_default().entry(wanted.to_owned()).or_default().insert(at);
    }
    let mut right = BTreeSet::new();
    diagnostics.retain_mut(|problem| {
        let unused = (problem.kind == UNUSED_GROUP).then(|| place(problem)).flatten();
        let Some((span, name)) = unused.and_then(|span| Some((span, text_at(span, sources)?))) else { return true };
        let Some(wanted) = named.get(name) else { return true };
        let Some((wanted, places)) = wanted.iter().next().filter(|(_, places)| wanted.len() == 1 && places.len() > 1)
        else {
            return false;
        };
        right.extend(places.iter().copied());
        let message = format!("no component is in group `{name}`, and {} are in a group `{wanted}`", places.len());
        let renamed = Diagnostic::error(UNUSED_GROUP, span, message).help(format!("did you mean `{wanted}`?"));
        let renamed = renamed.fix(false, format!("rename to `{wanted}`"), span, wanted);
        // Why, and in which environment, stays as it was said.
        *problem = Diagnostic { why: problem.why.take(), environment: problem.environment.take(), ..renamed };
        true
    });
    diagnostics.retain(|problem| problem.kind != UNKNOWN_GROUP || place(problem).is_none_or(|at| !right.contains(&at)));
}
