//! Where the text of an expression stands in its file.

use crate::source::Span;
use crate::yaml::{Node, NodeKind, Style};

/// Maps the text of a scalar to its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'t> {
    /// The text of the scalar.
    pub(super) text: &'t str,
    /// The whole scalar, for everything that cannot be told more precisely.
    pub(super) whole: Span,
    /// Where the first byte of the text stands, if the text stands in the file as it is.
    start: Option<u32>,
}

impl<'t> Place<'t> {
    /// Returns the place of a scalar. A text that was folded or unescaped has no exact places.
    pub(super) fn of(node: &Node, text: &'t str) -> Self {
        let length = node.span.end.saturating_sub(node.span.start) as usize;
        let start = match &node.kind {
            NodeKind::Scalar { style: Style::Plain, .. } if text.len() == length => Some(node.span.start),
            NodeKind::Scalar { style: Style::Quoted, .. } if text.len() + 2 == length => {
                Some(node.span.start.saturating_add(1))
            }
            _ => None,
        };
        Self { text, whole: node.span, start }
    }

    /// Returns the place of a part of the text that starts at `offset`.
    pub(super) fn part(self, offset: usize, length: usize) -> Self {
        let whole = self.at(offset, offset.saturating_add(length));
        let start = self.start.map(|start| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)));
        let text = self.text.get(offset..offset.saturating_add(length)).unwrap_or("");
        Self { text, whole, start }
    }

    /// Returns the span of the bytes `from..to` of the text.
    pub(super) fn at(&self, from: usize, to: usize) -> Span {
        let Some(start) = self.start else { return self.whole };
        let place = |offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(self.whole.end);
        // The parser counts bytes, and may stop inside a character.
        let (from, to) = (self.text.floor_char_boundary(from), self.text.ceil_char_boundary(to.max(from)));
        Span { start: place(from), end: place(to), ..self.whole }
    }
}
