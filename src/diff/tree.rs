//! Compares two trees: what is at which path, with list items told apart by their names.

use std::collections::BTreeMap;

use super::identity;
use super::lines;
use super::report::{Change, ChangeKind};
use super::risk::{is_copies, is_place, is_telling};
use super::value::{exact, shown, words};
use crate::doc::{Doc, Key, Map, Value, joined};
use crate::source::OriginId;

/// A change with the origins of what it is about, of the base and of the head.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) change: Change,
    pub(super) base: Vec<OriginId>,
    pub(super) head: Vec<OriginId>,
}

impl Raw {
    /// Returns a change of one value.
    pub(super) fn new(path: String, kind: ChangeKind, base: Option<&Doc>, head: Option<&Doc>) -> Self {
        let mut change = Change::new(path, kind, base.map(shown), head.map(shown));
        // A map that comes where none was.
        let was_none = base.is_none_or(|old| !matches!(old.value, Value::Map(_) | Value::List(_)));
        if let Some(new) = head.filter(|new| was_none && matches!(new.value, Value::Map(_) | Value::List(_))) {
            telling(new, (&change.path, ""), &mut change.inside);
        }
        Self { change, base: origins(base), head: origins(head) }
    }
}

/// Most origins of one value that are followed to their cause.
const ORIGINS: usize = 60;

