//! Secrets: the store, its items, and who reads which. Only references, never values.

mod backups;
mod certificate;
mod check;
mod flows;
mod keys;
mod kinds;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cluster::Cloud;
use super::resolve::{Resolver, Section};
use super::{Text, Traced, UNKNOWN_CLOUD};
use crate::doc::{Doc, Map, Value};
use crate::source::OriginId;
use crate::spec::{self, SecretMaker, StoreKind};
use crate::yaml::Field;

pub(super) use certificate::CERTIFICATE;
pub(super) use check::resolve;

/// Where secrets are kept.
#[derive(Clone, Debug)]
pub struct SecretStore {
    /// The kind of store.
    pub kind: StoreKind,
    /// The component that runs it.
    pub component: Option<Traced<Arc<str>>>,
    /// The mount of the key-value engine.
    pub mount: Traced<Arc<str>>,
    /// The version of the key-value engine.
    pub version: Traced<u8>,
    /// The name of the vault in 1Password.
    pub vault: Option<Text>,
    /// The project of Google Cloud that has the secrets.
    pub project: Option<Text>,
    /// What stands before the names of secrets in it.
    pub prefix: Option<Text>,
    /// Who makes Secrets out of the items.
    pub by: Traced<SecretMaker>,
    /// The URL by which pods reach it, once components are resolved.
    pub server: Option<Traced<Arc<str>>>,
    /// The namespace that it runs in, once components are resolved.
    pub namespace: Option<Text>,
    /// The line of the spec.
    pub origin: OriginId,
}

impl SecretStore {
    /// Returns whether the keys of a Secret are those of its item: the operator of 1Password gives none another name.
    pub fn verbatim(&self) -> bool {
        self.by.value == SecretMaker::Operator
    }

    /// Returns what an item is called in the store. The operator of 1Password finds an item by a path, so its title can
    /// hold no `/` (github.com/1Password/onepassword-operator, `ParseVaultAndItemFromPath`).
    pub fn title(&self, item: &str) -> String {
        if self.kind == StoreKind::Gcp {
            // A secret is called by letters, digits, `-` and `_` (cloud.google.com, Secret Manager, "Create a secret").
            let plain = item.replace(['/', '.'], "-");
            return self.prefix.as_ref().map_or_else(|| plain.clone(), |prefix| format!("{}{plain}", prefix.value));
        }
        if self.verbatim() { item.replace('/', "-") } else { item.to_owned() }
    }
}

/// The name of the `ClusterSecretStore` that dvgen makes.
pub const STORE_NAME: &str = "platform-secrets";

/// The role by which External Secrets logs in to the store.
pub const STORE_ROLE: &str = "external-secrets";

/// An item of the store.
#[derive(Clone, Debug)]
pub struct SecretItem {
    /// Its path.
    pub path: Traced<Arc<str>>,
    /// Its keys.
    pub keys: Vec<Traced<Arc<str>>>,
    /// Whether all keys could be read.
    pub complete: bool,
}

/// A key of a Secret that a component reads.
#[derive(Clone, Debug)]
pub struct SecretKey {
    /// What templates call it.
    pub id: Arc<str>,
    /// The key of the item in the store.
    pub stored: Arc<str>,
    /// The key of the Kubernetes Secret.
    pub inside: Traced<Arc<str>>,
}

/// A Secret that a component reads.
#[derive(Clone, Debug)]
pub struct SecretUse {
    /// What it is for, as templates call it.
    pub id: Arc<str>,
    /// The name of the Kubernetes Secret.
    pub name: Traced<Arc<str>>,
    /// The item of the store.
    pub item: Traced<Arc<str>>,
    /// Its keys.
    pub keys: Vec<SecretKey>,
    /// What the values of keys have to be, where they are not free, by the names of templates.
    pub hints: Vec<(Arc<str>, Text)>,
    /// The type of the Kubernetes Secret.
    pub kind: Option<Arc<str>>,
    /// The flow that it belongs to, by index.
    pub flow: Option<usize>,
}

