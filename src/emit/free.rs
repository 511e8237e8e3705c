//! Free YAML of the spec as documents: what a person wrote stays what it is.

use crate::doc::{Doc, Key, Map, Value};
use crate::source::{OriginId, Origins, Span};
use crate::yaml::{Core, Node, NodeKind, Style, core};

/// Returns a tree of the spec as a document, every node with its line. `what` names the section.
pub fn doc(origins: &mut Origins, node: &Node, what: &'static str) -> Doc {
    tree(node, &mut |span| origins.written(what, span))
}

/// Returns a tree of the library's facts as a document.
pub(super) fn library(origins: &mut Origins, node: &Node) -> Doc {
    tree(node, &mut |span| origins.template(span, &[]))
}

fn tree(node: &Node, origin_of: &mut dyn FnMut(Span) -> OriginId) -> Doc {
    let origin = origin_of(node.span);
    let value = match &node.kind {
        NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
            Core::Null => Value::Null,
            Core::Bool(flag) => Value::Bool(flag),
            Core::Int(number) => Value::Int(number),
            Core::Float(number) => Value::Float(number),
            Core::Str => Value::Str(text.clone().into()),
        },
        NodeKind::Scalar { text, .. } => Value::Str(text.clone().into()),
        NodeKind::Sequence(items) => Value::List(items.iter().map(|item| tree(item, origin_of)).collect()),
        NodeKind::Mapping(mapping) => {
            let mut map = Map::with_capacity(mapping.entries.len());
            for entry in &mapping.entries {
                let key = Key { text: entry.key.text.clone().into(), origin: origin_of(entry.key.span) };
                map.push_new(key, tree(&entry.value, origin_of));
            }
            Value::Map(map)
        }
    };
    Doc::new(value, origin)
}
