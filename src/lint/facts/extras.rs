//! Objects that stand in Helm values: what charts deploy besides their own (`extraObjects`).

use crate::doc::{Doc, Map, Value};

/// The keys that charts have for further objects.
pub const EXTRAS: [&str; 7] = [
    "additionalManifests",
    "extraDeploy",
    "extraManifest",
    "extraManifests",
    "extraObjects",
    "extraResources",
    "rawResources",
];

/// The deepest section of values that is looked into.
const DEEPEST: usize = 4;

/// Returns the objects of Helm values, as far as they are plain: a chart fills in what a template leaves open.
pub fn extras(values: &Doc) -> Vec<&Doc> {
    let mut found = Vec::new();
    look(values, 0, &mut found);
    found
}

fn look<'a>(doc: &'a Doc, depth: usize, found: &mut Vec<&'a Doc>) {
    if depth == DEEPEST {
        return;
    }
    for (key, value) in doc.as_map().into_iter().flat_map(Map::iter) {
        if EXTRAS.contains(&&*key.text) {
            match &value.value {
                Value::List(items) => found.extend(items.iter().filter(|item| is_plain(item))),
                Value::Map(map) => found.extend(map.iter().map(|(_, item)| item).filter(|item| is_plain(item))),
                _ => {}
            }
        } else {
            look(value, depth + 1, found);
        }
    }
}

/// Returns whether a document is an object without anything that is filled in later.
fn is_plain(doc: &Doc) -> bool {
    super::Head::of(doc).is_some() && !has_template(doc)
}

fn has_template(doc: &Doc) -> bool {
    match &doc.value {
        Value::Map(map) => map.iter().any(|(key, doc)| key.text.contains("{{") || has_template(doc)),
        Value::List(items) => items.iter().any(has_template),
        Value::Str(text) => text.contains("{{"),
        Value::Text(lines) => crate::doc::joined(lines).contains("{{"),
        _ => false,
    }
}
