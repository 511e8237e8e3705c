//! Which component and which node has another name now. Only what is certain counts: all else came and went.

use std::sync::Arc;

use super::edits::Placed;
use crate::model::{Component, Node, Platform};

/// What has another name on the two sides.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// Components: the name before, and after.
    pub(super) components: Vec<(Arc<str>, Arc<str>)>,
    /// Nodes: the name before, and after.
    pub(super) nodes: Vec<(Arc<str>, Arc<str>)>,
}

impl Renames {
    /// Finds them. A component has to be renamed in the spec, and to be made of the same entry of the library in the same
    /// namespace; a node has to have the same virtual machine or the same address.
    pub(super) fn find(base: &Platform, head: &Platform, edits: &[Placed]) -> Self {
        let written = |old: &Component, new: &Component| {
            let (before, after) = (Some(&*old.name.value), Some(&*new.name.value));
            edits
                .iter()
                .map(|placed| &placed.edit)
                .any(|edit| edit.renamed && edit.before.as_deref() == before && edit.after.as_deref() == after)
        };
        let components = base.components.iter().filter(|old| head.component(&old.name.value).is_none());
        let components = components.filter_map(|old| {
            let mut new = head.components.iter().filter(|new| base.component(&new.name.value).is_none());
            let same = |new: &&Component| new.library == old.library && new.namespace.value == old.namespace.value;
            let new = new.find(|new| same(new) && written(old, new))?;
            Some((old.name.value.clone(), new.name.value.clone()))
        });
        Self { components: components.collect(), nodes: nodes(base, head) }
    }

    /// Returns the name that a component has after, if it has another one.
    pub(super) fn after(&self, name: &str) -> Option<&Arc<str>> {
        self.components.iter().find(|(old, _)| **old == *name).map(|(_, new)| new)
    }

    /// Returns whether a component is one that has another name on the other side.
    pub(super) fn is_component(&self, name: &str) -> bool {
        self.components.iter().any(|(old, new)| **old == *name || **new == *name)
    }

    /// Returns whether a node is one that has another name on the other side.
    pub(super) fn is_node(&self, name: &str) -> bool {
        self.nodes.iter().any(|(old, new)| **old == *name || **new == *name)
    }

    /// Returns the text as it is after all renames.
    pub(super) fn apply(&self, text: &str) -> String {
        let all = self.components.iter().chain(&self.nodes);
        all.fold(text.to_owned(), |text, (old, new)| replaced(&text, old, new))
    }

    /// Returns whether nothing has another name.
    pub(super) fn is_empty(&self) -> bool {
        self.components.is_empty() && self.nodes.is_empty()
    }
}

/// Returns a text with a whole name in place of another one: `app-1` is no part of `app-10`.
fn replaced(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(old) {
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let whole = !inside(before.chars().next_back()) && !inside(after.chars().next());
        out.push_str(before);
        out.push_str(if whole { new } else { old });
        rest = after;
    }
    out + rest
}

fn nodes(base: &Platform, head: &Platform) -> Vec<(Arc<str>, Arc<str>)> {
    let missing = |own: &'_ Platform, other: &Platform| -> Vec<Node> {
        let known = |name: &Arc<str>| other.topology.nodes.iter().any(|node| node.name.value == *name);
        own.topology.nodes.iter().filter(|node| !known(&node.name.value)).cloned().collect()
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

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn names_are_replaced_as_a_whole() {
        assert_eq!(replaced("apps/app-1.yaml app-10 my-app-1", "app-1", "web"), "apps/web.yaml app-10 my-web");
        assert_eq!(replaced("x", "y", "z"), "x");
    }
}
