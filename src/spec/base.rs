//! What an overlay has to know of the base that it is laid over.

use std::sync::Arc;

use super::INCLUDE;
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::yaml::{BAD_VALUE, Entry, Key, Node};

/// The Argo CD of the base environment.
#[derive(Clone, Debug)]
pub struct BaseArgocd {
    /// Whether somebody else installs it.
    pub external: bool,
    /// The namespace that is written for it, and its place.
    pub namespace: Option<(Arc<str>, Span)>,
}

/// Looks for Argo CD among the components of the base.
pub(super) fn base_argocd(root: &Node) -> Option<BaseArgocd> {
    let named = |entry: &&Entry| {
        let library = entry.value.get("library").and_then(Node::as_scalar).unwrap_or(&entry.key.text);
        &**library == "argocd"
    };
    let component = &root.get("components")?.as_mapping()?.entries.iter().find(named)?.value;
    let group = component.get("group").and_then(Node::as_scalar);
    let group = group.and_then(|group| root.get("groups")?.get(group));
    let namespace = component.get("namespace").or_else(|| group?.get("namespace"));
    Some(BaseArgocd {
        external: component.get("installedBy").and_then(Node::as_scalar).is_some_and(|by| &**by == "external"),
        namespace: namespace.and_then(|node| Some((node.as_scalar()?.clone(), node.span))),
    })
}

pub(super) fn include_in_overlay(key: &Key) -> Diagnostic {
    Diagnostic::error(INCLUDE, key.span, "an environment cannot include files")
        .why("files are joined before an environment is laid over them, so what it names would not be read")
        .help("include the file at the root; it may hold this environment under `environments`")
}

pub(super) fn environments_in_overlay(key: &Key) -> Diagnostic {
    Diagnostic::error(BAD_VALUE, key.span, "an environment cannot hold environments")
        .why("each is laid over the base, never over another one")
        .help("move it up, beside this one")
}
