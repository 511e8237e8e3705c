//! The YAML printer: block style that YAML 1.1 and 1.2 readers understand alike.
//!
//! Two spaces of indentation, lists below their key, keys in the order of the map, one line a scalar unless it is
//! text of several lines. Which strings are quoted is decided in `scalar`. Integers are printed as they are;
//! those above 2^53, which Helm turns into floats, are refused by the emitter before they come here.

mod alike;
mod scalar;

use std::sync::Arc;

use super::{LineTable, Note, Printed, Sink};
use crate::doc::{Doc, Key, Map, Outline, Value};
use crate::source::OriginId;
pub(super) use alike::{Cut, Piece};

/// A key above this size is written as `? key`: readers look for its colon only within 1024 characters.
const LONG_KEY: usize = 1000;

/// Most files are smaller, and so are printed without moving what is there already.
const USUAL_SIZE: usize = 4096;

/// Prints the comments of `header` and then `docs`, separated by `---`.
#[must_use]
pub fn print(header: &[Note], docs: &[Doc], table: LineTable) -> Printed {
    let mut sink = Sink::new(table);
    write(&mut sink, header, docs, &[]);
    sink.finish()
}

/// Writes the comments of `header` and then `docs`, separated by `---`; `outlines` are those of the documents, as far as they are
/// known.
pub(in crate::emit) fn write(sink: &mut Sink, header: &[Note], docs: &[Doc], outlines: &[Option<Outline<'_>>]) {
    sink.text.reserve(USUAL_SIZE);
    for note in header {
        comment(sink, note);
    }
    for (number, doc) in docs.iter().enumerate() {
        if number > 0 {
            separator(sink, doc.origin);
        }
        match outlines.get(number).and_then(Option::as_ref).filter(|_| !sink.keep) {
            Some(outline) => alike::write(sink, doc, outline),
            None => document(sink, doc),
        }
    }
}

/// Writes a comment.
pub fn comment(sink: &mut Sink, note: &Note) {
    sink.comment("", "#", note);
}

/// Writes the line between two documents; it comes from the second one.
pub fn separator(sink: &mut Sink, origin: OriginId) {
    sink.push("---");
    sink.end_line(origin);
}

/// Writes one document without a separator.
pub fn document(sink: &mut Sink, doc: &Doc) {
    if let Value::Str(text) = &doc.value {
        // Readers disagree on the indentation of a block at the very top.
        scalar::one_line(sink, text);
        return sink.end_line(doc.origin);
    }
    node(sink, doc, 0);
}

/// Writes a node that starts where the line stands: behind `- `, or at the start of a document.
fn node(sink: &mut Sink, doc: &Doc, indent: usize) {
    match &doc.value {
        Value::Map(entries) if !entries.is_empty() => map(sink, entries, indent),
        Value::List(items) if !items.is_empty() => list(sink, items, indent),
        // The content of a block scalar is indented from the parent, whose column is two less.
        _ => leaf(sink, doc, indent.saturating_sub(2)),
    }
}

fn map(sink: &mut Sink, entries: &Map, indent: usize) {
    for (number, (name, doc)) in entries.iter().enumerate() {
        if number > 0 {
            sink.spaces(indent);
        }
        key(sink, name, indent);
        match &doc.value {
            Value::Map(below) if !below.is_empty() => {
                sink.end_line(name.origin);
                sink.spaces(indent + 2);
                map(sink, below, indent + 2);
            }
            Value::List(items) if !items.is_empty() => {
                sink.end_line(name.origin);
                sink.spaces(indent + 2);
                list(sink, items, indent + 2);
            }
            _ => {
                sink.push_char(' ');
                leaf(sink, doc, indent);
            }
        }
    }
}

fn list(sink: &mut Sink, items: &[Doc], indent: usize) {
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            sink.spaces(indent);
        }
        sink.push("- ");
        node(sink, item, indent + 2);
    }
}

fn key(sink: &mut Sink, key: &Key, indent: usize) {
    if sink.bare.holds(&key.text, |text| text.len() <= LONG_KEY && scalar::is_bare(text)) {
        sink.push(&key.text);
        return sink.push_char(':');
    }
    let start = sink.text.len();
    scalar::one_line(sink, &key.text);
    if sink.text.len() - start > LONG_KEY {
        sink.text.insert_str(start, "? ");
        sink.end_line(key.origin);
        sink.spaces(indent);
    }
    sink.push_char(':');
}

/// Writes a scalar or an empty collection and ends its line. `indent` is that of the parent.
fn leaf(sink: &mut Sink, doc: &Doc, indent: usize) {
    let start = sink.text.len();
    write_leaf(sink, doc, indent);
    if let Some(cuts) = &mut sink.cuts {
        cuts.push(Cut { start, end: sink.text.len(), indent });
    }
}

fn write_leaf(sink: &mut Sink, doc: &Doc, indent: usize) {
    match &doc.value {
        Value::Null => sink.push("null"),
        Value::Bool(true) => sink.push("true"),
        Value::Bool(false) => sink.push("false"),
        Value::Int(number) => sink.int(*number),
        Value::Float(number) => float(sink, *number),
        Value::Str(text) if sink.bare.holds(text, |text| text.len() <= LONG_KEY && scalar::is_bare(text)) => {
            sink.push(text);
        }
        Value::Str(text) => return scalar::string(sink, text, indent, doc.origin),
        Value::Text(lines) => return text(sink, lines, indent, doc.origin),
        Value::List(_) => sink.push("[]"),
        Value::Map(_) => sink.push("{}"),
    }
    sink.end_line(doc.origin);
}

/// Writes a text of several lines. In block style each of its lines keeps an origin of its own.
fn text(sink: &mut Sink, lines: &[(Arc<str>, OriginId)], indent: usize, origin: OriginId) {
    let before = sink.lines.len();
    scalar::string(sink, &crate::doc::joined(lines), indent, origin);
    let added = sink.lines.get_mut(before..).unwrap_or_default();
    if added.len() == lines.len() + 1 {
        for (slot, (_, origin)) in added.iter_mut().skip(1).zip(lines) {
            *slot = *origin;
        }
    }
}

fn float(sink: &mut Sink, number: f64) {
    if number.is_finite() {
        sink.float(number);
    } else if number.is_nan() {
        sink.push(".nan");
    } else {
        sink.push(if number > 0.0 { ".inf" } else { "-.inf" });
    }
}

#[cfg(test)]
mod tests;
