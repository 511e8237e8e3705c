//! Where a span lies, as the formats say it: path, lines, columns, bytes.

use std::ops::Range;

use super::RenderOptions;
use crate::source::{LineColumn, SourceFile, SourceMap, Span};

const BOM: char = '\u{feff}';

/// A span in the terms of the formats.
pub(super) struct Place {
    /// The path that people and code hosts know: the prefix and the name of the source.
    pub(super) path: String,
    /// The bytes, clamped to the text.
    pub(super) bytes: Range<usize>,
    /// The first character.
    pub(super) from: LineColumn,
    /// The character after the last.
    pub(super) to: LineColumn,
}

impl Place {
    /// Returns the place to show for a span: without line breaks and blanks around what it covers.
    pub(super) fn shown(sources: &SourceMap, options: &RenderOptions, span: Span) -> Self {
        let file = sources.file(span.file);
        Self::at(file, options, visible(file.text(), span))
    }

    /// Returns the place of exactly this span, as edits need it.
    pub(super) fn exact(sources: &SourceMap, options: &RenderOptions, span: Span) -> Self {
        let file = sources.file(span.file);
        Self::at(file, options, clamp(file.text(), span))
    }

    fn at(file: &SourceFile, options: &RenderOptions, bytes: Range<usize>) -> Self {
        let (from, to) = (line_column(file, bytes.start), line_column(file, bytes.end));
        let path = if file.is_built_in() { file.name().to_owned() } else { path(options, file.name()) };
        Self { path, bytes, from, to }
    }
}

/// Returns the path of a source as the caller of dvgen knows it.
pub(super) fn path(options: &RenderOptions, name: &str) -> String {
    joined(&options.prefix, name)
}

/// Returns the path of a source behind the one of the platform's directory. Sources outside of that begin with `..`.
pub fn joined(prefix: &str, name: &str) -> String {
    let rooted = prefix.starts_with('/');
    let (mut prefix, mut name) = (prefix.trim_end_matches('/').trim_start_matches("./"), name);
    while let Some(rest) = name.strip_prefix("../") {
        let (above, last) = prefix.rsplit_once('/').unwrap_or(("", prefix));
        if matches!(last, "" | "." | "..") {
            break;
        }
        (prefix, name) = (above, rest);
    }
    let rooted = rooted && prefix.is_empty();
    if name.starts_with('/') || (!rooted && matches!(prefix, "" | ".")) {
        return name.to_owned();
    }
    format!("{prefix}/{name}")
}

/// Returns line and column of a byte; a byte order mark is no column.
pub(super) fn line_column(file: &SourceFile, at: usize) -> LineColumn {
    let place = file.line_column(u32::try_from(at).unwrap_or(u32::MAX));
    let marked = place.line == 1 && place.column > 1 && file.text().starts_with(BOM);
    LineColumn { column: place.column - usize::from(marked), ..place }
}

/// Returns the bytes of a span, within the text and between characters.
pub(super) fn clamp(text: &str, span: Span) -> Range<usize> {
    let start = text.floor_char_boundary(span.start as usize);
    start..text.ceil_char_boundary(span.end as usize).max(start)
}

/// Returns the bytes of a span that are worth a mark.
///
/// The span of a YAML block runs up to the start of the next node; a mark over the blank lines between would be noise.
/// A span of nothing but blanks is kept up to the end of its line, for there the blanks are the point.
pub(super) fn visible(text: &str, span: Span) -> Range<usize> {
    let mut range = clamp(text, span);
    if range.start == 0 && text.starts_with(BOM) {
        range = BOM.len_utf8()..range.end.max(BOM.len_utf8());
    }
    let covered = text.get(range.clone()).unwrap_or("");
    let end_trimmed = covered.trim_end();
    if end_trimmed.is_empty() {
        let line = covered.find(['\r', '\n']).unwrap_or(covered.len());
        return range.start..range.start + line;
    }
    let blank = end_trimmed.len() - end_trimmed.trim_start().len();
    let leads = end_trimmed.get(..blank).is_some_and(|lead| lead.contains('\n'));
    range.start + if leads { blank } else { 0 }..range.start + end_trimmed.len()
}
