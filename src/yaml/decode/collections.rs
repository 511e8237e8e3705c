//! Free trees, lists, and maps from names to values.

use std::sync::Arc;

use super::{Decode, Decoder, Field, visible};
use crate::source::Spanned;
use crate::yaml::names::{DEVICE_RULE, NAME_PATTERN, NAME_RULE, Named, Names, is_device, is_name};
use crate::yaml::schema::Schema;
use crate::yaml::{Node, NodeKind};

impl Decode for Node {
    fn decode(node: &Node, _: &mut Decoder) -> Option<Self> {
        Some(node.clone())
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

    fn schema(schema: &mut Schema) -> serde_json::Value {
        Node::schema(schema)
    }
}

/// A value that is seldom there, and large.
impl<T: Decode> Decode for Box<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        T::decode(node, cx).map(Self::new)
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        T::schema(schema)
    }
}

impl<T: Decode> Decode for Vec<Field<T>> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let Some(items) = node.as_sequence() else {
            let help = match &node.kind {
                NodeKind::Scalar { text, .. } => format!("write `[{text}]` for a list of one"),
                _ => "start each item with `- `".to_owned(),
            };
            cx.wrong_type_with(node, "a list", Some(help));
            return None;
        };
        let read = |item: &Node, cx: &mut Decoder| match T::decode(item, cx) {
            Some(value) => Field::Given(Spanned::new(value, item.span)),
            None => Field::Broken,
        };
        Some(items.iter().map(|item| read(item, cx)).collect())
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
        let Some(mapping) = node.as_mapping() else {
            let help = "write one `name: …` a line, indented".to_owned();
            cx.wrong_type_with(node, "a map from names to values", Some(help));
            return None;
        };
        let mut names = Vec::with_capacity(mapping.entries.len());
        for entry in &mapping.entries {
            // The value is read whatever its name is: all problems are shown in one run.
            let value = cx.below(entry).map(|value| Spanned::new(value, entry.value.span));
            let rule = match &*entry.key.text {
                name if !is_name(name) => Some(NAME_RULE),
                name if name.split('/').any(is_device) => Some(DEVICE_RULE),
                _ => None,
            };
            if let Some(rule) = rule {
                let message = format!("`{}` cannot be a name{}", visible(&entry.key.text), cx.place());
                cx.bad_value(entry.key.span, message, rule);
            }
            // What is called after a device has a name that others may use, so that only the name is reported.
            if rule == Some(NAME_RULE) {
                continue;
            }
            names.push((entry.key.text.clone(), Named { key: entry.key.span, value }));
        }
        Some(names.into_iter().collect())
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
