//! Scalars: strings, booleans, whole numbers.

use std::sync::Arc;

use super::{Decode, Decoder};
use crate::yaml::schema::Schema;
use crate::yaml::{Core, Node, NodeKind, Style, core, is_yaml11_surprise};

/// Returns the text of a scalar that is written, or reports what it is instead.
pub fn text<'a>(node: &'a Node, cx: &mut Decoder, expected: &str) -> Option<&'a Arc<str>> {
    match &node.kind {
        NodeKind::Scalar { text, .. } if !node.is_null() => Some(text),
        _ => {
            cx.wrong_type(node, expected);
            None
        }
    }
}

/// Returns the text of a scalar, or reports what it is instead, and which words its place takes.
pub fn word<'a>(node: &'a Node, cx: &mut Decoder, expected: &str, words: &[&str]) -> Option<&'a Arc<str>> {
    match &node.kind {
        NodeKind::Scalar { text, .. } if !node.is_null() => Some(text),
        _ => {
            let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            cx.wrong_type_with(node, expected, Some(format!("write one of {}", words.join(", "))));
            None
        }
    }
}

impl Decode for Arc<str> {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        text(node, cx, "a string").cloned()
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        // Numbers and booleans are taken as they are written: `version: 1.10` is the string "1.10".
        serde_json::json!({ "type": ["string", "number", "boolean"] })
    }
}

impl Decode for bool {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        if let NodeKind::Scalar { text, style: Style::Plain } = &node.kind {
            match core(text) {
                Core::Bool(flag) => return Some(flag),
                _ if is_yaml11_surprise(text) => {
                    let message = format!("`{text}` is not a boolean{}", cx.place());
                    cx.bad_value(node.span, message, "write `true` or `false`");
                    return None;
                }
                _ => {}
            }
        }
        cx.wrong_type(node, "`true` or `false`");
        None
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "boolean" })
    }
}

/// Returns what to do about a scalar that looks like a number.
fn number_help(node: &Node) -> Option<String> {
    let NodeKind::Scalar { text, style } = &node.kind else { return None };
    match style {
        Style::Quoted if matches!(core(text), Core::Int(_)) => Some(format!("remove the quotes: {text}")),
        Style::Plain if is_yaml11_surprise(text) => Some("write it in decimal, without zeros before it".to_owned()),
        _ => None,
    }
}

macro_rules! decode_integer {
    ($($type:ty),*) => {$(
        impl Decode for $type {
            fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
                if let NodeKind::Scalar { text, style: Style::Plain } = &node.kind
                    && let Core::Int(number) = core(text)
                    && !is_yaml11_surprise(text)
                {
                    let value = Self::try_from(number).ok();
                    if value.is_none() {
                        let range = format!("write a number from {} to {}", Self::MIN, Self::MAX);
                        cx.bad_value(node.span, format!("{number} is out of range{}", cx.place()), range);
                    }
                    return value;
                }
                cx.wrong_type_with(node, "a whole number", number_help(node));
                None
            }

            fn schema(_: &mut Schema) -> serde_json::Value {
                serde_json::json!({ "type": "integer", "minimum": Self::MIN, "maximum": Self::MAX })
            }
        }
    )*};
}
decode_integer!(u8, u16, u32);
