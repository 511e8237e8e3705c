//! Lines that no report may show.
//!
//! A concealed diagnostic is about a value that must not spread. Its lines are shown by no other diagnostic either: a
//! misspelt key beside a password would show the password.

use super::place;
use crate::diag::Diagnostic;
use crate::source::{FileId, SourceMap, Span};

/// The lines that are not shown.
pub(super) struct Hidden(Vec<Lines>);

/// Lines of a file, from the first to the last.
struct Lines {
    file: FileId,
    first: usize,
    last: usize,
}

impl Lines {
    fn of(sources: &SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        let line = |at: u32| place::line_column(file, at as usize).line;
        Self { file: span.file, first: line(span.start), last: line(span.end) }
    }
}

impl Hidden {
    /// Returns the lines of all concealed diagnostics.
    pub(super) fn of(diagnostics: &[Diagnostic], sources: &SourceMap) -> Self {
        let concealed = diagnostics.iter().filter(|diagnostic| diagnostic.concealed);
        let labels = concealed.flat_map(|diagnostic| diagnostic.primary.iter().chain(&diagnostic.secondary));
        Self(labels.map(|label| Lines::of(sources, label.span)).collect())
    }

    /// Returns whether an excerpt with these marks, which lie in one file, would show a hidden line.
    pub(super) fn touches(&self, sources: &SourceMap, marks: impl Iterator<Item = Span>) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let lines: Vec<Lines> = marks.map(|span| Lines::of(sources, span)).collect();
        let (Some(first), Some(last)) =
            (lines.iter().map(|lines| lines.first).min(), lines.iter().map(|lines| lines.last).max())
        else {
            return false;
        };
        let file = lines.first().map(|lines| lines.file);
        self.0.iter().any(|hidden| Some(hidden.file) == file && hidden.first <= last && first <= hidden.last)
    }
}
