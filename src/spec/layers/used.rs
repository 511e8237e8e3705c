//! Groups that no component is in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, nearest};
use crate::source::Span;
use crate::spec::UNUSED_GROUP;
use crate::yaml::decode::{is_name, visible};
use crate::yaml::{Key, Mapping, Node};

/// A group, and whether a component is in it.
pub(in crate::spec) type UsedGroup = (Key, bool);

/// Returns the groups of an environment, and whether a component is in each.
pub(in crate::spec) fn used_groups(root: &Mapping) -> Vec<UsedGroup> {
    let entries = |section: &str| root.get(section).and_then(|entry| entry.value.as_mapping());
    let components = entries("components").into_iter().flat_map(|all| &all.entries);
    let used: BTreeSet<&Arc<str>> =
        components.filter_map(|entry| entry.value.get("group").and_then(Node::as_scalar)).collect();
    let groups = entries("groups").into_iter().flat_map(|all| &all.entries);
    groups.map(|entry| (entry.key.clone(), used.contains(&entry.key.text))).collect()
}

/// Reports groups that no component is in, in no environment.
pub(in crate::spec) fn unused_groups(groups: Vec<UsedGroup>) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<Span, (Arc<str>, bool)> = BTreeMap::new();
    for (key, used) in groups {
        seen.entry(key.span).or_insert((key.text, false)).1 |= used;
    }
    let used: BTreeSet<Arc<str>> = seen.values().filter(|(_, used)| *used).map(|(name, _)| name.clone()).collect();
    let unused = seen.into_iter().filter(|(_, (name, used))| !used && is_name(name));
    let report = |(span, (name, _)): (Span, (Arc<str>, bool))| {
        let problem = Diagnostic::warning(UNUSED_GROUP, span, format!("no component is in group `{}`", visible(&name)))
            .why("its fields are given to the components of the group, so no output has them");
        let near = nearest(&name, used.iter().map(|name| &**name));
        let problem = match near {
            Some(near) => {
                problem.help(format!("did you mean `{near}`?")).fix(false, format!("change to `{near}`"), span, near)
            }
            None => problem,
        };
        problem.help("remove the group, or write `group:` at its components")
    };
    unused.map(report).collect()
}
