//! What reads secrets out of a store: `ExternalSecrets` and their kin, annotations for Vault's agent, and texts that name a path.
//! They stand in manifests, or in Helm values that hold objects.

use std::sync::Arc;

use super::{ComponentFacts, Place, marks};
use crate::doc::{Doc, Map};
use crate::source::{Origin, OriginId, Span};

/// Something that reads a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreRead {
    /// How people name it.
    pub shown: String,
    /// The namespace that it is in.
    pub namespace: Option<Arc<str>>,
    /// By what it reaches the store.
    pub by: Way,
    /// The items that it reads.
    pub items: Vec<ItemRead>,
}

/// How a store is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By an object for it.
    Store(StoreName),
    /// By the path in Vault, which begins with the mount of an engine.
    Path,
}

/// The name of an object for a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreName {
    /// Whether it is one of the whole cluster.
    pub cluster: bool,
    /// Its name.
    pub name: Arc<str>,
    /// The line of the name.
    pub span: Span,
    /// The line of its kind, where that is written.
    pub kind: Option<Span>,
}

/// An item that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRead {
    /// Its path, as written.
    pub path: Arc<str>,
    /// The line of the path.
    pub span: Span,
    /// The key in it and its line, if one is asked for.
    pub key: Option<(Arc<str>, Span)>,
}

/// What an annotation for Vault's agent begins with.
const AGENT: &str = "vault.hashicorp.com/agent-inject-secret-";

/// What texts begin with that a program replaces by a secret of Vault.
const TEXTS: [&str; 2] = ["vault:", "<path:"];

/// Returns whether a key may be one of a reader of a store.
pub(super) fn is_of_store(key: &str) -> bool {
    key == "spec" || key.starts_with(AGENT)
}

/// Returns whether a text names a path of a store.
pub(super) fn names_path(text: &str) -> bool {
    TEXTS.iter().any(|start| text.starts_with(start))
}

/// Keeps what a map says of stores.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let marked = place.marks & marks::STORE != 0;
    if marked && place.map.get("spec").is_some() {
        object(place, facts);
    }
    let annotations = marked && place.keys.last().is_some_and(|key| key.ends_with("nnotations"));
    for (key, value) in place.map.iter() {
        let Some(text) = value.as_str() else { continue };
        if annotations && key.text.starts_with(AGENT) {
            path(place, "the agent of Vault", text, value.origin, facts);
        } else if !matches!(text.as_bytes().first(), Some(b'v' | b'<')) {
            // Nearly all texts: the two below begin so.
        } else if let Some(path_of) = TEXTS.iter().find_map(|start| text.strip_prefix(start)) {
            path(place, "this text", path_of.trim_end_matches('>'), value.origin, facts);
        }
    }
}

/// A path in Vault, perhaps with `#` and a key.
fn path(place: &Place<'_>, shown: &str, text: &str, origin: OriginId, facts: &mut ComponentFacts) {
    let Some(span) = place.document.line(origin).filter(|_| place.document.is_written(origin)) else { return };
    let (path, key) = text.split_once('#').map_or((text, None), |(path, key)| (path, Some(key)));
    let key = key.filter(|key| !key.is_empty()).map(|key| (Arc::from(key), span));
    let items = vec![ItemRead { path: path.into(), span, key }];
    let (shown, namespace) = (shown.to_owned(), super::refs::namespace(place));
    facts.reads.push(StoreRead { shown, namespace, by: Way::Path, items });
}

