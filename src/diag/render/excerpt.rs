//! Draws lines of a source with places marked in them.
//!
//! `annotate-snippets` lays out the marks and their labels. It panics on spans outside the text and prints whole
//! lines however long they are, so what it gets is a text prepared here: only the lines around the marks, every
//! unsafe character replaced, long lines cut to the surroundings of the marks. Of its output only the lines between
//! its own header and footer are used; the frame is drawn by `full`, with the true path, line and column.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Padding, Renderer, Snippet};

use super::{clean, place};
use crate::diag::Severity;
use crate::source::SourceFile;

/// Wider than any prepared line, so that the library never cuts a line itself.
const UNLIMITED: usize = 1 << 20;
/// Marks whose lines are at most this far apart are drawn in one piece.
pub(super) const NEAR: usize = 2;
/// A mark over more lines than this is shown by its first line.
const TALL: usize = 40;
/// The columns of the blanks and the bar between a line number and its text.
const BAR: usize = 3;
/// No line is cut to fewer columns, however narrow the terminal is.
const NARROW: usize = 40;
/// The number of bytes at the start of a cut line that stay, to tell which line it is.
const HEAD: usize = 24;

/// A range of a text to mark.
#[derive(Clone, Debug)]
pub(super) struct Mark<'a> {
    /// The bytes, clamped to the text and between characters.
    pub(super) bytes: Range<usize>,
    /// What is to be seen there.
    pub(super) label: &'a str,
    /// Whether this is the place that a person has to change.
    pub(super) primary: bool,
}

/// A drawn piece of source: consecutive lines.
pub(super) struct Piece {
    /// The drawn lines, each with its own gutter of [`Piece::gutter`] columns.
    pub(super) lines: Vec<String>,
    /// The width of the line numbers.
    pub(super) gutter: usize,
}

/// How to draw.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// Decides the colour of the primary mark.
    pub(super) severity: Severity,
    /// Whether to write ANSI colours.
    pub(super) color: bool,
    /// The number of columns beyond which a line is cut.
    pub(super) width: usize,
}

