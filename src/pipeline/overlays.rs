//! What an overlay takes away, beside the reports that follow from it.
//!
//! A line of the base may be wrong in one environment only, because something that it names is taken away there. The line
//! is right, and the marker is what a person has to see.

use crate::diag::{Diagnostic, Kind};
use crate::emit::UNKNOWN_ISSUER;
use crate::model::{UNKNOWN_COMPONENT, UNKNOWN_VOLUME_GROUP};
use crate::source::Span;
use crate::spec::Changes;

/// Reports that name what is missing, and not the thing that brought it, which is an entry of this section.
const BROUGHT: [(Kind, &str); 2] = [(UNKNOWN_VOLUME_GROUP, "nodes"), (UNKNOWN_ISSUER, "components")];

/// The most places that a report names.
const MOST: usize = 4;

/// Shows in the reports of an environment what its overlay takes away.
pub(super) fn relate(changes: &Changes, environment: &str, out: &mut [Diagnostic]) {
    if changes.removed.is_empty() {
        return;
    }
    for problem in out.iter_mut().filter(|problem| problem.is_error()) {
        let places = places(changes, problem);
        if places.is_empty() {
            continue;
        }
        for span in places {
            let known = problem.primary.iter().chain(&problem.secondary).any(|label| label.span == span);
            if !known {
                *problem = problem.clone().related(span, format!("environment `{environment}` takes it away here"));
            }
        }
        if problem.kind == UNKNOWN_COMPONENT {
            let help =
                format!("where a flow names it, take the flow away in `{environment}` too, with `$remove: true`");
            problem.help.push(help);
        }
    }
}

/// Returns where something is taken away that a report names, or that may have brought what it misses.
fn places(changes: &Changes, problem: &Diagnostic) -> Vec<Span> {
    let named = |name: &str| problem.message.contains(&format!("`{name}`"));
    let of_names = changes.removed.iter().filter(|(name, _)| named(name)).map(|(_, (_, span))| *span);
    let found: Vec<Span> = of_names.take(MOST).collect();
    let brought = BROUGHT.iter().find(|(kind, _)| *kind == problem.kind).filter(|_| found.is_empty());
    let Some((_, section)) = brought else { return found };
    let of_section = changes.removed.values().filter(|(other, _)| &**other == *section).map(|(_, span)| *span);
    of_section.take(MOST).collect()
}
