//! Secrets: the store, its items, and who reads which. Only references, never values.

mod backups;
mod certificate;
mod flows;
mod kinds;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cluster::Cloud;
use super::component::Component;
use super::resolve::{Platform, Resolver, Section};
use super::{Text, Traced, UNKNOWN_CLOUD, UNKNOWN_SECRET};
use crate::diag::{Diagnostic, Label};
use crate::doc::{Doc, Map, Value};
use crate::source::{Origin, OriginId};
use crate::spec::{self, SecretMaker, StoreKind};
use crate::yaml::{Decoder, Field};

pub(super) use certificate::CERTIFICATE;

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

/// Checks that every secret that is read exists, and gives flows theirs.
pub(super) fn resolve(cx: &mut Resolver<'_>, platform: &mut Platform) {
    for hypervisor in &platform.topology.hypervisors {
        if let Some(token) = &hypervisor.token {
            check_item(cx, platform, token, "hypervisor", &hypervisor.name.value);
        }
        if let Some(metrics) = &hypervisor.metrics {
            check_item(cx, platform, &metrics.token, "hypervisor", &hypervisor.name.value);
            if platform.component(&metrics.to.value).is_none() {
                super::component::relations::report_unknown(cx, platform, &metrics.to);
            }
        }
    }
    for tunnel in &platform.tunnels {
        check_item(cx, platform, &tunnel.account, "tunnel", &tunnel.name.value);
    }
    let mut more = flows::uses(cx, platform);
    more.extend(certificate::uses(cx, platform));
    more.extend(backups::uses(cx, platform));
    for (component, used) in more {
        if let Some(component) = platform.components.get_mut(component.0) {
            component.secrets.push(used);
        }
    }
    let absent = match &cx.spec.secrets {
        Field::Absent => true,
        Field::Given(secrets) => matches!(secrets.value.store, Field::Absent),
        Field::Broken => false,
    };
    if absent {
        no_store(cx, platform);
        return;
    }
    // Which items and keys are read is up to the kind of store.
    let store = cx.spec.secrets.value().and_then(|secrets| secrets.store.value());
    if store.is_some_and(|store| store.kind.is_broken() || store.by.is_broken()) {
        return;
    }
    for component in &platform.components {
        for used in &component.secrets {
            check_use(cx, platform, component, used);
        }
        flows::one_item_each(cx, component);
    }
}

/// Without a store nobody would fill the Secrets that components read.
fn no_store(cx: &mut Resolver<'_>, platform: &Platform) {
    let reads = |component: &&Component| {
        let ours = component.by_argocd() || component.on_machines && component.is_installed();
        !component.secrets.is_empty() && ours
    };
    let mut readers = platform.components.iter().filter(reads);
    let Some(first) = readers.next() else { return };
    let Some(span) = cx.origins.written_span(first.name.origin) else { return };
    let message = format!("`{}` reads secrets, and the spec has no `secrets.store`", first.name.value);
    let problem = Diagnostic::error(UNKNOWN_SECRET, span, message)
        .why("nobody would fill its Secrets, and its pods would not start")
        .help("say where secrets are kept: `secrets: { store: { kind: vault, component: vault } }`");
    cx.out.push(problem);
}

fn check_use(cx: &mut Resolver<'_>, platform: &Platform, component: &Component, used: &SecretUse) {
    // What somebody else installs has its secrets already; others read the credentials of its flows.
    let written = || matches!(cx.origins.get(used.item.origin), Origin::Written { .. });
    if !component.is_installed() && used.flow.is_none() && !written() {
        return;
    }
    let Some(item) = platform.secret_items.get(&used.item.value) else {
        missing_item(cx, platform, component, used);
        return;
    };
    let judged = item.complete && !is_other_side(platform, component, used);
    for key in used.keys.iter().filter(|_| judged).map(|key| &key.stored) {
        if item.keys.iter().any(|known| known.value == *key) {
            continue;
        }
        let near = crate::diag::nearest(key, item.keys.iter().map(|key| &*key.value));
        let near = near.and_then(|near| item.keys.iter().find(|known| &*known.value == near));
        let place = cx.origins.written_span(near.map_or(item.path.origin, |near| near.origin));
        let Some(span) = place.or_else(|| cx.origins.written_span(component.name.origin)) else { continue };
        let message =
            format!("`{}` reads key `{key}` of `{}`, which has no such key", component.name.value, item.path.value);
        let mut problem = Diagnostic::error(UNKNOWN_SECRET, span, message).why(if component.on_machines {
            "the file of the key would be missing, and the service would not start"
        } else {
            "the Secret would lack the key, and the pods would not start"
        });
        if let Some(name) = cx.origins.written_span(component.name.origin) {
            problem = problem.related(name, "the component that reads it");
        }
        cx.out.push(match near {
            Some(near) => problem.help(format!("rename `{}` to `{key}`, here and in the store", near.value)).fix(
                false,
                format!("rename to `{key}`"),
                span,
                key.to_string(),
            ),
            None => problem.help(format!("add `{key}` to the keys of `{}`", item.path.value)),
        });
    }
}

