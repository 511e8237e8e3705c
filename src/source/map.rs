//! The table of source texts.

use std::sync::{Arc, OnceLock};

use super::Span;

/// Names one text of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// One source text and its name.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
    built_in: bool,
}

/// A place as people count it: both numbers start at 1, and a column counts characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl SourceFile {
    /// Returns the path of the file, relative to the platform's directory, or the library name of a built-in file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether the text is part of dvgen and no file of the user.
    #[must_use]
    pub const fn is_built_in(&self) -> bool {
        self.built_in
    }

    /// Returns the whole text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| to_u32(at + 1))).collect()
        })
    }

    /// Returns line and column of a byte offset; an offset past the end means the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = offset.min(to_u32(self.text.len()));
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or("");
        LineColumn { line, column: before.chars().count() + 1 }
    }

    /// Returns the text of a line (counted from 1) without its line break; an absent line is empty.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let starts = self.line_starts();
        let Some(start) = line.checked_sub(1).and_then(|at| starts.get(at)) else { return "" };
        let end = starts.get(line).map_or(self.text.len(), |end| *end as usize);
        self.text.get(*start as usize..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

/// All texts of one compilation: the spec, its includes, the templates and facts of the library.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Returns an empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under the name that diagnostics show.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(name.into(), text.into(), false)
    }

    /// Adds a text that is part of dvgen: no directory of the user is put before its name.
    pub fn add_built_in(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(name.into(), text.into(), true)
    }

    fn push(&mut self, name: String, text: Arc<str>, built_in: bool) -> FileId {
        let id = FileId(to_u32(self.files.len()));
        self.files.push(SourceFile { name, text, line_starts: OnceLock::new(), built_in });
        id
    }

    /// Returns the file that `id` names; ids come from [`SourceMap::add`] of the same table.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        self.files.get(id.0 as usize).expect("internal error: a FileId belongs to the SourceMap that made it")
    }

    /// Iterates over the ids of all files, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..to_u32(self.files.len())).map(FileId)
    }

    /// Returns the text of a span; a span past the end is cut.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        let text = self.file(span.file).text();
        text.get(span.start as usize..(span.end as usize).min(text.len())).unwrap_or("")
    }

    /// Returns where a span starts, as people count it.
    #[must_use]
    pub fn locate(&self, span: Span) -> LineColumn {
        self.file(span.file).line_column(span.start)
    }

    /// Returns `name:line` of the start of a span.
    #[must_use]
    pub fn describe(&self, span: Span) -> String {
        format!("{}:{}", self.file(span.file).name(), self.locate(span).line)
    }
}

/// Texts are limited to far less than 4 GiB when they are read, so offsets fit.
fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