/// Returns the origins of a value and of what is in it.
fn origins(doc: Option<&Doc>) -> Vec<OriginId> {
    fn add(doc: &Doc, out: &mut Vec<OriginId>) {
        if out.len() >= ORIGINS {
            return;
        }
        out.push(doc.origin);
        match &doc.value {
            Value::Map(map) => map.iter().for_each(|(_, below)| add(below, out)),
            Value::List(items) => items.iter().for_each(|below| add(below, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    if let Some(doc) = doc {
        add(doc, &mut out);
    }
    out
}

/// Most values inside of something new that rules judge.
const INSIDE: usize = 200;

/// Collects what rules judge in something new: where that stands, and the path in it.
fn telling(doc: &Doc, (above, path): (&str, &str), out: &mut Vec<(String, String)>) {
    if out.len() >= INSIDE {
        return;
    }
    match &doc.value {
        Value::Map(map) => {
            for (key, new) in map.iter() {
                let path = below(path, &key.text);
                if says((above, &path), &key.text, &new.value) {
                    out.push((path, shown(new).text));
                } else {
                    telling(new, (above, &path), out);
                }
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                let path = variable(item).map_or_else(|| format!("{path}[{at}]"), |name| format!("{path}[{name}]"));
                if is_rights((above, &path)) && !matches!(item.value, Value::Map(_) | Value::List(_)) {
                    out.push((path, shown(item).text));
                } else {
                    telling(item, (above, &path), out);
                }
            }
        }
        _ => {}
    }
}

/// Returns whether rules judge a value by its key, by what it is in, or for what it is.
fn says(path: (&str, &str), key: &str, value: &Value) -> bool {
    match value {
        Value::Map(_) | Value::List(_) => false,
        Value::Int(0) if is_copies(key) => true,
        Value::Bool(true) if key == "suspend" => true,
        _ => {
            let whole = joined_path(path);
            is_telling(named(&whole, key)) || is_place(&whole, key) || whole.ends_with("hostPath.path")
        }
    }
}

/// Returns the name of a variable of the environment, if something is one.
fn variable(item: &Doc) -> Option<&str> {
    let map = item.as_map().filter(|map| map.get("value").is_some())?;
    map.get("name").and_then(Doc::as_str)
}

/// Returns what the value at a path is called: that of a variable stands in `value`, and its name is that of the item.
pub(super) fn named<'p>(path: &'p str, key: &'p str) -> &'p str {
    let item = path.strip_suffix("].value").filter(|_| key == "value").and_then(|item| item.rsplit_once('['));
    item.map_or(key, |(_, name)| name)
}

/// Returns whether a list is one of rights of a container.
fn is_rights(path: (&str, &str)) -> bool {
    joined_path(path).rsplit_once('[').is_some_and(|(list, _)| list.ends_with("capabilities.add"))
}

/// Returns the path of what stands in something else.
pub(super) fn joined_path((above, path): (&str, &str)) -> String {
    match above {
        "" => path.to_owned(),
        above if path.starts_with('[') => format!("{above}{path}"),
        above => format!("{above}.{path}"),
    }
}

/// Compares two trees.
pub(super) fn compare(base: &Doc, head: &Doc, path: &str, out: &mut Vec<Raw>) {
    match (&base.value, &head.value) {
        (Value::Map(before), Value::Map(after)) => maps(before, after, path, out),
        (Value::List(before), Value::List(after)) => lists((base, before), (head, after), path, out),
        (before, after) if before == after => {}
        (Value::Str(_) | Value::Text(_), Value::Str(_) | Value::Text(_)) => texts(base, head, path, out),
        // Equal values can differ in the origins below them, which `==` of documents looks at.
        _ if super::value::exact(base) == super::value::exact(head) => {}
        _ => out.push(Raw::new(path.to_owned(), ChangeKind::Changed, Some(base), Some(head))),
    }
}

fn maps(before: &Map, after: &Map, path: &str, out: &mut Vec<Raw>) {
    let (old_keys, new_keys) = (Index::new(before), Index::new(after));
    let renamed = renamed(before, after, (&old_keys, &new_keys));
    for (key, old) in before.iter() {
        if let Some((_, (new, doc))) = renamed.iter().find(|(old, _)| *old == &*key.text) {
            let path = below(path, &new.text);
            let (name, was) = (words(&*new.text), words(&*key.text));
            let change = Change::new(path.clone(), ChangeKind::Moved, Some(was), Some(name));
            out.push(Raw { change, base: vec![key.origin], head: vec![new.origin] });
            let start = out.len();
            compare(old, doc, &path, out);
            // What repeats the name says nothing new.
            let follows = |raw: &Raw| {
                let (before, after) = raw.change.values();
                raw.change.kind == ChangeKind::Changed && before.replace(&*key.text, &new.text) == after
            };
            let inside: Vec<Raw> = out.drain(start..).filter(|raw| !follows(raw)).collect();
            out.extend(inside);
            continue;
        }
        let new = new_keys.get(&key.text);
        // Most of two files is the same: what is needs no path.
        if new.is_some_and(|new| is_same(old, new)) {
            continue;
        }
        let path = below(path, &key.text);
        if let Some(new) = new {
            compare(old, new, &path, out);
            continue;
        }
        let mut raw = Raw::new(path, ChangeKind::Removed, Some(old), None);
        raw.base.push(key.origin);
        out.push(raw);
    }
    let is_new = |name: &str| old_keys.get(name).is_none() && renamed.iter().all(|(_, (new, _))| &*new.text != name);
    for (key, new) in after.iter().filter(|(key, _)| is_new(&key.text)) {
        let mut raw = Raw::new(below(path, &key.text), ChangeKind::Added, None, Some(new));
        raw.head.push(key.origin);
        out.push(raw);
    }
}

/// Returns whether two trees are the same, written alike: what they were made of does not count.
fn is_same(old: &Doc, new: &Doc) -> bool {
    match (&old.value, &new.value) {
        (Value::Map(before), Value::Map(after)) => {
            let mut both = before.iter().zip(after.iter());
            before.len() == after.len() && both.all(|((a, old), (b, new))| a.text == b.text && is_same(old, new))
        }
        (Value::List(before), Value::List(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(old, new)| is_same(old, new))
        }
        (Value::Text(before), Value::Text(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|((old, _), (new, _))| old == new)
        }
        (before, after) => before == after,
    }
}

/// Returns the entries that have another key and say the same but for it.
fn renamed<'a>(
    before: &'a Map,
    after: &'a Map,
    (old_keys, new_keys): (&Index<'_>, &Index<'_>),
) -> Vec<(&'a str, (&'a Key, &'a Doc))> {
    fn large((_, doc): &(&Key, &Doc)) -> bool {
        doc.as_map().is_some_and(|map| map.len() > 1)
    }
    let gone: Vec<_> = before.iter().filter(|(key, _)| new_keys.get(&key.text).is_none()).filter(large).collect();
    if gone.is_empty() || gone.len() > RENAMES {
        return Vec::new();
    }
    let come: Vec<_> = after.iter().filter(|(key, _)| old_keys.get(&key.text).is_none()).filter(large).collect();
    if come.is_empty() || come.len() > RENAMES {
        return Vec::new();
    }
    let texts: Vec<String> = come.iter().map(|(_, doc)| exact(doc)).collect();
    let mut found: Vec<(&str, (&Key, &Doc))> = Vec::new();
    for (key, doc) in gone {
        let text = exact(doc);
        let same = come.iter().zip(&texts).filter(|((new, _), other)| text.replace(&*key.text, &new.text) == **other);
        let same: Vec<_> = same.map(|(new, _)| *new).collect();
        if let [one] = same.as_slice()
            && found.iter().all(|(_, (taken, _))| taken.text != one.0.text)
        {
            found.push((&key.text, *one));
        }
    }
    found
}

/// Most entries of a map that came or went among which some with another name are looked for.
const RENAMES: usize = 12;

/// Finds keys of a map: a large one must not cost its square.
enum Index<'a> {
    Small(&'a Map),
    Large(BTreeMap<&'a str, &'a Doc>),
}

impl<'a> Index<'a> {
    const SMALL: usize = 16;

    fn new(map: &'a Map) -> Self {
        if map.len() <= Self::SMALL {
            return Self::Small(map);
        }
        Self::Large(map.iter().map(|(key, doc)| (&*key.text, doc)).collect())
    }

    fn get(&self, key: &str) -> Option<&'a Doc> {
        match self {
            Self::Small(map) => map.get(key),
            Self::Large(index) => index.get(key).copied(),
        }
    }
}

fn lists((base, before): (&Doc, &[Doc]), (head, after): (&Doc, &[Doc]), path: &str, out: &mut Vec<Raw>) {
    let pairs = identity::pair(before, after);
    let item = |at: usize, name: &Option<String>| match name {
        Some(name) => format!("{path}[{name}]"),
        None => format!("{path}[{at}]"),
    };
    for (from, to, name) in &pairs.both {
        if let (Some(old), Some(new)) = (before.get(*from), after.get(*to))
            && !is_same(old, new)
        {
            compare(old, new, &item(*to, name), out);
        }
    }
    // What came or went of a list of scalars is named by its value.
    let place = |at: usize, name: &Option<String>, doc: &Doc| match doc.value {
        Value::Map(_) | Value::List(_) => item(at, name),
        _ => format!("{path}[]"),
    };
    for (at, name) in &pairs.removed {
        if let Some(old) = before.get(*at) {
            let mut raw = Raw::new(place(*at, name, old), ChangeKind::Removed, Some(old), None);
            raw.head.push(head.origin);
            out.push(raw);
        }
    }
    for (at, name) in &pairs.added {
        if let Some(new) = after.get(*at) {
            let mut raw = Raw::new(place(*at, name, new), ChangeKind::Added, None, Some(new));
            raw.base.push(base.origin);
            out.push(raw);
        }
    }
    if pairs.reordered {
        let mut raw = Raw::new(path.to_owned(), ChangeKind::Reordered, Some(base), Some(head));
        let order = |items: &[Doc]| words(items.iter().map(|item| shown(item).text).collect::<Vec<_>>().join(", "));
        (raw.change.before, raw.change.after) = (Some(order(before)), Some(order(after)));
        out.push(raw);
    }
}

/// Compares two strings: line by line where they have several.
fn texts(base: &Doc, head: &Doc, path: &str, out: &mut Vec<Raw>) {
    let (before, after) = (split(base), split(head));
    let text =
        |lines: &[(String, OriginId)]| lines.iter().map(|(line, _)| line.as_str()).collect::<Vec<_>>().join("\n");
    if text(&before) == text(&after) {
        return;
    }
    if before.len() < 2 && after.len() < 2 {
        return out.push(Raw::new(path.to_owned(), ChangeKind::Changed, Some(base), Some(head)));
    }
    out.extend(lines::compare(path, &before, &after));
}

/// Returns the lines of a string with their origins.
fn split(doc: &Doc) -> Vec<(String, OriginId)> {
    match &doc.value {
        Value::Text(lines) => lines.iter().map(|(line, origin)| (line.to_string(), *origin)).collect(),
        Value::Str(text) => text.lines().map(|line| (line.to_owned(), doc.origin)).collect(),
        _ => vec![(joined(&[]), doc.origin)],
    }
}

/// Returns the path of a key.
pub(super) fn below(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '$' | '@'));
    let key = if plain { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::doc;
