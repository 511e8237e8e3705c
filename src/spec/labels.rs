//! Labels and selectors: what Kubernetes takes as keys and values.
//!
//! A key is a name of at most 63 characters, after an optional DNS name and a `/`; a value is empty or such a name
//! (kubernetes.io, "Labels and Selectors", syntax and character set).

use std::sync::Arc;

use super::scalars::is_dns_name;
use crate::yaml::decode::{Named, text, visible};
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Field, Names, Node};

const KEY_HELP: &str = "a key is at most 63 letters, digits and `-`, `_`, `.`, starting and ending with a letter or \
                        digit; a DNS name and `/` may stand before it";
const VALUE_HELP: &str =
    "a value is at most 63 letters, digits and `-`, `_`, `.`, starting and ending with a letter or digit";

/// The value of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelValue(pub Arc<str>);

/// Labels by key, as Kubernetes takes them: each with its value, or with what else is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels<T = LabelValue>(pub Names<T>);

impl Decode for LabelValue {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "the value of a label")?;
        if !is_label_value(text) {
            let message = format!("Kubernetes refuses the value `{}`{}", visible(text), cx.place());
            cx.bad_value(node.span, message, VALUE_HELP);
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": ["string", "number", "boolean"], "maxLength": 63, "pattern": "^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?$" })
    }
}

impl<T: Decode> Decode for Labels<T> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let mapping = cx.mapping(node, "a map from label keys to values")?;
        let mut labels = Vec::with_capacity(mapping.entries.len());
        for entry in mapping.entries.iter().filter(|entry| !entry.is_merge()) {
            let key = &entry.key.text;
            if !is_label_key(key) {
                let message = format!("Kubernetes refuses the label key `{}`", visible(key));
                cx.bad_value(entry.key.span, message, KEY_HELP);
                continue;
            }
            let value = match cx.field::<T>(entry) {
                Field::Given(value) => Some(value),
                _ => None,
            };
            labels.push((key.clone(), Named { key: entry.key.span, value }));
        }
        Some(Self(labels.into_iter().collect()))
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let value = T::schema(schema);
        serde_json::json!({
            "type": "object",
            "propertyNames": { "pattern": "^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$" },
            "additionalProperties": value
        })
    }
}

/// Returns whether Kubernetes takes a text as the key of a label.
pub fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_name(prefix) && is_part(name),
        None => is_part(text),
    }
}

/// Returns whether Kubernetes takes a text as the value of a label.
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_part(text)
}

fn is_part(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    text.len() <= 63 && bytes.iter().copied().all(inner) && end(bytes.first()) && end(bytes.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for good in ["a", "A_b.c-d", "example.org/role", "0"] {
            assert!(is_label_key(good), "{good}");
        }
        let long = "x".repeat(64);
        for bad in ["", "-a", "a-", "a b", "a/b/c", "/a", "a/", "Upper.org/a", "a@b", long.as_str()] {
            assert!(!is_label_key(bad), "{bad}");
        }
    }
}
