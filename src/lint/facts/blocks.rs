//! Maps of values and manifests that say where pods run and how they are reached, as far as a person wrote them.

use std::sync::Arc;

use super::{ComponentFacts, Document, Place, marks};
use crate::doc::{Doc, Map, Value};

/// A map that rules about addresses, ports and nodes look at: a Service of Helm values, the pods of a manifest.
#[derive(Debug)]
pub struct Block {
    /// The keys above it, joined by dots.
    pub keys: String,
    /// The file that it is in.
    pub path: Arc<str>,
    /// Whether it is in Helm values, and not in a manifest.
    pub values: bool,
    /// The map, with the keys that rules look at and no others.
    pub doc: Doc,
}

/// Returns whether a map with this key is kept, if a person wrote what stands there.
pub(super) fn is_reason(key: &str) -> bool {
    matches!(
        key,
        "affinity"
            | "annotations"
            | "className"
            | "externalTrafficPolicy"
            | "host"
            | "hostPort"
            | "hostname"
            | "hosts"
            | "ingressClassName"
            | "loadBalancerIP"
            | "nodePort"
            | "nodePorts"
            | "nodeSelector"
            | "podAntiAffinity"
            | "podAntiAffinityPreset"
            | "resources"
            | "storageClass"
            | "storageClassName"
            | "topologySpreadConstraints"
    )
}

/// Returns whether a rule looks at this key beside the others.
fn is_beside(key: &str) -> bool {
    matches!(
        key,
        "accessMode"
            | "accessModes"
            | "containerPort"
            | "deploymentStrategy"
            | "enabled"
            | "instances"
            | "path"
            | "protocol"
            | "replicaCount"
            | "replicas"
            | "strategy"
            | "tolerations"
            | "type"
            | "updateStrategy"
    )
}

/// Keeps a map, if rules look at it.
pub fn block(place: &Place<'_>, values: bool, facts: &mut ComponentFacts) {
    if place.marks & marks::REASON == 0 {
        return;
    }
    let document = &place.document;
    let kept = |(key, doc): &(&crate::doc::Key, &Doc)| is_reason(&key.text) && has_written(document, doc);
    if !place.map.iter().any(|entry| kept(&entry)) {
        return;
    }
    let mut map = Map::default();
    for (key, doc) in place.map.iter().filter(|(key, _)| is_reason(&key.text) || is_beside(&key.text)) {
        map.push_new(key.clone(), doc.clone());
    }
    let (keys, path) = (place.keys.join("."), document.path.into());
    facts.blocks.push(Block { keys, path, values, doc: Doc::map(map, place.origin) });
}

/// Returns whether a person wrote a value, or something in it, or a placement that a template made it of.
fn has_written(document: &Document<'_>, doc: &Doc) -> bool {
    match &doc.value {
        Value::Map(map) => map.iter().any(|(_, doc)| has_written(document, doc)),
        Value::List(items) => items.iter().any(|doc| has_written(document, doc)),
        Value::Null => false,
        _ => document.is_written(doc.origin) || document.is_placed(doc.origin),
    }
}
