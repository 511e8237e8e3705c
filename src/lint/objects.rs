//! Objects of a cluster against the tables of kinds.

use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::library::kinds::{Flaw, KindTables};
use crate::source::{Origin, Origins};

/// Judges an object: its version, fields and types. What a template made is reported at the template's line, what a
/// person wrote at theirs.
pub fn object(tables: &KindTables, object: &Doc, origins: &Origins, out: &mut Vec<Diagnostic>) {
    for fault in tables.judge(object) {
        let Some(span) = origins.place(fault.origin) else { continue };
        let mut problem = fault.diagnostic(span);
        if let Flaw::UnknownField { near: Some(near), .. } = &fault.flaw
            && matches!(origins.get(fault.origin), Origin::Written { what: "manifest" | "application", .. })
        {
            problem = problem.fix(true, format!("rename to `{near}`"), span, near);
        }
        if let Flaw::Twice { first, .. } = fault.flaw
            && let Some(first) = origins.place(first).filter(|first| *first != span)
        {
            problem = problem.related(first.at_start(), "the first one");
        }
        let named = origins.written_span(fault.origin).filter(|written| *written != span);
        out.push(match named {
            Some(written) => problem.related(written, "it is made from this"),
            None => problem,
        });
    }
}
