//! Outlines: what a document is without what its scalars say. The values of all components of one library entry have a few,
//! and so have all Applications, so what depends on nothing else is found out once.

use std::collections::BTreeMap;

use super::{Doc, Name, Value};

/// A document with more nodes is looked at as a whole: large ones are rarely alike.
const MAX_NODES: usize = 512;
/// After so many different documents no other one is noted.
const MAX_MET: usize = 1024;
/// Most documents have fewer nodes.
const USUAL: usize = 64;

/// The outlines that were met: a thread has its own.
#[derive(Debug, Default)]
pub struct Outlines {
    /// By the hash of their marks: the numbers of those that were met more than once.
    met: BTreeMap<u64, Option<usize>>,
    noted: Vec<Noted>,
    /// The marks of the document that is looked at.
    marks: Vec<Mark>,
}

/// A part of an outline: where a key is in memory, its length with the kind of its value, or the size of a map or list.
type Mark = usize;

#[derive(Debug)]
struct Noted {
    marks: Box<[Mark]>,
    #[expect(dead_code, reason = "held so that the keys stay where they are")]
    keys: Box<[Name]>,
}

/// A document whose outline is known, and its nodes: each before those in it.
#[derive(Clone, Debug)]
pub struct Outline<'d> {
    number: usize,
    nodes: Vec<&'d Doc>,
}

/// A document, with its outline if others had it before.
#[derive(Clone, Copy, Debug)]
pub struct Outlined<'d> {
    /// The document.
    pub doc: &'d Doc,
    /// Its outline.
    pub outline: Option<&'d Outline<'d>>,
}

/// Something that is known of outlines, all of one thread.
#[derive(Clone, Debug)]
pub struct PerOutline<T>(Vec<Option<T>>);

impl Outlines {
    /// Returns the outline of a document, if another document had the same. Keys are known by where they are in memory, as in
    /// [`Known`](super::Known).
    pub fn of<'d>(&mut self, doc: &'d Doc) -> Option<Outline<'d>> {
        self.marks.clear();
        self.marks.push(kind(&doc.value));
        let mut nodes = Vec::with_capacity(USUAL);
        nodes.push(doc);
        collect(doc, &mut self.marks, &mut nodes)?;
        let hash = hash(&self.marks);
        let number = match self.met.get(&hash) {
            Some(Some(number)) => *number,
            Some(None) => {
                let keys = nodes.iter().filter_map(|node| node.as_map()).flat_map(super::Map::iter);
                let keys = keys.map(|(key, _)| key.text.clone()).collect();
                self.noted.push(Noted { marks: self.marks.as_slice().into(), keys });
                self.met.insert(hash, Some(self.noted.len() - 1));
                self.noted.len() - 1
            }
            None => {
                if self.met.len() < MAX_MET {
                    self.met.insert(hash, None);
                }
                return None;
            }
        };
        // Two outlines of one hash: the second one goes without.
        let same = self.noted.get(number).is_some_and(|noted| *noted.marks == *self.marks);
        same.then_some(Outline { number, nodes })
    }
}

impl<'d> Outline<'d> {
    /// Returns the nodes of the document, each before those in it.
    pub fn nodes(&self) -> &[&'d Doc] {
        &self.nodes
    }
}

impl<'d> Outlined<'d> {
    /// Returns a document without an outline.
    pub const fn alone(doc: &'d Doc) -> Self {
        Self { doc, outline: None }
    }
}

impl<T> Default for PerOutline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> PerOutline<T> {
    /// Returns what is known of an outline.
    pub fn get(&self, outline: &Outline<'_>) -> Option<&T> {
        self.0.get(outline.number)?.as_ref()
    }

    /// Notes something about an outline.
    pub fn set(&mut self, outline: &Outline<'_>, it: T) {
        if self.0.len() <= outline.number {
            self.0.resize_with(outline.number + 1, || None);
        }
        if let Some(slot) = self.0.get_mut(outline.number) {
            *slot = Some(it);
        }
    }
}