/// An object, of a manifest or in a list of values.
fn object(place: &Place<'_>, facts: &mut ComponentFacts) {
    let word = |key: &str| place.map.get(key).and_then(Doc::as_str);
    let (Some(group), Some(kind_doc), Some(kind)) = (word("apiVersion"), place.map.get("kind"), word("kind")) else {
        return;
    };
    // What dvgen makes of the spec is right, or has been reported there.
    if matches!(place.document.origins.get(kind_doc.origin), Origin::Derived { .. } | Origin::Default { .. }) {
        return;
    }
    let spec = place.map.get("spec").and_then(Doc::as_map);
    let Some(spec) = spec.filter(|_| group.split('/').next().is_some_and(|group| GROUPS.contains(&group))) else {
        return;
    };
    let metadata = |key: &str| place.map.get("metadata").and_then(|metadata| metadata.at(&[key])?.as_str());
    let name = metadata("name").unwrap_or_default();
    let namespace = metadata("namespace").map(Arc::from).or_else(|| super::refs::namespace(place));
    let mut reader = Reader { place, shown: format!("{kind} `{name}`"), namespace, facts };
    match kind {
        "ExternalSecret" => reader.external(spec),
        "ClusterExternalSecret" => {
            reader.namespace = None;
            spec.get("externalSecretSpec").and_then(Doc::as_map).into_iter().for_each(|spec| reader.external(spec));
        }
        "PushSecret" => {
            for store in spec.get("secretStoreRefs").and_then(Doc::as_list).into_iter().flatten() {
                reader.add(Some(store), Vec::new());
            }
        }
        "VaultStaticSecret" => reader.mounted(spec),
        "SecretStore" | "ClusterSecretStore" if !place.document.is_object() => {
            let namespace = reader.namespace.filter(|_| kind == "SecretStore");
            facts.stores.push((namespace, name.into()));
        }
        _ => {}
    }
}

/// The groups of kinds that read stores.
const GROUPS: [&str; 2] = ["external-secrets.io", "secrets.hashicorp.com"];

struct Reader<'r, 'a> {
    place: &'r Place<'a>,
    shown: String,
    namespace: Option<Arc<str>>,
    facts: &'r mut ComponentFacts,
}

impl Reader<'_, '_> {
    /// The items of an `ExternalSecret`, each by the store that it names itself, else by that of all.
    fn external(&mut self, spec: &Map) {
        let usual = spec.get("secretStoreRef");
        let mut items = Vec::new();
        let lists = ["data", "dataFrom"].into_iter().filter_map(|key| spec.get(key)?.as_list()).flatten();
        for entry in lists {
            let reference = entry.at(&["remoteRef"]).or_else(|| entry.at(&["extract"]));
            let item = reference.and_then(|reference| self.item(reference));
            match entry.at(&["sourceRef"]) {
                Some(source) => {
                    if let Some(store) = source.at(&["storeRef"]) {
                        self.add(Some(store), item.into_iter().collect());
                    }
                }
                None => items.extend(item),
            }
        }
        self.add(usual, items);
    }

    /// A `VaultStaticSecret` names mount and path apart.
    fn mounted(&mut self, spec: &Map) {
        let text = |key: &str| spec.get(key).and_then(|doc| Some((doc.as_str()?, doc.origin)));
        let (Some((mount, _)), Some((path, origin))) = (text("mount"), text("path")) else { return };
        let Some(span) = self.place.document.line(origin) else { return };
        let items = vec![ItemRead { path: format!("{mount}/{path}").into(), span, key: None }];
        let (shown, namespace) = (self.shown.clone(), self.namespace.clone());
        self.facts.reads.push(StoreRead { shown, namespace, by: Way::Path, items });
    }

    fn item(&self, reference: &Doc) -> Option<ItemRead> {
        let text = |key: &str| {
            let doc = reference.at(&[key])?;
            let text = doc.as_str().filter(|text| !text.is_empty() && !text.contains("{{"))?;
            Some((Arc::from(text), self.place.document.line(doc.origin)?))
        };
        let (path, span) = text("key")?;
        Some(ItemRead { path, span, key: text("property") })
    }

    fn add(&mut self, store: Option<&Doc>, items: Vec<ItemRead>) {
        let Some(store) = store else { return };
        let document = &self.place.document;
        let Some(name) = store.at(&["name"]) else { return };
        let (Some(text), Some(span)) = (name.as_str().filter(|text| !text.contains("{{")), document.line(name.origin))
        else {
            return;
        };
        let kind = store.at(&["kind"]);
        let cluster = kind.and_then(Doc::as_str) == Some("ClusterSecretStore");
        let kind = kind.and_then(|kind| document.line(kind.origin));
        let by = Way::Store(StoreName { cluster, name: text.into(), span, kind });
        let (shown, namespace) = (self.shown.clone(), self.namespace.clone());
        self.facts.reads.push(StoreRead { shown, namespace, by, items });
    }
}
