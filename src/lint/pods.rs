//! Pieces of pods in Helm values, which charts hand on as they are.

use crate::diag::Diagnostic;
use crate::doc::Outlined;
use crate::library::kinds::{Flaw, KindTables, Pieces, PodFault};
use crate::model::Component;
use crate::source::{Origin, Origins, Span};

use super::MISSPELT_POD_VALUE;
use super::rename::Misspelt;

/// Judges what values say of pods: fields that are nearly those of Kubernetes, words and quantities that it does not take. What the
/// chart does not read at all, and what has been reported, is left alone.
pub fn pods(
    (tables, pieces): (&KindTables, &mut Pieces),
    component: &Component,
    (values, origins): (Outlined<'_>, &Origins),
    unread: &[Span],
    out: &mut Vec<Diagnostic>,
) {
    for fault in tables.pods(values, pieces) {
        let Some(span) = origins.place(fault.origin) else { continue };
        let within = |all: &Span| all.file == span.file && all.start <= span.start && span.end <= all.end;
        let said = |problem: &Diagnostic| problem.primary.as_ref().is_some_and(|label| label.span == span);
        if unread.iter().any(within) || out.iter().any(said) {
            continue;
        }
        let problem = report(&fault, span).about(&component.name.value);
        let written = matches!(origins.get(fault.origin), Origin::Written { .. });
        out.push(match &fault.flaw {
            Flaw::UnknownField { near: Some(near), there, .. } if written => {
                Misspelt { near, origin: fault.origin, span, there }.repair(problem, false, origins)
            }
            _ => problem,
        });
    }
}

fn report(fault: &PodFault, span: Span) -> Diagnostic {
    let path = &fault.path;
    let message = match &fault.flaw {
        Flaw::NotAWord { given, .. } | Flaw::BadForm { given, .. } => format!("value `{path}` cannot be `{given}`"),
        _ => format!("pods have no field `{path}`, but one spelled nearly so"),
    };
    let why = match &fault.flaw {
        Flaw::NotAWord { .. } | Flaw::BadForm { .. } => "charts hand it on as it is, and the server refuses the pods",
        _ => "charts hand it on as it is: the server drops the field or refuses the pods",
    };
    let problem = Diagnostic::error(MISSPELT_POD_VALUE, span, message).why(why);
    fault.flaw.help().into_iter().fold(problem, Diagnostic::help)
}