/// Collects the marks and nodes in a document; none if it is too large.
fn collect<'d>(doc: &'d Doc, marks: &mut Vec<Mark>, nodes: &mut Vec<&'d Doc>) -> Option<()> {
    let mut add = |doc: &'d Doc, marks: &mut Vec<Mark>| {
        nodes.push(doc);
        if matches!(doc.value, Value::Map(_) | Value::List(_)) { collect(doc, marks, nodes) } else { Some(()) }
    };
    match &doc.value {
        Value::Map(map) => {
            marks.push(map.len());
            for (key, value) in map.iter() {
                marks.extend([key.text.as_ptr().addr(), key.text.len() << 3 | kind(&value.value)]);
                add(value, marks)?;
            }
        }
        Value::List(items) => {
            marks.push(items.len());
            for item in items {
                marks.push(kind(&item.value));
                add(item, marks)?;
            }
        }
        _ => {}
    }
    (nodes.len() <= MAX_NODES).then_some(())
}

const fn kind(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) => 2,
        Value::Float(_) => 3,
        Value::Str(_) => 4,
        Value::Text(_) => 5,
        Value::List(_) => 6,
        Value::Map(_) => 7,
    }
}

/// Returns a hash of marks: each is mixed in by a product with the golden ratio, as in [`place`](super::known::place).
fn hash(marks: &[Mark]) -> u64 {
    let mix = |hash: u64, mark: &Mark| (hash.rotate_left(5) ^ *mark as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    marks.iter().fold(0, mix)
}

#[cfg(test)]
mod tests {
    use super::{Outlines, PerOutline};
    use crate::doc::{Doc, Map, Name, Value};
    use crate::source::{OriginId, Origins};

    fn map(origin: OriginId, entries: &[(Name, Value)]) -> Doc {
        let mut map = Map::new();
        for (key, value) in entries {
            map.set(key.clone(), Doc::new(value.clone(), origin));
        }
        Doc::map(map, origin)
    }

    #[test]
    fn documents_that_differ_in_scalars_are_alike() {
        let origin = Origins::new().defaulted("test", None);
        let (one, other) = (Name::from("one".to_owned()), Name::from("one".to_owned()));
        let text = |text: &'static str| Value::Str(text.into());
        let items = |count: usize| Value::List(vec![Doc::int(1, origin); count]);
        let mut outlines = Outlines::default();
        let mut number = |doc: &Doc| outlines.of(doc).map(|outline| (outline.number, outline.nodes().len()));
        let first = map(origin, &[(one.clone(), text("a")), (Name::Word("b"), items(2))]);
        assert_eq!(number(&first), None, "nothing is alike yet");
        assert_eq!(number(&map(origin, &[(one.clone(), text("c")), (Name::Word("b"), items(2))])), Some((0, 5)));
        let others = [
            map(origin, &[(one.clone(), Value::Int(1)), (Name::Word("b"), items(2))]),
            map(origin, &[(one.clone(), text("a")), (Name::Word("b"), items(3))]),
            map(origin, &[(other, text("a")), (Name::Word("b"), items(2))]),
            map(origin, &[(Name::Word("b"), items(2)), (one, text("a"))]),
        ];
        for (at, doc) in others.iter().enumerate() {
            assert_eq!(number(doc), None, "{doc:?}");
            assert_eq!(number(doc).map(|(number, _)| number), Some(at + 1), "{doc:?}");
        }
        assert_eq!(number(&first), Some((0, 5)));
        let large = Doc::list(vec![Doc::int(1, origin); 1000], origin);
        assert_eq!((number(&large), number(&large)), (None, None));
    }

    #[test]
    fn what_is_known_is_of_one_outline() {
        let origin = Origins::new().defaulted("test", None);
        let docs = ["a", "b"].map(|key| map(origin, &[(Name::Word(key), Value::Null)]));
        let (mut outlines, mut known) = (Outlines::default(), PerOutline::default());
        assert!(docs.iter().all(|doc| outlines.of(doc).is_none()));
        let [a, b] = docs.each_ref().map(|doc| outlines.of(doc).expect("an outline"));
        known.set(&b, "b");
        assert_eq!((known.get(&a), known.get(&b)), (None, Some(&"b")));
    }
}
