//! Shows a fix as the lines before and after it.

use super::{excerpt, place, plural};
use crate::diag::{Edit, edit};
use crate::source::{SourceFile, Span};

/// The most lines of each side that are shown.
const LIMIT: usize = 8;

/// The changed lines of one region of a file.
pub(super) struct Hunk {
    /// The number of the first changed line.
    pub(super) line: usize,
    /// The lines that go.
    pub(super) removed: Vec<String>,
    /// The lines that come.
    pub(super) added: Vec<String>,
}

/// Returns the changed lines of a file, region by region; nothing where the edits do not fit.
pub(super) fn hunks(file: &SourceFile, edits: &[&Edit]) -> Vec<Hunk> {
    let text = file.text();
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    let mut hunks = Vec::new();
    let mut rest = edits.as_slice();
    while let Some(first) = rest.first() {
        let start = excerpt::line_start(text, first.span.start as usize);
        let mut end = start;
        let mut count = 0;
        for edit in rest {
            if count > 0 && edit.span.start as usize > end {
                break;
            }
            end = end.max(excerpt::line_end(text, edit.span.end as usize));
            count += 1;
        }
        let (near, far) = rest.split_at(count);
        hunks.extend(hunk(file, start, end, near));
        rest = far;
    }
    hunks
}

fn hunk(file: &SourceFile, start: usize, end: usize, edits: &[&Edit]) -> Option<Hunk> {
    let shift = u32::try_from(start).ok()?;
    let moved: Vec<Edit> = edits
        .iter()
        .map(|edit| {
            let Span { file, start, end } = edit.span;
            Some(Edit {
                span: Span::new(file, start.checked_sub(shift)?, end.checked_sub(shift)?),
                text: edit.text.clone(),
            })
        })
        .collect::<Option<_>>()?;
    let old = file.text().get(start..end)?;
    let new = edit::apply(old, &moved.iter().collect::<Vec<_>>()).ok()?;
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    while old.last().is_some() && old.last() == new.last() {
        old.pop();
        new.pop();
    }
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let own = |lines: &[&str]| lines.iter().skip(same).map(|line| (*line).to_owned()).collect();
    let line = place::line_column(file, start).line + same;
    Some(Hunk { line, removed: own(&old), added: own(&new) })
}

impl Hunk {
    /// Returns the largest line number that is shown.
    pub(super) fn last_line(&self) -> usize {
        self.line + self.removed.len().max(self.added.len()).clamp(1, LIMIT) - 1
    }

    /// Returns the lines to show, cut to `room` columns: the number (absent where lines are left out), the sign, the text.
    pub(super) fn rows(&self, room: usize) -> Vec<(Option<usize>, char, String)> {
        let mut rows = Vec::new();
        for (sign, lines, others) in [('-', &self.removed, &self.added), ('+', &self.added, &self.removed)] {
            for (at, line) in lines.iter().enumerate().take(LIMIT) {
                let focus = others.get(at).map_or(0, |other| difference(line, other));
                rows.push((Some(self.line + at), sign, excerpt::line(line, focus, room)));
            }
            if lines.len() > LIMIT {
                rows.push((None, sign, format!("… {}", plural(lines.len() - LIMIT, "more line"))));
            }
        }
        rows
    }
}

/// Returns the first byte at which two lines differ.
fn difference(line: &str, other: &str) -> usize {
    line.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}
