//! Short words for building documents in Rust.

use std::fmt::Display;
use std::sync::Arc;

use crate::doc::{Doc, Key, Map, Value};
use crate::model::Traced;
use crate::source::OriginId;

/// Returns a map whose keys come from `origin`. Keys are given once.
pub(super) fn map<const N: usize>(origin: OriginId, entries: [(&'static str, Doc); N]) -> Doc {
    let mut map = Map::with_capacity(N);
    for (key, doc) in entries {
        map.push_new(Key { text: key.into(), origin }, doc);
    }
    Doc::map(map, origin)
}

/// Returns a map of the entries that are there.
pub(super) fn some<const N: usize>(origin: OriginId, entries: [(&'static str, Option<Doc>); N]) -> Doc {
    let mut map = Map::with_capacity(N);
    for (key, doc) in entries {
        if let Some(doc) = doc {
            map.push_new(Key { text: key.into(), origin }, doc);
        }
    }
    Doc::map(map, origin)
}

/// Returns a map with computed keys, each given once.
pub(super) fn named(origin: OriginId, entries: impl IntoIterator<Item = (Arc<str>, Doc)>) -> Doc {
    let mut map = Map::new();
    for (text, doc) in entries {
        map.push_new(Key { text: text.into(), origin: doc.origin }, doc);
    }
    Doc::map(map, origin)
}

/// Returns a literal string.
pub(super) fn lit(origin: OriginId, text: &'static str) -> Doc {
    Doc::str(text, origin)
}

/// Returns a traced string.
pub(super) fn text(value: &Traced<Arc<str>>) -> Doc {
    Doc::str(value.value.clone(), value.origin)
}

/// Returns a traced value as a string.
pub(super) fn show<T: Display>(value: &Traced<T>) -> Doc {
    Doc::str(value.value.to_string(), value.origin)
}

/// Returns a list.
pub(super) fn list(origin: OriginId, items: impl IntoIterator<Item = Doc>) -> Doc {
    Doc::list(items.into_iter().collect(), origin)
}

/// Returns an empty map or list as nothing.
pub(super) fn unless_empty(doc: Doc) -> Option<Doc> {
    let empty = match &doc.value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    };
    (!empty).then_some(doc)
}