/// Returns the drawn pieces of a file, in its order; marks far from each other lie in different pieces.
pub(super) fn draw(file: &SourceFile, marks: &[Mark<'_>], look: Look) -> Vec<Piece> {
    let text = file.text();
    let mut marks = marks.to_vec();
    for mark in &mut marks {
        shorten(text, mark);
    }
    marks.sort_by_key(|mark| (mark.bytes.start, mark.bytes.end));
    let mut pieces = Vec::new();
    let mut rest = marks.as_slice();
    while let Some(first) = rest.first() {
        let start = line_start(text, first.bytes.start);
        let (near, far) = rest.split_at(cluster(text, rest));
        let end = near.iter().map(|mark| mark.bytes.end).max().unwrap_or(start);
        let line = place::line_column(file, start).line;
        pieces.push(piece(text, start..line_end(text, end), line, near, look));
        rest = far;
    }
    pieces
}

/// Returns how many of the sorted marks lie near to the first, or to one that does.
fn cluster(text: &str, marks: &[Mark<'_>]) -> usize {
    let mut reach = marks.first().map_or(0, |mark| mark.bytes.end);
    for (count, mark) in marks.iter().enumerate() {
        if mark.bytes.start > reach && breaks(text, reach..mark.bytes.start) > NEAR {
            return count;
        }
        reach = reach.max(mark.bytes.end);
    }
    marks.len()
}

/// Cuts a mark over very many lines to its first line.
fn shorten(text: &str, mark: &mut Mark<'_>) {
    let covered = text.get(mark.bytes.clone()).unwrap_or("");
    if covered.split('\n').nth(TALL).is_some() {
        let first = covered.lines().next().unwrap_or("");
        mark.bytes.end = mark.bytes.start + first.len();
    }
}

fn piece(text: &str, bytes: Range<usize>, line: usize, marks: &[Mark<'_>], look: Look) -> Piece {
    let ends: Vec<usize> = sorted(marks.iter().flat_map(|mark| [mark.bytes.start, mark.bytes.end]));
    let mut prepared = Prepared::default();
    let mut at = bytes.start;
    let lines: Vec<&str> = text.get(bytes).unwrap_or("").split('\n').collect();
    let gutter = (line + lines.len() - 1).to_string().len();
    for (index, source) in lines.iter().enumerate() {
        if index > 0 {
            prepared.text.push('\n');
        }
        prepared.line(source, at, &ends, look.width.saturating_sub(gutter + BAR));
        at += source.len() + 1;
    }
    let to = |end: usize| prepared.places.get(&end).copied().unwrap_or(prepared.text.len());
    let labels: Vec<String> = marks.iter().map(|mark| clean::lines(mark.label, 400).replace('\n', " ")).collect();
    let annotations = marks.iter().zip(&labels).map(|(mark, label)| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = Some(label.as_str()).filter(|label| !label.is_empty());
        kind.span(to(mark.bytes.start)..to(mark.bytes.end).max(to(mark.bytes.start))).label(label)
    });
    let level = match look.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let snippet = Snippet::source(prepared.text.as_str()).line_start(line).annotations(annotations);
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Unicode).term_width(UNLIMITED);
    let drawn = renderer.render(&[Group::with_level(level).element(snippet).element(Padding)]);
    let drawn: Vec<&str> = drawn.lines().collect();
    let inner = drawn.get(1..drawn.len().saturating_sub(1)).unwrap_or_default();
    Piece { lines: inner.iter().map(|line| line.trim_end().to_owned()).collect(), gutter }
}

/// A text for the library, and where the ends of the marks lie in it.
#[derive(Default)]
struct Prepared {
    text: String,
    places: BTreeMap<usize, usize>,
}

impl Prepared {
    /// Adds a line that starts at byte `at` of the source, cut where it needs more than `room` columns.
    fn line(&mut self, line: &str, at: usize, ends: &[usize], room: usize) {
        let here = |from: usize, to: usize| {
            let first = ends.partition_point(|end| *end < from);
            let last = ends.partition_point(|end| *end <= to);
            ends.get(first..last).unwrap_or_default()
        };
        let shown = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
        let skipped = line.len() - line.trim_start_matches('\u{feff}').len();
        let room = room.max(NARROW);
        let all = shown.len() <= room;
        // With every mark near the start it is enough to cut the end.
        let marked = here(at, at + line.len()).last().map_or(0, |end| end - at);
        let (head, around) = if marked < room { (room - 1, 0) } else { (HEAD, room / 4) };
        let mut cut = false;
        for (offset, c) in shown.char_indices() {
            let offset = at + skipped + offset;
            let near = || around > 0 && !here(offset.saturating_sub(around), offset + around).is_empty();
            let keep = all || offset < at + head || near();
            if keep {
                self.mark(here(offset, offset), self.text.len());
                clean::push(&mut self.text, c);
            } else if !cut {
                self.text.push('…');
            }
            cut = !keep;
        }
        self.mark(here(at, at + line.len()), self.text.len());
    }

    fn mark(&mut self, ends: &[usize], place: usize) {
        for end in ends {
            self.places.entry(*end).or_insert(place);
        }
    }
}

/// Returns one line, safe and cut to the surroundings of byte `focus` where it is long.
pub(super) fn line(line: &str, focus: usize, room: usize) -> String {
    let mut prepared = Prepared::default();
    prepared.line(line, 0, &[focus], room);
    prepared.text
}

fn sorted(numbers: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut all: Vec<usize> = numbers.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Returns the number of line feeds in a range.
fn breaks(text: &str, range: Range<usize>) -> usize {
    text.get(range).unwrap_or("").matches('\n').count()
}

/// Returns the first byte of the line that a byte lies in.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
}

/// Returns the end of the line that a byte lies in: the place of its line feed, or the end of the text.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |found| at + found)
}
