//! Layers of the spec: included files, the overlay of an environment, defaults and groups.
//!
//! Layers are laid over each other as trees, before anything is decoded. Every node keeps the span of the file
//! that it was written in, so a diagnostic about a shared field points at the shared line.

mod flows;
mod overlay;
mod used;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use overlay::overlay;
pub use overlay::{Changes, Removed};
pub(super) use used::{UsedGroup, unused_groups, used_groups};

use super::component::Component;
use super::{UNKNOWN_GROUP, WRITTEN_TWICE};
use crate::diag::{Diagnostic, Edit, Fix, Label, Spelling, nearest};
use crate::source::{Span, Spanned};
use crate::yaml::{Decoder, Entry, Field, Key, MISSING_FIELD, Mapping, Names, Node, NodeKind, Style};

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

/// A free tree of a group that a component has none of: it is handed on when the component is read, so that all components
/// of the group have the same one.
pub(super) struct Handed {
    /// The component.
    pub(super) component: Arc<str>,
    /// The field.
    pub(super) field: &'static str,
    /// The tree.
    pub(super) tree: Arc<Node>,
}

/// The fields of groups that hold free trees.
const FREE: [&str; 2] = ["values", "application"];

/// Gives nodes the fields of `defaults.nodes`, and components those of their groups, where they have none of their own.
/// Returns what has to be handed on.
pub(super) fn share(root: &mut Mapping, out: &mut Vec<Diagnostic>) -> Vec<Handed> {
    let defaults = root.get("defaults").and_then(|entry| entry.value.get("nodes")).cloned();
    if let (Some(defaults), Some(nodes)) = (defaults, section(root, "nodes")) {
        for entry in &mut nodes.entries {
            beneath(&mut entry.value, &defaults);
        }
    }
    let groups = root.get("groups").map(|entry| entry.value.clone());
    let mut handed = Vec::new();
    if let Some(components) = section(root, "components") {
        share_groups(components, groups.as_ref(), &mut handed, out);
    }
    handed
}

/// A group: all of it, and its free trees.
type Group<'a> = (&'a Node, Vec<(&'static str, Arc<Node>)>);

fn group(written: &Node) -> Group<'_> {
    let tree = |field: &'static str| written.get(field).map(|tree| (field, Arc::new(tree.clone())));
    (written, FREE.into_iter().filter_map(tree).collect())
}

fn share_groups(components: &mut Mapping, groups: Option<&Node>, handed: &mut Vec<Handed>, out: &mut Vec<Diagnostic>) {
    let written = groups.and_then(Node::as_mapping);
    let known: BTreeMap<&str, Group<'_>> =
        written.into_iter().flat_map(|all| &all.entries).map(|entry| (&*entry.key.text, group(&entry.value))).collect();
    let mut spelling = Spelling::default();
    for entry in &mut components.entries {
        let Some(group) = entry.value.get("group").cloned() else { continue };
        let Some(name) = group.as_scalar().filter(|_| !group.is_null()) else { continue };
        // Groups that are no map are reported as such, and may have meant this one.
        if groups.is_some() && written.is_none() {
            continue;
        }
        if let Some((shared, trees)) = known.get(&**name) {
            let NodeKind::Mapping(own) = &mut entry.value.kind else { continue };
            let lacks = |field: &str| own.get(field).is_none();
            for (field, tree) in trees.iter().filter(|(field, _)| lacks(field)) {
                let (component, tree) = (entry.key.text.clone(), tree.clone());
                handed.push(Handed { component, field, tree });
            }
            let lacking = |other: &&Entry| !(FREE.contains(&&*other.key.text) && own.get(&other.key.text).is_none());
            let all = shared.as_mapping().into_iter().flat_map(|shared| &shared.entries);
            let rest: Vec<&Entry> = all.filter(lacking).collect();
            for entry in rest {
                lay_beneath(own, entry);
            }
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
        lay_beneath(own, entry);
    }
}

fn lay_beneath(own: &mut Mapping, entry: &Entry) {
    match own.get_mut(&entry.key.text) {
        Some(present) => beneath(&mut present.value, &entry.value),
        None => own.entries.push(entry.clone()),
    }
}

/// Gives components the free trees of their groups.
pub(super) fn hand(handed: Vec<Handed>, components: &mut Names<Component>) {
    for Handed { component, field, tree } in handed {
        let Some(component) = components.get_mut(&component).and_then(|named| named.value.as_mut()) else { continue };
        let component = &mut component.value;
        let place = if field == "values" { &mut component.values } else { &mut component.application };
        *place = Field::Given(Spanned::new(tree.clone(), tree.span));
    }
}
