//! Layers of the spec: included files, the overlay of an environment, defaults and groups.
//!
//! Layers are laid over each other as trees, before anything is decoded. Every node keeps the span of the file
//! that it was written in, so a diagnostic about a shared field points at the shared line.

mod overlay;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use overlay::Changes;
pub(super) use overlay::overlay;

use super::{UNKNOWN_GROUP, UNUSED_GROUP, WRITTEN_TWICE};
use crate::diag::{Diagnostic, Edit, Fix, Label, Spelling, nearest};
use crate::source::Span;
use crate::yaml::decode::{is_name, visible};
use crate::yaml::{Decoder, Entry, Key, MISSING_FIELD, Mapping, Node, NodeKind, Style};

/// The marker that removes an entry of the base in an overlay. Null does not: it is what a forgotten value looks like.
pub(super) const REMOVE: &str = "$remove";

/// Adds the sections of an included file to those of the including one. A thing that both write is reported.
pub(super) fn include(base: &mut Mapping, other: Mapping, out: &mut Vec<Diagnostic>) {
    for entry in other.entries {
        let Some(present) = base.get_mut(&entry.key.text) else {
            base.entries.push(entry);
            continue;
        };
        match (&mut present.value.kind, entry.value.kind) {
            (NodeKind::Mapping(below), NodeKind::Mapping(above)) => names(below, above, out),
            (NodeKind::Sequence(below), NodeKind::Sequence(above)) => below.extend(above),
            _ => out.push(twice(&entry.key.text, entry.key.span, present.key.span)),
        }
    }
}

fn names(base: &mut Mapping, other: Mapping, out: &mut Vec<Diagnostic>) {
    let known: BTreeMap<Arc<str>, Span> =
        base.entries.iter().map(|entry| (entry.key.text.clone(), entry.key.span)).collect();
    for entry in other.entries {
        match known.get(&entry.key.text) {
            Some(first) => out.push(twice(&entry.key.text, entry.key.span, *first)),
            None => base.entries.push(entry),
        }
    }
}

fn twice(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(WRITTEN_TWICE, second, format!("`{name}` is written in two files"))
        .label("the second one")
        .related(first, "the first one")
        .help("keep one; what differs in an environment belongs under `environments`")
}

fn is_remove(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { text, style: Style::Plain } if &**text == REMOVE)
}

/// A name of an overlay that the base does not have, and that is nearly one that the overlay leaves alone.
pub(super) struct Stranger {
    /// The name.
    key: Key,
    /// Where what it stands for begins.
    value: Span,
    /// The name of the base.
    near: Arc<str>,
}

/// Returns the strangers of an overlay, section by section.
pub(super) fn strangers(base: &Node, over: &Node) -> Vec<Stranger> {
    let mut all = Vec::new();
    for section in over.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
        let below = base.get(&section.key.text).and_then(Node::as_mapping);
        let (Some(below), Some(above)) = (below, section.value.as_mapping()) else { continue };
        let above: Vec<&Entry> = above.entries.iter().filter(|entry| entry.value.as_mapping().is_some()).collect();
        let untouched = || {
            below
                .entries
                .iter()
                .map(|entry| &*entry.key.text)
                .filter(|name| above.iter().all(|entry| *entry.key.text != **name))
        };
        for entry in above.iter().filter(|entry| below.entries.iter().all(|old| old.key.text != entry.key.text)) {
            let near = nearest(&entry.key.text, untouched()).map(Arc::from);
            all.extend(near.map(|near| Stranger { key: entry.key.clone(), value: entry.value.span.at_start(), near }));
        }
    }
    all
}

/// Says of what is missing in a stranger that it may be a misspelt name.
pub(super) fn explain(strangers: &[Stranger], found: &mut [Diagnostic]) {
    for problem in found.iter_mut().filter(|problem| problem.kind == MISSING_FIELD) {
        let here = |stranger: &&Stranger| problem.primary.as_ref().is_some_and(|label| label.span == stranger.value);
        let Some(Stranger { key, near, .. }) = strangers.iter().find(here) else { continue };
        let place = problem.primary.replace(Label { span: key.span, text: String::new() });
        problem.secondary.extend(place.map(|label| Label { text: "this is all that it has".to_owned(), ..label }));
        problem.help.insert(0, format!("did you mean `{near}`? The base environment has no `{}`", key.text));
        problem.fix = Some(Fix {
            title: format!("change to `{near}`"),
            safe: false,
            edits: vec![Edit { span: key.span, text: near.to_string() }],
        });
    }
}

/// Gives nodes the fields of `defaults.nodes`, and components those of their groups, where they have none of their own.
///
/// Returns the groups that are there, and whether a component is in each.
pub(super) fn share(root: &mut Mapping, out: &mut Vec<Diagnostic>) -> Vec<UsedGroup> {
    let defaults = root.get("defaults").and_then(|entry| entry.value.get("nodes")).cloned();
    if let (Some(defaults), Some(nodes)) = (defaults, section(root, "nodes")) {
        for entry in &mut nodes.entries {
            beneath(&mut entry.value, &defaults);
        }
    }
    let groups = root.get("groups").map(|entry| entry.value.clone());
    let mut used = BTreeSet::new();
    if let Some(components) = section(root, "components") {
        share_groups(components, groups.as_ref(), out);
        let named = components.entries.iter().filter_map(|entry| entry.value.get("group")?.as_scalar().cloned());
        used.extend(named);
    }
    let written = groups.iter().filter_map(Node::as_mapping).flat_map(|all| &all.entries);
    written.map(|entry| (entry.key.clone(), used.contains(&entry.key.text))).collect()
}

/// Reports groups that no component is in, in no environment.
pub(super) fn unused_groups(groups: Vec<UsedGroup>) -> Vec<Diagnostic> {
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

/// A group, and whether a component is in it.
pub(super) type UsedGroup = (Key, bool);

fn share_groups(components: &mut Mapping, groups: Option<&Node>, out: &mut Vec<Diagnostic>) {
    let written = groups.and_then(Node::as_mapping);
    let known: BTreeMap<&str, &Node> =
        written.into_iter().flat_map(|all| &all.entries).map(|entry| (&*entry.key.text, &entry.value)).collect();
    let mut spelling = Spelling::default();
    for entry in &mut components.entries {
        let Some(group) = entry.value.get("group").cloned() else { continue };
        let Some(name) = group.as_scalar().filter(|_| !group.is_null()) else { continue };
        // Groups that are no map are reported as such, and may have meant this one.
        if groups.is_some() && written.is_none() {
            continue;
        }
        if let Some(shared) = known.get(&**name) {
            beneath(&mut entry.value, shared);
        } else {
            let names = known.keys().copied();
            out.push(Decoder::unknown_among(&mut spelling, UNKNOWN_GROUP, group.span, "group", name, names));
        }
    }
}

fn section<'a>(root: &'a mut Mapping, name: &str) -> Option<&'a mut Mapping> {
    match &mut root.get_mut(name)?.value.kind {
        NodeKind::Mapping(mapping) => Some(mapping),
        _ => None,
    }
}

/// Adds what `shared` has and `node` lacks; maps are completed deeply, everything else is the node's own.
fn beneath(node: &mut Node, shared: &Node) {
    let (NodeKind::Mapping(own), NodeKind::Mapping(shared)) = (&mut node.kind, &shared.kind) else { return };
    for entry in &shared.entries {
        match own.get_mut(&entry.key.text) {
            Some(present) => beneath(&mut present.value, &entry.value),
            None => own.entries.push(entry.clone()),
        }
    }
}
