//! Documents: trees whose every node has an origin.
//!
//! A target builds documents and never text; the printers of `emit::print` turn them into files. There is
//! no way to make a node without an [`OriginId`], so provenance cannot be forgotten.

mod known;
mod marks;
mod name;
mod outline;

use std::sync::Arc;

pub use known::Known;
pub use marks::{Marks, Text};
pub use name::Name;
pub use outline::{Outline, Outlined, Outlines, PerOutline};

use crate::source::OriginId;

/// One node of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Doc {
    /// Where the value comes from.
    pub origin: OriginId,
    /// The value.
    pub value: Value,
}

/// The value of a node. Strings are always strings: a printer quotes them where a reader would guess.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An explicit null. In Helm values it deletes a chart's default.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating point number; never NaN or infinite.
    Float(f64),
    /// A string.
    Str(Name),
    /// A string of several lines (each without its line break), every line with an origin of its own.
    Text(Vec<(Arc<str>, OriginId)>),
    /// A list.
    List(Vec<Doc>),
    /// A map in output order, without duplicate keys.
    Map(Map),
}

/// Returns the lines of a [`Value::Text`] as one string, every line with its line break.
pub fn joined(lines: &[(Arc<str>, OriginId)]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|(line, _)| line.len() + 1).sum());
    for (line, _) in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// A key of a map with its own origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The text of the key.
    pub text: Name,
    /// Where the key comes from.
    pub origin: OriginId,
}

/// The entries of a map, in output order, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Vec<(Key, Doc)>,
}

impl Map {
    /// Returns an empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Returns an empty map with room for some entries.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Self {
        Self { entries: Vec::with_capacity(entries) }
    }

    /// Sets `key` to `doc`. The key has the origin of its value.
    pub fn set(&mut self, key: impl Into<Name>, doc: Doc) -> &mut Self {
        let key = Key { text: key.into(), origin: doc.origin };
        self.insert(key, doc);
        self
    }

    /// Sets a key that has an origin of its own; a key that is there already keeps its place.
    pub fn insert(&mut self, key: Key, doc: Doc) {
        match self.entries.iter_mut().find(|(old, _)| old.text == key.text) {
            Some(entry) => *entry = (key, doc),
            None => self.entries.push((key, doc)),
        }
    }

    /// Appends a key that the caller knows to be new: a list of known length must not cost its square.
    pub fn push_new(&mut self, key: Key, doc: Doc) {
        self.entries.push((key, doc));
    }

    /// Returns the value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Doc> {
        self.entries.iter().find(|(old, _)| &*old.text == key).map(|(_, doc)| doc)
    }

    /// Returns the value of `key` to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Doc> {
        self.entries.iter_mut().find(|(old, _)| &*old.text == key).map(|(_, doc)| doc)
    }

    /// Iterates over the entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Doc)> {
        self.entries.iter().map(|(key, doc)| (key, doc))
    }

    /// Iterates over the entries in order, with values that may be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Key, &mut Doc)> {
        self.entries.iter_mut().map(|(key, doc)| (&*key, doc))
    }

    /// Returns whether there is no entry.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }
}

impl IntoIterator for Map {
    type Item = (Key, Doc);
    type IntoIter = std::vec::IntoIter<(Key, Doc)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Doc {
    /// Returns a node with this value and origin.
    #[must_use]
    pub const fn new(value: Value, origin: OriginId) -> Self {
        Self { origin, value }
    }

    /// Returns a string.
    pub fn str(text: impl Into<Name>, origin: OriginId) -> Self {
        Self::new(Value::Str(text.into()), origin)
    }

    /// Returns an integer.
    pub fn int(number: impl Into<i64>, origin: OriginId) -> Self {
        Self::new(Value::Int(number.into()), origin)
    }

    /// Returns a boolean.
    #[must_use]
    pub const fn bool(flag: bool, origin: OriginId) -> Self {
        Self::new(Value::Bool(flag), origin)
    }

    /// Returns a list.
    #[must_use]
    pub const fn list(items: Vec<Doc>, origin: OriginId) -> Self {
        Self::new(Value::List(items), origin)
    }

    /// Returns a map.
    #[must_use]
    pub const fn map(map: Map, origin: OriginId) -> Self {
        Self::new(Value::Map(map), origin)
    }

    /// Returns the string, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the map, if this is one.
    #[must_use]
    pub const fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the list, if this is one.
    #[must_use]
    pub const fn as_list(&self) -> Option<&Vec<Doc>> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the value at a path of map keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Doc> {
        path.iter().try_fold(self, |doc, key| doc.as_map()?.get(key))
    }

    /// Returns the origins of all nodes.
    pub fn origins(&self) -> Vec<OriginId> {
        let mut all = vec![self.origin];
        match &self.value {
            Value::Map(map) => map.iter().for_each(|(_, doc)| all.extend(doc.origins())),
            Value::List(items) => items.iter().for_each(|doc| all.extend(doc.origins())),
            _ => {}
        }
        all
    }

    /// Merges `over` into this document as Helm merges values: maps deeply, everything else replaced.
    ///
    /// Merging costs the sum of both sizes, also for maps of many keys.
    pub fn merge(&mut self, over: Self) {
        match (&mut self.value, over.value) {
            (Value::Map(below), Value::Map(above)) => below.merge(above),
            (_, value) => *self = Self { origin: over.origin, value },
        }
    }
}

impl Map {
    fn merge(&mut self, over: Self) {
        const LINEAR: usize = 16;
        let index: Option<std::collections::BTreeMap<Name, usize>> = (self.len() > LINEAR)
            .then(|| self.entries.iter().enumerate().map(|(at, (key, _))| (key.text.clone(), at)).collect());
        self.entries.reserve(over.len());
        for (key, doc) in over {
            let at = match &index {
                Some(index) => index.get(&key.text).copied(),
                None => self.entries.iter().position(|(old, _)| old.text == key.text),
            };
            match at.and_then(|at| self.entries.get_mut(at)) {
                Some((_, below)) => below.merge(doc),
                None => self.entries.push((key, doc)),
            }
        }
    }
}
