//! YAML as an editor's reader takes it.

use dvgen::yaml::{Core, Node, NodeKind, Style, core};
use serde_json::Value;

/// Returns a tree with plain scalars read by the core schema.
pub(crate) fn json(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
            Core::Null => Value::Null,
            Core::Bool(flag) => Value::Bool(flag),
            Core::Int(number) => Value::from(number),
            Core::Float(number) => Value::from(number),
            Core::Str => Value::from(&**text),
        },
        NodeKind::Scalar { text, .. } => Value::from(&**text),
        NodeKind::Sequence(items) => items.iter().map(json).collect(),
        NodeKind::Mapping(mapping) => {
            let entries = mapping.entries.iter().map(|entry| (entry.key.text.to_string(), json(&entry.value)));
            Value::Object(entries.collect())
        }
    }
}
