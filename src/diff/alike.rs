//! Which entry of a section has another name now: one that went and one that came, and that say the same for the most part.

use std::collections::{BTreeMap, BTreeSet};

use super::entries::Entries;
use super::value::written_exact;
use crate::yaml::{Entry, Mapping, Node, NodeKind};

/// Most pairs of entries that are compared: a section that was written anew is no list of renames.
const PAIRS: usize = 400;

/// Returns the entries that have another name: each is like one other, and like no second one.
pub(super) fn pairs<'n>(before: &'n Mapping, after: &'n Mapping) -> Vec<(&'n Entry, &'n Entry)> {
    let alone = |own: &'n Mapping, other: &Mapping| -> Vec<&'n Entry> {
        let is_map = |entry: &&Entry| entry.value.as_mapping().is_some_and(|map| !map.entries.is_empty());
        let other = Entries::of(other);
        own.entries.iter().filter(is_map).filter(|entry| other.get(&entry.key.text).is_none()).collect()
    };
    let (gone, come) = (alone(before, after), alone(after, before));
    if gone.is_empty() || come.is_empty() || gone.len() * come.len() > PAIRS {
        return Vec::new();
    }
    let alike = |old: &Entry, new: &Entry| share(&old.value, &new.value);
    let mut found = Vec::new();
    for old in &gone {
        let mut like = come.iter().filter(|new| alike(old, new));
        if let (Some(new), None) = (like.next(), like.next())
            && gone.iter().filter(|other| alike(other, new)).count() == 1
        {
            found.push((*old, *new));
        }
    }
    found
}

/// Returns whether two entries have at least half of their values in common, as git counts for a file that has another name.
fn share(old: &Node, new: &Node) -> bool {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    leaves(old, "", &mut before);
    leaves(new, "", &mut after);
    let same = before.iter().filter(|(path, value)| after.get(*path) == Some(*value)).count();
    same > 0 && same * 2 >= before.len().max(after.len())
}

/// Returns whether two texts have at least half of their lines in common.
pub(super) fn texts(old: &str, new: &str) -> bool {
    let lines = |text: &'_ str| {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (before, after) = (lines(old), lines(new));
    let same = before.intersection(&after).count();
    same > 0 && same * 2 >= before.len().max(after.len())
}

fn leaves(node: &Node, path: &str, out: &mut BTreeMap<String, String>) {
    match &node.kind {
        NodeKind::Mapping(mapping) if !mapping.entries.is_empty() => {
            mapping.entries.iter().for_each(|entry| leaves(&entry.value, &format!("{path}.{}", entry.key.text), out));
        }
        _ => {
            out.insert(path.to_owned(), written_exact(node));
        }
    }
}
