//! Values in one line.

use std::fmt::Write as _;

use super::report::Shown;
use crate::doc::{Doc, Value, joined};
use crate::yaml::{Core, Node, NodeKind, core};

/// Longest value that is shown, in characters.
const LONGEST: usize = 160;

/// Returns a value as it is shown.
pub(super) fn shown(doc: &Doc) -> Shown {
    let mut text = String::new();
    flow(doc, LONGEST, &mut text);
    Shown { text: cut(text), count: leaves(doc) }
}

/// Returns text as it is shown.
pub(super) fn words(text: impl Into<String>) -> Shown {
    Shown { text: cut(text.into()), count: 1 }
}

/// Returns a text that differs whenever two values do.
pub(super) fn exact(doc: &Doc) -> String {
    let mut text = String::new();
    flow(doc, usize::MAX, &mut text);
    text
}

/// Cuts a long text.
pub(super) fn cut(text: String) -> String {
    if text.len() <= LONGEST { text } else { cut_at(&text, LONGEST) }
}

/// Cuts a text that has more characters.
pub(super) fn cut_at(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{start}…")
}

fn leaves(doc: &Doc) -> usize {
    match &doc.value {
        Value::List(items) => items.iter().map(leaves).sum::<usize>().max(1),
        Value::Map(map) => map.iter().map(|(_, below)| leaves(below)).sum::<usize>().max(1),
        _ => 1,
    }
}

/// Writes a value in flow style, and stops soon after `limit` bytes: nobody sees more.
fn flow(doc: &Doc, limit: usize, out: &mut String) {
    if out.len() / 4 > limit {
        return;
    }
    match &doc.value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(number) => {
            let _ = write!(out, "{number:?}");
        }
        Value::Str(text) => out.push_str(&string(text)),
        Value::Text(lines) => out.push_str(&string(&joined(lines))),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                flow(item, limit, out);
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (at, (key, below)) in map.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                out.push_str(&string(&key.text));
                out.push_str(": ");
                flow(below, limit, out);
            }
            out.push('}');
        }
    }
}

/// Returns a string so that it cannot be taken for another type.
fn string(text: &str) -> String {
    let odd = |c: char| c.is_control() || matches!(c, '"' | '{' | '}' | '[' | ']' | ',' | '#');
    let plain = !text.is_empty() && !text.contains(odd) && matches!(core(text), Core::Str) && text.trim() == text;
    if plain { text.to_owned() } else { format!("{text:?}") }
}

/// Returns what was written in a spec, in one line.
pub(super) fn written(node: &Node) -> String {
    let mut text = String::new();
    written_flow(node, &mut text);
    cut(text)
}

/// Returns a text that differs whenever two parts of a spec do; the style of a scalar counts only where it changes the type.
pub(super) fn written_exact(node: &Node) -> String {
    let mut text = String::new();
    written_flow(node, &mut text);
    text
}

fn written_flow(node: &Node, out: &mut String) {
    if let Some(tag) = &node.tag {
        out.push('!');
        out.push_str(&tag.name);
        out.push(' ');
    }
    match &node.kind {
        NodeKind::Scalar { text, style } => {
            let plain = *style == crate::yaml::Style::Plain || matches!(core(text), Core::Str);
            let multi = text.contains('\n');
            if plain && !multi && !text.is_empty() {
                out.push_str(text);
            } else {
                let _ = write!(out, "{text:?}");
            }
        }
        NodeKind::Sequence(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                written_flow(item, out);
            }
            out.push(']');
        }
        NodeKind::Mapping(mapping) if mapping.entries.is_empty() => out.push_str("{}"),
        NodeKind::Mapping(mapping) => {
            out.push_str("{ ");
            for (at, entry) in mapping.entries.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                out.push_str(&entry.key.text);
                out.push_str(": ");
                written_flow(&entry.value, out);
            }
            out.push_str(" }");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::written;
    use crate::source::SourceMap;
    use crate::yaml::{Dialect, load};

    #[test]
    fn what_is_written_is_shown_as_people_write_it() {
        for text in ["{}", "{ a: {}, b: [] }", "[1, { a: b }]"] {
            let mut sources = SourceMap::new();
            let file = sources.add("x", text.to_owned());
            let (node, _) = load(file, text, Dialect::Spec, &mut Vec::new()).expect("YAML");
            assert_eq!(written(&node), text);
        }
    }
}
