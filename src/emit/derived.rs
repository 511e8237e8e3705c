//! What dvgen derives of an Application, so that `application:` has no say in it.

use std::borrow::Cow;

use crate::yaml::{Entry, Node, NodeKind};

/// Which Application it is, what it deploys and where.
pub const DERIVED_FIELDS: [&str; 9] = [
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "spec.project",
    "spec.destination",
    "spec.source",
    "spec.sources",
    "status",
];

/// Annotations that dvgen derives.
pub const DERIVED_ANNOTATIONS: [&str; 2] =
    ["argocd.argoproj.io/manifest-generate-paths", "argocd.argoproj.io/sync-wave"];

/// Where annotations stand.
const ANNOTATIONS: &str = "metadata.annotations";

/// Returns `application:` of a component without what is derived. That it is written has been reported: what is wrong
/// with it is no problem of its own.
pub(super) fn without_derived(node: &Node) -> Cow<'_, Node> {
    if !has_derived(node, "") {
        return Cow::Borrowed(node);
    }
    let mut kept = node.clone();
    take_out(&mut kept, "");
    Cow::Owned(kept)
}

fn is_derived(path: &str, name: &str) -> bool {
    if path == ANNOTATIONS {
        return DERIVED_ANNOTATIONS.contains(&name);
    }
    DERIVED_FIELDS.iter().any(|field| match path.len() {
        0 => *field == name,
        length => field.len() == length + 1 + name.len() && field.starts_with(path) && field.ends_with(name),
    })
}

/// Returns the path of the value of an entry, if something below it may be derived.
fn below(path: &str, entry: &Entry) -> Option<&'static str> {
    match (path, &*entry.key.text) {
        ("", "metadata") => Some("metadata"),
        ("", "spec") => Some("spec"),
        ("metadata", "annotations") => Some(ANNOTATIONS),
        _ => None,
    }
}

fn has_derived(node: &Node, path: &str) -> bool {
    node.as_mapping().into_iter().flat_map(|mapping| &mapping.entries).any(|entry| {
        is_derived(path, &entry.key.text) || below(path, entry).is_some_and(|path| has_derived(&entry.value, path))
    })
}

fn take_out(node: &mut Node, path: &str) {
    let NodeKind::Mapping(mapping) = &mut node.kind else { return };
    mapping.entries.retain(|entry| !is_derived(path, &entry.key.text));
    for entry in &mut mapping.entries {
        if let Some(path) = below(path, entry) {
            take_out(&mut entry.value, path);
        }
    }
}
