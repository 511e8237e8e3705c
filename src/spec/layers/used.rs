//! Groups that no component is in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, nearest};
use crate::source::Span;
use crate::spec::{Component, UNUSED_GROUP};
use crate::yaml::decode::{is_name, visible};
use crate::yaml::{Entry, Key, Mapping};

/// The field by which a component is in a group.
const GROUP: &str = "group";

/// A group.
pub(in crate::spec) struct UsedGroup {
    key: Key,
    /// What it gives to its components.
    fields: Span,
    /// Whether a component is in it.
    used: bool,
}

/// Returns the groups of an environment, and whether a component is in each.
pub(in crate::spec) fn used_groups(root: &Mapping) -> Vec<UsedGroup> {
    let entries = |section: &str| root.get(section).and_then(|entry| entry.value.as_mapping());
    // Components that could not be read may be in any.
    let unread = root.get("components").is_some() && entries("components").is_none();
    let components = entries("components").into_iter().flat_map(|all| &all.entries);
    let fields = components.filter_map(|entry| entry.value.as_mapping()).flat_map(|fields| &fields.entries);
    let used: BTreeSet<&Arc<str>> =
        fields.filter(|field| is_group(&field.key.text)).filter_map(|field| field.value.as_scalar()).collect();
    let groups = entries("groups").into_iter().flat_map(|all| &all.entries);
    let group = |entry: &Entry| UsedGroup {
        key: entry.key.clone(),
        fields: entry.value.span,
        used: unread || used.contains(&entry.key.text),
    };
    groups.map(group).collect()
}

/// Returns whether a field of a component is `group`, maybe misspelt: that is reported as what it is.
fn is_group(field: &str) -> bool {
    field == GROUP
        || !Component::FIELDS.contains(&field) && nearest(field, Component::FIELDS.iter().copied()) == Some(GROUP)
}

/// Reports groups that no component is in, in no environment. One in which something is wrong is not finished.
pub(in crate::spec) fn unused_groups(groups: Vec<UsedGroup>, problems: &[Diagnostic]) -> Vec<Diagnostic> {
    let places: BTreeSet<Span> = problems.iter().filter_map(|problem| Some(problem.primary.as_ref()?.span)).collect();
    let mut seen: BTreeMap<Span, (Arc<str>, bool)> = BTreeMap::new();
    for UsedGroup { key, fields, used } in groups {
        let within = |place: &Span| place.file == fields.file && fields.start <= place.start && place.end <= fields.end;
        let broken = || {
            places
                .range(Span { end: fields.start, ..fields }..)
                .take_while(|place| place.start <= fields.end)
                .any(within)
        };
        seen.entry(key.span).or_insert((key.text, false)).1 |= used || broken();
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
