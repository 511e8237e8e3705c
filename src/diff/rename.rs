//! Which component and which node has another name now. Only what is certain counts: all else came and went.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::edits::Placed;
use super::names::replaced;
use crate::model::{Component, Node, Platform};

/// What has another name on the two sides.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// Components: the name before, and after.
    components: BTreeMap<Arc<str>, Arc<str>>,
    /// What components have as their names after.
    new: BTreeSet<Arc<str>>,
    /// Nodes: the name before, and after.
    pub(super) nodes: Vec<(Arc<str>, Arc<str>)>,
    /// Components and nodes.
    all: BTreeMap<Arc<str>, Arc<str>>,
}

impl Renames {
    /// Finds them. A component has to be renamed in the spec, and to be made of the same entry of the library in the same
    /// namespace; a node has to have the same virtual machine or the same address.
    pub(super) fn find(base: &Platform, head: &Platform, edits: &[Placed]) -> Self {
        let mut written: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for edit in edits.iter().map(|placed| &placed.edit).filter(|edit| edit.renamed) {
            if let (Some(before), Some(after)) = (&edit.before, &edit.after) {
                written.entry(before).or_default().insert(after);
            }
        }
        let components = base.components.iter().filter(|old| head.component(&old.name.value).is_none());
        let components = components.filter_map(|old| {
            let names = written.get(&*old.name.value)?.iter().filter(|name| base.component(name).is_none());
            let same = |new: &&Component| new.library == old.library && new.namespace.value == old.namespace.value;
            let new = names.filter_map(|name| head.component(name)).find(same)?;
            Some((old.name.value.clone(), new.name.value.clone()))
        });
        let components: BTreeMap<_, _> = components.collect();
        let nodes = nodes(base, head);
        let all = nodes.iter().cloned().chain(components.iter().map(|(old, new)| (old.clone(), new.clone()))).collect();
        Self { new: components.values().cloned().collect(), components, nodes, all }
    }

    /// Returns the name that a component has after, if it has another one.
    pub(super) fn after(&self, name: &str) -> Option<&Arc<str>> {
        self.components.get(name)
    }

    /// Returns whether a component is one that has another name on the other side.
    pub(super) fn is_component(&self, name: &str) -> bool {
        self.components.contains_key(name) || self.new.contains(name)
    }

    /// Returns whether a node is one that has another name on the other side.
    pub(super) fn is_node(&self, name: &str) -> bool {
        self.nodes.iter().any(|(old, new)| **old == *name || **new == *name)
    }

    /// Returns the text as it is after all renames.
    pub(super) fn apply(&self, text: &str) -> String {
        replaced(text, &self.all)
    }

    /// Returns whether nothing has another name.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

fn nodes(base: &Platform, head: &Platform) -> Vec<(Arc<str>, Arc<str>)> {
    let missing = |own: &'_ Platform, other: &Platform| -> Vec<Node> {
        let known: BTreeSet<&Arc<str>> = other.topology.nodes.iter().map(|node| &node.name.value).collect();
        own.topology.nodes.iter().filter(|node| !known.contains(&node.name.value)).cloned().collect()
    };
    let (gone, come) = (missing(base, head), missing(head, base));
    let same = |old: &Node, new: &Node| {
        let number = |node: &Node| node.vmid.as_ref().map(|vmid| vmid.value);
        if let (Some(before), Some(after)) = (number(old), number(new)) {
            return before == after;
        }
        old.addresses.iter().any(|from| new.addresses.iter().any(|to| from.ip.value == to.ip.value))
    };
    let mut found = Vec::new();
    for old in &gone {
        let mut like = come.iter().filter(|new| same(old, new));
        if let (Some(new), None) = (like.next(), like.next())
            && gone.iter().filter(|other| same(other, new)).count() == 1
        {
            found.push((old.name.value.clone(), new.name.value.clone()));
        }
    }
    found
}
