//! Where the lines of a text stand in the file that it was written in.

use crate::source::{FileId, SourceMap, Span};
use crate::yaml::{Node, NodeKind};

/// The lines of a literal block: each as it stands in the file, less what it is indented by.
#[derive(Clone, Debug)]
pub struct Lines {
    file: FileId,
    /// Where each line begins in the text, and where in the file.
    starts: Vec<(usize, usize)>,
}

impl Lines {
    /// Finds the lines of a text that was written at a place; not where escapes or folding make it another one there.
    pub(super) fn of(sources: &SourceMap, span: Span, text: &str) -> Option<Self> {
        let raw = sources.text(span);
        let (mut at, mut rows) = (span.start as usize, Vec::new());
        for row in raw.split_inclusive('\n') {
            rows.push((at, row.trim_end_matches(['\n', '\r'])));
            at += row.len();
        }
        let head = rows.first().is_some_and(|(_, row)| row.starts_with(['|', '>']));
        let mut rows = rows.into_iter().skip(usize::from(head));
        let (mut starts, mut offset) = (Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            let shown = line.trim_end_matches('\n');
            // What follows the last line of the block may be missing in its place.
            let (at, row) = rows.next()?;
            let indent = row.len().checked_sub(shown.len()).filter(|_| row.ends_with(shown));
            let indent = indent.filter(|indent| row.bytes().take(*indent).all(|byte| byte == b' '));
            starts.push((offset, at + indent?));
            offset += line.len();
        }
        Some(Self { file: span.file, starts })
    }

    /// Returns the file.
    pub const fn file(&self) -> FileId {
        self.file
    }

    /// Returns the place of a part of the text.
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        let place = |offset: usize| {
            let line = self.starts.partition_point(|(start, _)| *start <= offset).checked_sub(1)?;
            let (start, place) = self.starts.get(line)?;
            u32::try_from(place + offset - start).ok()
        };
        Some(Span::new(self.file, place(start)?, place(end)?))
    }

    /// Moves a place in the text to the place in the file.
    pub fn place(&self, span: Span) -> Option<Span> {
        self.span(span.start as usize, span.end as usize)
    }

    /// Moves the places of a tree.
    pub(super) fn shift(&self, node: &mut Node) -> Option<()> {
        node.span = self.place(node.span)?;
        match &mut node.kind {
            NodeKind::Scalar { .. } => {}
            NodeKind::Sequence(items) => items.iter_mut().try_for_each(|item| self.shift(item))?,
            NodeKind::Mapping(mapping) => mapping.entries.iter_mut().try_for_each(|entry| {
                entry.key.span = self.place(entry.key.span)?;
                self.shift(&mut entry.value)
            })?,
        }
        Some(())
    }
}
