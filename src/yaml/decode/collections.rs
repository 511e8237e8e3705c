//! Free trees, lists, and maps from names to values.

use std::sync::Arc;

use super::{Decode, Decoder, Field, visible};
use crate::source::Spanned;
use crate::yaml::names::{DEVICE_RULE, NAME_PATTERN, Named, Names, is_device, is_name, name_rule};
use crate::yaml::schema::Schema;
use crate::yaml::{Entry, Node, NodeKind};

impl Decode for Node {
    fn decode(node: &Node, _: &mut Decoder) -> Option<Self> {
        Some(node.clone())
    }

    fn take(node: Node, _: &mut Decoder) -> Option<Self> {
        Some(node)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({})
    }
}

/// A tree that the spec and the model share.
impl Decode for Arc<Node> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        Node::decode(node, cx).map(Self::new)
    }

    fn take(node: Node, _: &mut Decoder) -> Option<Self> {
        Some(Self::new(node))
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        Node::schema(schema)
    }
}

/// A value that few records have, and that would make all of them larger.
impl<T: Decode> Decode for Box<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        T::decode(node, cx).map(Self::new)
    }

    fn take(node: Node, cx: &mut Decoder) -> Option<Self> {
        T::take(node, cx).map(Self::new)
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        T::schema(schema)
    }
}

impl<T: Decode> Decode for Vec<Field<T>> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        Self::take(node.clone(), cx)
    }

    fn take(node: Node, cx: &mut Decoder) -> Option<Self> {
        let help = match node.kind {
            NodeKind::Sequence(items) => {
                let read = |item: Node| {
                    let span = item.span;
                    T::take(item, cx).map_or(Field::Broken, |value| Field::Given(Spanned::new(value, span)))
                };
                return Some(items.into_iter().map(read).collect());
            }
            NodeKind::Scalar { ref text, .. } => format!("write `[{text}]` for a list of one"),
            NodeKind::Mapping(_) => "start each item with `- `".to_owned(),
        };
        cx.wrong_type_with(&node, "a list", Some(help));
        None
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let items = T::schema(schema);
        serde_json::json!({ "type": "array", "items": items })
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<Spanned<T>>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let Some(items) = node.as_sequence() else {
            return T::decode(node, cx).map(|value| Self(vec![Spanned::new(value, node.span)]));
        };
        let read: Vec<Option<T>> = items.iter().map(|item| T::decode(item, cx)).collect();
        let pairs = read.into_iter().zip(items);
        pairs.map(|(value, item)| value.map(|value| Spanned::new(value, item.span))).collect::<Option<_>>().map(Self)
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let one = T::schema(schema);
        serde_json::json!({ "anyOf": [one.clone(), { "type": "array", "items": one }] })
    }
}

impl<T: Decode> Decode for Names<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        Self::take(node.clone(), cx)
    }

    fn take(node: Node, cx: &mut Decoder) -> Option<Self> {
        if node.as_mapping().is_none() {
            let help = "write one `name: …` a line, indented".to_owned();
            cx.wrong_type_with(&node, "a map from names to values", Some(help));
        }
        let NodeKind::Mapping(mapping) = node.kind else { return None };
        let mut names = Vec::with_capacity(mapping.entries.len());
        let mut cut = mapping.entries.iter().any(Entry::is_merge);
        for Entry { key, value } in mapping.entries.into_iter().filter(|entry| !entry.is_merge()) {
            // The value is read whatever its name is: all problems are shown in one run.
            let span = value.span;
            let value = cx.take_below(&key.text, value).map(|value| Spanned::new(value, span));
            let rule = match &*key.text {
                name if !is_name(name) => Some(name_rule(name)),
                name if name.split('/').any(is_device) => Some(DEVICE_RULE.to_owned()),
                _ => None,
            };
            let unusable = !is_name(&key.text);
            if let Some(rule) = rule {
                let message = format!("`{}` cannot be a name{}", visible(&key.text), cx.place());
                cx.bad_value(key.span, message, rule);
            }
            // What is called after a device has a name that others may use, so that only the name is reported.
            if unusable {
                cut = true;
                continue;
            }
            names.push((key.text, Named { key: key.span, value }));
        }
        let names: Self = names.into_iter().collect();
        Some(if cut { names.cut() } else { names })
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let value = T::schema(schema);
        serde_json::json!({
            "type": "object",
            "propertyNames": { "pattern": NAME_PATTERN },
            "additionalProperties": value
        })
    }
}
