//! Documents of one outline: their maps and keys are gone through once, and maps of which nothing can be said but by their texts
//! are passed over where those say nothing.

use super::marks::{COLLECTED, FIRST_OF_RULES, HOST, REASON, STORE};
use super::{Document, Place, Seen, collect, maps};
use crate::doc::{Doc, Known, Name, Outline, Value};

/// A map of the documents of an outline.
#[derive(Debug)]
pub(super) struct Visit {
    /// Its number among the nodes.
    node: usize,
    marks: u64,
    keys: Box<[Box<str>]>,
    /// The numbers of the texts in it and in its lists, if only they can say something.
    texts: Option<Box<[usize]>>,
}

/// Visits the maps of a document, from the outside in, but for those that say nothing; `marks` says what a key means.
pub fn maps_alike(
    document: Document<'_>,
    outline: Option<&Outline<'_>>,
    seen: &mut Seen,
    marks: &dyn Fn(&str) -> u64,
    visit: &mut dyn FnMut(&Place<'_>, &mut Known),
) {
    let Seen { marks: known, plain, visits, .. } = seen;
    let mut all = |visit: &mut dyn FnMut(Place<'_>)| maps(document, &mut |key: &Name| known.of(key, marks), visit);
    let Some(outline) = outline else { return all(&mut |place| visit(&place, plain)) };
    let Some(visits) = visits.get(outline) else {
        let mut learned = Vec::new();
        all(&mut |place| {
            visit(&place, plain);
            learned.extend(Visit::of(&place, outline));
        });
        return visits.set(outline, learned);
    };
    // Where the program looks texts up, any of them may name a Secret.
    let looks_up = document.component.is_some_and(|component| component.variant.facts.lookups.value().is_some());
    let mut keys = Vec::new();
    for Visit { node, marks, keys: above, texts } in visits {
        let Some((node, map)) = outline.nodes().get(*node).and_then(|node| Some((node, node.as_map()?))) else {
            continue;
        };
        if !looks_up && texts.as_ref().is_some_and(|texts| texts.iter().all(|text| is_plain(outline, *text, plain))) {
            continue;
        }
        keys.clear();
        keys.extend(above.iter().map(|key| &**key));
        visit(&Place { document, map, origin: node.origin, keys: &keys, marks: *marks }, plain);
    }
}

fn is_plain(outline: &Outline<'_>, text: usize, plain: &mut Known) -> bool {
    match outline.nodes().get(text).map(|doc| &doc.value) {
        Some(Value::Str(text)) => plain.holds(text, collect::is_plain),
        _ => false,
    }
}

impl Visit {
    /// Returns what is known of a map of a document.
    fn of(place: &Place<'_>, outline: &Outline<'_>) -> Option<Self> {
        let numbered = || outline.nodes().iter().enumerate();
        let is_it = |doc: &Doc| doc.as_map().is_some_and(|map| std::ptr::eq(map, place.map));
        let (node, _) = numbered().find(|(_, doc)| is_it(doc))?;
        let number = |text: &Doc| numbered().find(|(_, doc)| std::ptr::eq(**doc, text)).map(|(at, _)| at);
        let texts = is_idle(place).then(|| texts(place).filter_map(number).collect());
        let keys = place.keys.iter().map(|key| (*key).into()).collect();
        Some(Self { node, marks: place.marks, keys, texts })
    }
}

/// Iterates over the texts of a map and of its lists.
fn texts<'a>(place: &Place<'a>) -> impl Iterator<Item = &'a Doc> {
    let values = place.map.iter().flat_map(|(_, value)| match &value.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    });
    values.filter(|value| matches!(value.value, Value::Str(_)))
}

/// Returns whether only the texts of a map can say something, whatever else its scalars are.
fn is_idle(place: &Place<'_>) -> bool {
    let means = place.marks & (COLLECTED | REASON | HOST | STORE) != 0 || place.marks >> FIRST_OF_RULES != 0;
    // A list of variables, in which hosts and ports stand.
    let named = |item: &Doc| item.at(&["name"]).is_some();
    let variables = |value: &Doc| value.as_list().and_then(|items| items.first()).is_some_and(named);
    !means && !place.map.iter().any(|(_, value)| variables(value))
}
