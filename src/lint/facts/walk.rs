//! The walk over the maps of a document.

use super::{Document, Place, marks};
use crate::doc::{Doc, Name, Value};

/// Visits every map of a document, from the outside in; `marks` says what a key means.
pub fn maps<'a>(document: Document<'a>, marks: &mut dyn FnMut(&Name) -> u64, visit: &mut dyn FnMut(Place<'_>)) {
    Walk { document, marks, visit, keys: Vec::new() }.walk(document.doc, 0);
}

/// A walk over the maps of a document.
struct Walk<'a, 'w> {
    document: Document<'a>,
    marks: &'w mut dyn FnMut(&Name) -> u64,
    visit: &'w mut dyn FnMut(Place<'_>),
    keys: Vec<&'a str>,
}

impl<'a> Walk<'a, '_> {
    /// Deeper documents are refused where they are read.
    fn walk(&mut self, doc: &'a Doc, above: u64) {
        match &doc.value {
            Value::Map(map) => {
                let own = map.iter().fold(0, |all, (key, _)| all | (self.marks)(&key.text));
                let marks = (own & !marks::ABOVE) | (above & marks::ABOVE);
                (self.visit)(Place { document: self.document, map, origin: doc.origin, keys: &self.keys, marks });
                for (key, value) in map.iter() {
                    if matches!(value.value, Value::Map(_) | Value::List(_)) {
                        let above = (self.marks)(&key.text);
                        self.keys.push(&key.text);
                        self.walk(value, above);
                        self.keys.pop();
                    }
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.walk(item, above)),
            _ => {}
        }
    }
}
