//! Objects that stand in Helm values: what charts deploy besides their own (`extraObjects`).

use super::Seen;
use crate::doc::{Doc, Map, Outlined, Value};

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
pub fn extras<'d>(values: Outlined<'d>, seen: &mut Seen) -> Vec<&'d Doc> {
    let Outlined { doc, outline } = values;
    let without = outline.is_some_and(|outline| seen.extras.get(outline) == Some(&false));
    let mut found = Vec::new();
    if without {
        return found;
    }
    let any = look(doc, 0, &mut found);
    if let Some(outline) = outline {
        seen.extras.set(outline, any);
    }
    found
}

/// Adds the objects below a section; returns whether there is a key for such.
fn look<'a>(doc: &'a Doc, depth: usize, found: &mut Vec<&'a Doc>) -> bool {
    let mut any = false;
    if depth == DEEPEST {
        return any;
    }
    for (key, value) in doc.as_map().into_iter().flat_map(Map::iter) {
        if EXTRAS.contains(&&*key.text) {
            any = true;
            match &value.value {
                Value::List(items) => found.extend(items.iter().filter(|item| is_plain(item))),
                Value::Map(map) => found.extend(map.iter().map(|(_, item)| item).filter(|item| is_plain(item))),
                _ => {}
            }
        } else {
            any |= look(value, depth + 1, found);
        }
    }
    any
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
