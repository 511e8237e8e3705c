//! The items that objects of the user read out of the store: `ExternalSecrets` in manifests, and in values that hold objects.

use std::sync::Arc;

use crate::model::{Component, STORE_NAME, SecretStore};
use crate::source::Span;
use crate::yaml::{Mapping, Node, NodeKind};

/// Returns the items that objects of a component read by the store of the platform, each with the line that names it.
pub(in crate::emit) fn items(component: &Component, store: &SecretStore) -> Vec<(Arc<str>, Span)> {
    let mut found = Vec::new();
    let manifests = component.manifests.iter().flat_map(|manifest| manifest.documents.iter());
    for node in manifests.chain(component.values.as_deref()) {
        walk(node, store, &mut found);
    }
    found
}

fn walk(node: &Node, store: &SecretStore, found: &mut Vec<(Arc<str>, Span)>) {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().for_each(|item| walk(item, store, found)),
        NodeKind::Mapping(mapping) => {
            if let Some(spec) = spec_of(mapping) {
                external(spec, store, found);
            } else {
                mapping.entries.iter().for_each(|entry| walk(&entry.value, store, found));
            }
        }
        NodeKind::Scalar { .. } => {}
    }
}

fn at<'a>(mapping: &'a Mapping, key: &str) -> Option<&'a Mapping> {
    mapping.get(key)?.value.as_mapping()
}

fn word<'a>(mapping: &'a Mapping, key: &str) -> Option<&'a str> {
    Some(mapping.get(key)?.value.as_scalar()?)
}

/// Returns what an object of External Secrets says of what it reads.
fn spec_of(object: &Mapping) -> Option<&Mapping> {
    word(object, "apiVersion").filter(|group| group.starts_with("external-secrets.io/"))?;
    match word(object, "kind")? {
        "ExternalSecret" => at(object, "spec"),
        "ClusterExternalSecret" => at(at(object, "spec")?, "externalSecretSpec"),
        _ => None,
    }
}

fn external(spec: &Mapping, store: &SecretStore, found: &mut Vec<(Arc<str>, Span)>) {
    let usual = at(spec, "secretStoreRef");
    let lists = ["data", "dataFrom"].into_iter().filter_map(|key| spec.get(key)?.value.as_sequence()).flatten();
    for entry in lists.filter_map(Node::as_mapping) {
        let own = at(entry, "sourceRef").and_then(|source| at(source, "storeRef"));
        let is_ours = own.or(usual).is_some_and(|named| {
            word(named, "kind") == Some("ClusterSecretStore") && word(named, "name") == Some(STORE_NAME)
        });
        let reference = at(entry, "remoteRef").or_else(|| at(entry, "extract"));
        let key = reference.and_then(|reference| reference.get("key")).filter(|_| is_ours);
        if let Some((text, span)) = key.and_then(|key| Some((key.value.as_scalar()?, key.value.span)))
            && !text.is_empty()
            && !text.contains("{{")
        {
            found.push((below(store, text).into(), span));
        }
    }
}

/// A key may begin with the mount, or not.
fn below<'a>(store: &SecretStore, key: &'a str) -> &'a str {
    let rest = key.strip_prefix(&*store.mount.value).and_then(|rest| rest.strip_prefix('/'));
    rest.map_or(key, |rest| rest.strip_prefix("data/").filter(|_| store.version.value == 2).unwrap_or(rest))
}