/// Reads the store.
pub(super) fn store(cx: &mut Resolver<'_>, spec: &spec::Platform, clouds: &[Cloud]) -> Option<SecretStore> {
    let store = spec.secrets.value()?.store.get()?;
    let kind = *store.value.kind.value()?;
    let component = store.value.component.get().map(|name| cx.traced("secret store", name.value.clone(), name.span));
    let mount = cx
        .word(&store.value.mount, "mount")
        .unwrap_or_else(|| Traced::new("secret".into(), cx.origins.defaulted("Vault's own mount", Some(store.span))));
    let version = cx.given_or(&store.value.version, "engine version", 2, "version 2 of the engine", store.span);
    let vault = cx.word(&store.value.vault, "vault");
    let (usual, why) = match kind {
        StoreKind::Vault => (SecretMaker::ExternalSecrets, "External Secrets reads Vault"),
        StoreKind::OnePassword => (SecretMaker::Operator, "1Password has an operator of its own"),
        StoreKind::Gcp => (SecretMaker::ExternalSecrets, "External Secrets reads Secret Manager"),
    };
    let by = cx.given_or(&store.value.by, "maker of Secrets", usual, why, store.span);
    kinds::check(cx, &store.value, kind, store.span);
    let project = project(cx, &store.value, clouds);
    let prefix = cx.word(&store.value.prefix, "prefix");
    Some(SecretStore {
        kind,
        component,
        mount,
        version,
        vault,
        project,
        prefix,
        by,
        server: None,
        namespace: None,
        origin: cx.origins.written("secret store", store.span),
    })
}

/// Returns the project of the cloud whose secrets a store has.
fn project(cx: &mut Resolver<'_>, store: &spec::SecretStore, clouds: &[Cloud]) -> Option<Text> {
    let named = store.cloud.get()?;
    let found = clouds.iter().find(|cloud| cloud.name.value == named.value);
    if found.is_none() && !cx.is_declared(Section::Clouds, &named.value) {
        let known = clouds.iter().map(|cloud| &*cloud.name.value);
        cx.unknown_name(UNKNOWN_CLOUD, named.span, "cloud", &named.value, known);
    }
    found.map(|cloud| cloud.project.clone())
}

/// Reads the items.
pub(super) fn items(cx: &mut Resolver<'_>, spec: &spec::Platform) -> BTreeMap<Arc<str>, SecretItem> {
    let written = spec.secrets.value().and_then(|secrets| secrets.items.value());
    let mut all = BTreeMap::new();
    for (path, named) in written.into_iter().flatten() {
        let listed = named.value.as_ref().map_or(&[][..], |keys| keys.value.0.as_slice());
        let complete = named.value.is_some() && listed.iter().all(|key| key.get().is_some());
        let keys = listed.iter().filter_map(Field::get);
        let mut keys: Vec<_> = keys.map(|key| cx.traced("key", key.value.0.clone(), key.span)).collect();
        // The keys of an item are a set.
        keys.sort_by(|a, b| a.value.cmp(&b.value));
        all.insert(path.clone(), SecretItem { path: cx.name("secret", path, named.key), keys, complete });
    }
    all
}

/// Reads the secrets that a facts template rendered.
pub(super) fn uses(
    cx: &mut Resolver<'_>,
    store: Option<&SecretStore>,
    doc: Option<&Doc>,
    name: &Traced<Arc<str>>,
) -> Vec<SecretUse> {
    let verbatim = store.is_some_and(SecretStore::verbatim);
    let mut all = Vec::new();
    for (id, fields) in doc.and_then(Doc::as_map).into_iter().flat_map(Map::iter) {
        if matches!(fields.at(&["when"]).map(|when| &when.value), Some(Value::Bool(false))) {
            continue;
        }
        let text =
            |key: &str| fields.at(&[key]).and_then(|doc| Some(Traced::new(Arc::from(doc.as_str()?), doc.origin)));
        let derived = |cx: &mut Resolver<'_>, separator: &str| {
            let value = format!("{}{separator}{}", name.value, id.text).into();
            Traced::new(
                value,
                cx.origins.derived("the name of the component and of the secret", &[name.origin, id.origin]),
            )
        };
        let item = text("item").unwrap_or_else(|| derived(cx, "/"));
        let object = text("name").unwrap_or_else(|| derived(cx, "-"));
        let keys = fields.at(&["keys"]).and_then(Doc::as_map).into_iter().flat_map(Map::iter);
        let keys = keys.filter_map(|(key, value)| {
            let (id, inside) = (Arc::<str>::from(key.text.clone()), Arc::<str>::from(value.as_str()?));
            let stored = if verbatim { inside.clone() } else { id.clone() };
            Some(SecretKey { id, stored, inside: Traced::new(inside, value.origin) })
        });
        let keys = keys.collect();
        let hints = fields.at(&["hints"]).and_then(Doc::as_map).into_iter().flat_map(Map::iter);
        let hints = hints.filter_map(|(key, value)| {
            Some((key.text.clone().into(), Traced::new(Arc::from(value.as_str()?), value.origin)))
        });
        let hints = hints.collect();
        let kind = fields.at(&["type"]).and_then(Doc::as_str).map(Arc::from);
        all.push(SecretUse { id: id.text.clone().into(), name: object, item, keys, hints, kind, flow: None });
    }
    all
}
