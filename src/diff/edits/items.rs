//! Which item of a list or document of a file is which on the other side.

use std::collections::BTreeMap;

use super::{Finder, Node};
use crate::diff::value::{written, written_exact};

impl Finder<'_> {
    /// Items that are equal belong together, wherever they stand; what is left is compared in order. That some stand at another place is
    /// one edit.
    pub(super) fn lists(
        &mut self,
        (old, before): (&Node, &[Node]),
        (new, after): (&Node, &[Node]),
        path: &mut Vec<String>,
    ) {
        let texts: (Vec<_>, Vec<_>) =
            (before.iter().map(written_exact).collect(), after.iter().map(written_exact).collect());
        let mut blocks = Vec::new();
        for op in similar::capture_diff_slices(similar::Algorithm::Myers, &texts.0, &texts.1) {
            let (tag, from, to) = op.as_tag_tuple();
            if tag != similar::DiffTag::Equal {
                blocks.push((from, to));
            }
        }
        let uneven = |(from, to): &(Range, Range)| !from.is_empty() && !to.is_empty() && from.len() != to.len();
        if are_words(before, after) && blocks.iter().any(uneven) && !same_items(&texts.0, &texts.1) {
            // Which word took the place of which nobody knows: the list is another one.
            return self.push(path, Some((old, old.span)), Some((new, new.span)));
        }
        let moved = Moved::find(&blocks, &texts);
        for (from, to) in blocks {
            let start = to.start;
            let gone: Vec<&Node> = from.filter(|at| !moved.old.contains(at)).filter_map(|at| before.get(at)).collect();
            let come: Vec<&Node> = to.filter(|at| !moved.new.contains(at)).filter_map(|at| after.get(at)).collect();
            for (at, (old, new)) in pairs(&gone, &come).into_iter().enumerate() {
                path.push(format!("[{}]", label(new.or(old)).unwrap_or_else(|| (start + at).to_string())));
                self.item(old, new, path);
                path.pop();
            }
        }
        if let (Some(from), Some(to)) = (moved.old.first(), moved.new.first()) {
            // Where nothing else changes, its place is the list; else it must not lie over the other edits.
            let alone = texts.0.len() == texts.1.len() && same_items(&texts.0, &texts.1);
            let at = |list: &Node, items: &[Node], at: usize| {
                items.get(at).filter(|_| !alone).map_or(list.span, |item| item.span)
            };
            self.push(path, Some((old, at(old, before, *from))), Some((new, at(new, after, *to))));
        }
    }

    fn item(&mut self, old: Option<&Node>, new: Option<&Node>, path: &mut Vec<String>) {
        match (old, new) {
            (Some(old), Some(new)) => self.nodes(old, new, path),
            (None, Some(new)) => self.added(path, new, new.span),
            (old, new) => self.push(path, old.map(|node| (node, node.span)), new.map(|node| (node, node.span))),
        }
    }

    /// Documents are told apart by kind, namespace and name; those that say none are compared in order.
    pub(super) fn documents(&mut self, before: &[Node], after: &[Node]) {
        if let ([old], [new]) = (before, after) {
            return self.nodes(old, new, &mut Vec::new());
        }
        let (old, new) = (named(before), named(after));
        for (name, node) in &old {
            let other = new.get(name).copied();
            let mut path = if other.is_some() { Vec::new() } else { vec![step(name)] };
            self.item(Some(node), other, &mut path);
        }
        for (name, node) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            self.item(None, Some(node), &mut vec![step(name)]);
        }
    }
}

/// A document by what it is called, and its number among those that are called so.
type Name = (Option<String>, usize);

fn named(documents: &[Node]) -> BTreeMap<Name, &Node> {
    let mut count: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for node in documents.iter().filter(|node| !node.is_null()) {
        let name = object(node);
        let number = count.entry(name.clone()).or_default();
        found.insert((name, *number), node);
        *number += 1;
    }
    found
}

/// Returns the kind, the namespace and the name of an object.
fn object(node: &Node) -> Option<String> {
    let metadata = node.get("metadata")?;
    let (kind, name) = (written(node.get("kind")?), written(metadata.get("name")?));
    Some(match metadata.get("namespace") {
        Some(namespace) => format!("{kind} {}/{name}", written(namespace)),
        None => format!("{kind} {name}"),
    })
}

fn step((name, number): &Name) -> String {
    match name {
        Some(name) => format!("[{name}]"),
        None => format!("[document {}]", number + 1),
    }
}

/// Items that only stand at another place.
#[derive(Default)]
struct Moved {
    old: Vec<usize>,
    new: Vec<usize>,
}

type Range = std::ops::Range<usize>;

impl Moved {
    fn find(blocks: &[(Range, Range)], (before, after): &(Vec<String>, Vec<String>)) -> Self {
        let mut come: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in blocks.iter().flat_map(|(_, to)| to.clone()).rev() {
            if let Some(text) = after.get(at) {
                come.entry(text).or_default().push(at);
            }
        }
        let mut moved = Self::default();
        for at in blocks.iter().flat_map(|(from, _)| from.clone()) {
            if let Some(to) = before.get(at).and_then(|text| come.get_mut(text.as_str())?.pop()) {
                moved.old.push(at);
                moved.new.push(to);
            }
        }
        moved
    }
}

/// Most words of a list that is shown as a whole.
const WORDS: usize = 8;

/// Returns whether two lists are a few words each.
fn are_words(before: &[Node], after: &[Node]) -> bool {
    let short = before.len() <= WORDS && after.len() <= WORDS;
    short && before.iter().chain(after).all(|item| item.as_scalar().is_some())
}

fn same_items(before: &[String], after: &[String]) -> bool {
    let sorted = |items: &[String]| {
        let mut items = items.to_vec();
        items.sort();
        items
    };
    sorted(before) == sorted(after)
}

/// Pairs items of which none is equal: by what they are called, and then, if as many are left on both sides, in order.
fn pairs<'n>(gone: &[&'n Node], come: &[&'n Node]) -> Vec<(Option<&'n Node>, Option<&'n Node>)> {
    let mut left: Vec<&Node> = come.to_vec();
    let mut pairs: Vec<(Option<&Node>, Option<&Node>)> = Vec::new();
    for old in gone {
        let name = label(Some(old));
        let at = left.iter().position(|new| name.is_some() && label(Some(new)) == name);
        pairs.push((Some(old), at.map(|at| left.remove(at))));
    }
    let alone = pairs.iter().filter(|(_, new)| new.is_none()).count();
    if alone == left.len() {
        let mut rest = left.into_iter();
        pairs.iter_mut().filter(|(_, new)| new.is_none()).for_each(|(_, new)| *new = rest.next());
    } else {
        pairs.extend(left.into_iter().map(|new| (None, Some(new))));
    }
    pairs
}

/// Returns how an item of a list is called: by its name, or as a flow by its kind and ends.
fn label(item: Option<&Node>) -> Option<String> {
    let item = item?;
    let text = |node: &Node, key: &str| node.get(key).map(written);
    if let Some(name) = text(item, "name") {
        return Some(name);
    }
    let entry = item.as_mapping()?.entries.first()?;
    Some(format!("{} {} → {}", entry.key.text, text(&entry.value, "from")?, text(&entry.value, "to")?))
}
