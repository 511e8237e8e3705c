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

    /// Returns whether an excerpt with these marks, which lie in one file, would show a hidden line. What lies between marks is
    /// shown where they are `near`: at most so many lines apart.
    pub(super) fn touches(&self, sources: &SourceMap, marks: impl Iterator<Item = Span>, near: usize) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let mut lines: Vec<Lines> = marks.map(|span| Lines::of(sources, span)).collect();
        lines.sort_by_key(|lines| (lines.first, lines.last));
        let mut pieces: Vec<Lines> = Vec::new();
        for lines in lines {
            match pieces.last_mut() {
                Some(piece) if lines.first <= piece.last + near => piece.last = piece.last.max(lines.last),
                _ => pieces.push(lines),
            }
        }
        let shows = |piece: &Lines, hidden: &Lines| {
            hidden.file == piece.file && hidden.first <= piece.last && piece.first <= hidden.last
        };
        pieces.iter().any(|piece| self.0.iter().any(|hidden| shows(piece, hidden)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Hidden, Lines};
    use crate::source::{SourceMap, Span};

    #[test]
    fn what_lies_between_marks_far_from_each_other_is_not_shown() {
        let mut sources = SourceMap::new();
        let file = sources.add("a.yaml", "1\n2\n3\n4\n5\n6\n7\n");
        let line = |number: u32| Span::new(file, 2 * (number - 1), 2 * number - 1);
        let hidden = Hidden(vec![Lines::of(&sources, line(4))]);
        let touches = |lines: &[u32], near| hidden.touches(&sources, lines.iter().map(|number| line(*number)), near);
        assert!(!touches(&[1, 7], 2) && !touches(&[5, 3], 0) && !touches(&[2, 5], 2));
        assert!(touches(&[3, 5], 2) && touches(&[7, 4, 1], 2) && touches(&[4], 0));
    }
}
