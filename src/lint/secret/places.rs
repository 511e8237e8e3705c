//! Where in documents of one outline to look: maps and lists whose keys say nothing are not gone through again.

use super::keys::Grade;
use super::quiet::Quiet;
use super::walk::judge;
use crate::doc::{Doc, Value};

/// Returns the numbers of those nodes of a document, counted as in its outline, into which the search has to look, each as if it
/// stood alone: texts, and what has a key that means something or an item that may belong to the next one.
pub(super) fn places(doc: &Doc, quiet: &mut Quiet) -> Vec<usize> {
    let mut found = Vec::new();
    collect(doc, &mut 0, quiet, &mut found);
    found
}

fn collect(doc: &Doc, at: &mut usize, quiet: &mut Quiet, found: &mut Vec<usize>) {
    let own = *at;
    *at += 1;
    match &doc.value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {}
        Value::Str(_) | Value::Text(_) => found.push(own),
        Value::Map(map) => {
            if map.iter().all(|(key, _)| quiet.key(&key.text, judge) == (Grade::Plain, false)) {
                for (_, doc) in map.iter() {
                    collect(doc, at, quiet, found);
                }
            } else {
                found.push(own);
                *at = own + size(doc);
            }
        }
        Value::List(items) => {
            if items.iter().all(|item| matches!(item.value, Value::Map(_) | Value::List(_))) {
                for item in items {
                    collect(item, at, quiet, found);
                }
            } else {
                found.push(own);
                *at = own + size(doc);
            }
        }
    }
}

/// Returns the number of nodes of a document.
fn size(doc: &Doc) -> usize {
    1 + match &doc.value {
        Value::Map(map) => map.iter().map(|(_, doc)| size(doc)).sum(),
        Value::List(items) => items.iter().map(size).sum(),
        _ => 0,
    }
}