/// Both sides of a flow read the item; what is wrong with it is said once, for the side that opens the connection.
fn is_other_side(platform: &Platform, component: &Component, used: &SecretUse) -> bool {
    let flow = used.flow.and_then(|flow| platform.flows.get(flow));
    let from = flow.and_then(|flow| platform.components.get(flow.from.component.0));
    from.is_some_and(|from| from.name.value != component.name.value)
}

/// Reports an item that a component reads and the spec does not have: where a person names it, or at the component.
fn missing_item(cx: &mut Resolver<'_>, platform: &Platform, component: &Component, used: &SecretUse) {
    let item = &used.item;
    if cx.is_declared(Section::SecretItems, &item.value) || is_other_side(platform, component, used) {
        return;
    }
    if matches!(cx.origins.get(item.origin), Origin::Written { .. }) {
        check_item(cx, platform, item, "component", &component.name.value);
        return;
    }
    let flow = used.flow.and_then(|flow| platform.flows.get(flow)).map(|flow| flow.origin);
    let Some(span) = cx.origins.written_span(flow.unwrap_or(component.name.origin)) else { return };
    let keys: Vec<&str> = used.keys.iter().map(|key| &*key.stored).collect();
    let keys = if keys.is_empty() { "<keys>".to_owned() } else { keys.join(", ") };
    let message = format!("`{}` reads secret item `{}`, which does not exist", component.name.value, item.value);
    let problem = Diagnostic::error(UNKNOWN_SECRET, span, message).why(if component.on_machines {
        "its keys become files on the machine; without them the service would not start"
    } else {
        "dvgen makes the Secret out of the item; without it the pods would not start"
    });
    // One that somebody else reads is no misspelt one.
    let read =
        |item: &str| platform.components.iter().flat_map(|one| &one.secrets).any(|used| *used.item.value == *item);
    let near = nearest_item(cx, platform, item).filter(|near| !read(near));
    let near =
        near.and_then(|near| Some((near, cx.origins.written_span(platform.secret_items.get(near)?.path.origin)?)));
    cx.out.push(match near {
        Some((near, place)) => Diagnostic { primary: Some(nobody(place)), ..problem }
            .related(span, "the component that reads it")
            .help(format!("rename `{near}` to `{}`, here and in the store", item.value))
            .fix(false, format!("rename to `{}`", item.value), place, &*item.value),
        None => problem.help(format!("add `{}: [{keys}]` to `secrets.items`", item.value)),
    });
}

fn nobody(span: crate::source::Span) -> Label {
    Label { span, text: "nobody reads this one".to_owned() }
}

fn nearest_item<'p>(cx: &mut Resolver<'_>, platform: &'p Platform, item: &Traced<Arc<str>>) -> Option<&'p str> {
    let known = platform.secret_items.keys().map(|name| &**name);
    cx.spell(known, || None, |known| crate::diag::nearest(&item.value, known.iter().copied()))
}

fn check_item(cx: &mut Resolver<'_>, platform: &Platform, item: &Traced<Arc<str>>, what: &str, owner: &str) {
    if cx.is_declared(Section::SecretItems, &item.value) {
        return;
    }
    let Some(span) = cx.origins.written_span(item.origin) else { return };
    let known = || platform.secret_items.keys().map(|name| &**name);
    let near = nearest_item(cx, platform, item).is_some();
    if !near && !looks_like_path(&item.value) {
        let problem =
            Diagnostic::error(UNKNOWN_SECRET, span, "there is no secret item of the name that is written here")
                .label(format!("{what} `{owner}` reads it"))
                .why("the name is not shown: it resembles no item, so it could be the secret itself")
                .help("name an item of `secrets.items`, such as `grafana/admin`, and put the value into the store")
                .help("if this was a real value, replace it in the store: it has been written to a file");
        cx.out.push(problem.conceal());
        return;
    }
    let problem = Decoder::unknown_among(&mut cx.spelling, UNKNOWN_SECRET, span, "secret item", &item.value, known());
    let problem = problem.label(format!("{what} `{owner}` reads it"));
    let add = format!("add `{}: [<keys>]` to `secrets.items`", item.value);
    cx.out.push(if near { problem } else { problem.help(add) });
}

/// Returns whether a text looks like the path of an item, `grafana/admin`, and not like a value.
fn looks_like_path(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    text.contains('/') && text.bytes().all(fits)
}
