//! Documents of one outline: they differ in scalars only, so what stands between those is printed once.

use super::{document, leaf};
use crate::doc::{Doc, Outline, Value};
use crate::emit::print::Sink;

/// Where a scalar or an empty collection stands in the text.
#[derive(Clone, Copy, Debug)]
pub(in crate::emit::print) struct Cut {
    pub(super) start: usize,
    /// The end of its last line.
    pub(super) end: usize,
    /// The indentation of its parent.
    pub(super) indent: usize,
}

/// What stands before a scalar or an empty collection, the number of that node, and the indentation of its parent.
#[derive(Clone, Debug)]
pub(in crate::emit::print) struct Piece {
    before: Box<str>,
    node: usize,
    indent: usize,
}

/// Writes a document whose outline is known.
pub(super) fn write(sink: &mut Sink, doc: &Doc, outline: &Outline<'_>) {
    let Some(pieces) = sink.between.get(outline).cloned() else { return learn(sink, doc, outline) };
    for Piece { before, node, indent } in &*pieces {
        sink.push(before);
        if let Some(doc) = outline.nodes().get(*node) {
            leaf(sink, doc, *indent);
        }
    }
}

/// Writes a document, and notes what stands between its scalars.
fn learn(sink: &mut Sink, doc: &Doc, outline: &Outline<'_>) {
    let start = sink.text.len();
    sink.cuts = Some(Vec::new());
    document(sink, doc);
    let cuts = sink.cuts.take().unwrap_or_default();
    let leaves = outline.nodes().iter().enumerate().filter(|(_, node)| is_leaf(node)).map(|(at, _)| at);
    let starts = std::iter::once(start).chain(cuts.iter().map(|cut| cut.end));
    let piece = |((cut, start), node): ((&Cut, usize), usize)| {
        let before = sink.text.get(start..cut.start)?.into();
        Some(Piece { before, node, indent: cut.indent })
    };
    let pieces: Option<Vec<Piece>> = cuts.iter().zip(starts).zip(leaves).map(piece).collect();
    if let Some(pieces) = pieces.filter(|pieces| pieces.len() == cuts.len() && !pieces.is_empty()) {
        sink.between.set(outline, pieces.into());
    }
}

fn is_leaf(node: &Doc) -> bool {
    match &node.value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        _ => true,
    }
}
