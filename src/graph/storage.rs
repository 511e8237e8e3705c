//! Storage classes that manifests and Helm values name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Component, ComponentId, Platform};
use crate::source::Span;
use crate::yaml::{Node, NodeKind};

/// Who provides which storage class, by name.
pub(super) struct Classes {
    providers: BTreeMap<Arc<str>, ComponentId>,
    default: Option<Arc<str>>,
}

/// The keys that name a class, in claims and in the values of charts.
const KEYS: [&str; 2] = ["storageClassName", "storageClass"];

impl Classes {
    /// Collects the classes of the spec that components provide, and those among the manifests of components.
    pub(super) fn new(platform: &Platform) -> Self {
        let mut providers = BTreeMap::new();
        let find = |name: &str| {
            let at = platform.components.binary_search_by(|component| (*component.name.value).cmp(name));
            at.ok().map(ComponentId)
        };
        let classes = &platform.topology.storage_classes;
        for class in classes {
            let provider = class.component.as_ref().and_then(|provider| find(&provider.value));
            providers.extend(provider.map(|provider| (class.name.value.clone(), provider)));
        }
        for (at, component) in platform.components.iter().enumerate() {
            let documents = component.manifests.iter().flat_map(|manifest| &manifest.documents);
            for class in documents.filter(|document| scalar(document, &["kind"]) == Some("StorageClass")) {
                let name = scalar(class, &["metadata", "name"]).map(Arc::from);
                providers.extend(name.map(|name| (name, ComponentId(at))));
            }
        }
        let default = classes.iter().find(|class| class.default.value).map(|class| class.name.value.clone());
        Self { providers, default }
    }

    /// Returns the classes that the manifests and values of a component name, each with its provider and its place.
    pub(super) fn named(&self, component: &Component) -> Vec<(Arc<str>, ComponentId, Span)> {
        let mut all = Vec::new();
        if self.providers.is_empty() {
            return all;
        }
        for document in component.manifests.iter().flat_map(|manifest| &manifest.documents) {
            match scalar(document, &["kind"]) {
                // These are no users of a class.
                Some("StorageClass" | "PersistentVolume") => {}
                Some("PersistentVolumeClaim") => self.claim(document, &mut all),
                Some("StatefulSet") => {
                    let claims = at(document, &["spec", "volumeClaimTemplates"]).and_then(Node::as_sequence);
                    claims.into_iter().flatten().for_each(|claim| self.claim(claim, &mut all));
                }
                _ => self.below(document, &mut all),
            }
        }
        if let Some(values) = component.values.as_deref() {
            self.below(values, &mut all);
        }
        all
    }

    fn add(&self, name: &str, place: Span, all: &mut Vec<(Arc<str>, ComponentId, Span)>) {
        let known = self.providers.get_key_value(name);
        all.extend(known.map(|(name, provider)| (name.clone(), *provider, place)));
    }

    /// A claim without a class is one of the default class.
    fn claim(&self, claim: &Node, all: &mut Vec<(Arc<str>, ComponentId, Span)>) {
        match (at(claim, &["spec", "storageClassName"]), &self.default) {
            (Some(class), _) => self.add(class.as_scalar().map_or("", |name| name), class.span, all),
            (None, Some(default)) => {
                let place = at(claim, &["metadata", "name"]).unwrap_or(claim).span;
                // What is bound to a volume by hand needs no class.
                if at(claim, &["spec", "volumeName"]).is_none() {
                    self.add(default, place, all);
                }
            }
            (None, None) => {}
        }
    }

    /// Looks at all maps of a tree, but for volumes that are switched off.
    fn below(&self, node: &Node, all: &mut Vec<(Arc<str>, ComponentId, Span)>) {
        match &node.kind {
            NodeKind::Scalar { .. } => {}
            NodeKind::Sequence(items) => items.iter().for_each(|item| self.below(item, all)),
            NodeKind::Mapping(mapping) => {
                let off = |key: &str| {
                    mapping.get(key).and_then(|entry| entry.value.as_scalar()).is_some_and(|it| &**it == "false")
                };
                if off("enabled") {
                    return;
                }
                for entry in &mapping.entries {
                    if KEYS.contains(&&*entry.key.text)
                        && let Some(name) = entry.value.as_scalar()
                    {
                        self.add(name, entry.value.span, all);
                    } else {
                        self.below(&entry.value, all);
                    }
                }
            }
        }
    }
}

fn at<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn scalar<'a>(node: &'a Node, path: &[&str]) -> Option<&'a str> {
    at(node, path)?.as_scalar().map(|text| &**text)
}
