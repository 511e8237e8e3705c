//! One line a diagnostic: `path:line:column: error[kind-name]: message`, as compilers have always written it.

use std::fmt::Write as _;

use super::cap::Capped;
use super::place::Place;
use super::{RenderOptions, clean, word};
use crate::diag::Diagnostic;
use crate::source::SourceMap;

/// The most lines of one kind: more than a person reads, enough for the list of an editor.
const KIND: usize = 1000;

/// Returns one line a diagnostic.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let mut out = String::new();
    let capped = Capped::new(diagnostics, KIND);
    for diagnostic in &capped.shown {
        if let Some(label) = &diagnostic.primary {
            let place = Place::shown(sources, options, label.span);
            let _ = write!(out, "{}:{}:{}: ", clean::one_line(&place.path), place.from.line, place.from.column);
        }
        let message = clean::one_line(&diagnostic.message);
        let _ = writeln!(out, "{}[{}]: {message}", word(diagnostic.severity), diagnostic.name());
    }
    out.extend(capped.notes());
    out
}
