//! One line a diagnostic: `path:line:column: error[kind-name]: message`, as compilers have always written it.

use std::fmt::Write as _;

use super::place::Place;
use super::{RenderOptions, clean, word};
use crate::diag::Diagnostic;
use crate::source::SourceMap;

/// Returns one line a diagnostic.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        if let Some(label) = &diagnostic.primary {
            let place = Place::shown(sources, options, label.span);
            let _ = write!(out, "{}:{}:{}: ", clean::one_line(&place.path), place.from.line, place.from.column);
        }
        let message = clean::one_line(&diagnostic.message);
        let _ = writeln!(out, "{}[{}]: {message}", word(diagnostic.severity), diagnostic.kind.name);
    }
    out
}
