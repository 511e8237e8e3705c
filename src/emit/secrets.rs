//! A Secret for each item that a component reads: by an `ExternalSecret` (external-secrets.io/v1) or, of 1Password with its
//! own operator, by a `OnePasswordItem` (onepassword.com/v1).
//!
//! Argo CD compares a list of a custom kind as one value, so what the API server fills in below a list is a difference for
//! ever. Until August 2026 that were the three strategies of a reference (external-secrets, issue 6797); they are written
//! out with the values that they have anyway.

use std::collections::BTreeSet;

use super::Source;
use super::build::{list, lit, map, named, some, text, unless_empty};
use crate::doc::Doc;
use crate::model::{Component, ComponentId, SecretKey, SecretStore, SecretUse};
use crate::source::{OriginId, Origins};
use crate::spec::{InstalledBy, SecretMaker};

/// The name of the file that they are in.
pub(super) fn file(source: &Source<'_>) -> &'static str {
    match source.platform.secret_store.as_ref().map(|store| store.by.value) {
        Some(SecretMaker::Operator) => "onepassword-items",
        _ => "external-secrets",
    }
}

/// Returns what makes the Secrets of a component, by the name of the Secret.
pub(super) fn objects(source: &Source<'_>, id: ComponentId, component: &Component, origins: &mut Origins) -> Vec<Doc> {
    let Some(store) = &source.platform.secret_store else { return Vec::new() };
    let mut uses: Vec<Use<'_>> = Vec::new();
    for used in &component.secrets {
        let readers = readers(source, id, component, used);
        // Its pods do not start without, and nobody else comes before they have.
        let first = readers.iter().map(|(id, _)| place(source, *id)).min();
        if first.is_none_or(|first| first == place(source, id)) {
            uses.push(Use { used, readers: readers.into_iter().map(|(_, reader)| reader).collect() });
        }
    }
    uses.sort_by(|a, b| a.used.name.value.cmp(&b.used.name.value));
    uses.dedup_by(|a, b| a.used.name.value == b.used.name.value);
    match store.by.value {
        SecretMaker::Operator => items(store, component, &uses, origins),
        SecretMaker::ExternalSecrets => external_secrets(store, component, &uses, origins),
    }
}

/// A Secret that a component makes.
struct Use<'a> {
    used: &'a SecretUse,
    /// Who reads it in this namespace.
    readers: Vec<&'a Component>,
}

/// Returns who reads a Secret in the namespace of a component: of that of a flow the one that opens the connection, and the
/// other ends of all of its flows with this Secret.
fn readers<'a>(
    source: &Source<'a>,
    id: ComponentId,
    component: &'a Component,
    used: &SecretUse,
) -> Vec<(ComponentId, &'a Component)> {
    let platform = source.platform;
    let Some(flow) = used.flow.and_then(|at| platform.flows.get(at)) else { return vec![(id, component)] };
    let same = |own: &&SecretUse| own.name.value == used.name.value;
    let caller = flow.from.component;
    let flows = platform.components.get(caller.0).into_iter().flat_map(|one| one.secrets.iter().filter(same));
    let ends = flows.filter_map(|own| Some(platform.flows.get(own.flow?)?.to.component));
    let all: BTreeSet<ComponentId> = ends.chain([caller, id]).collect();
    let all = all.into_iter().filter_map(|id| Some((id, platform.components.get(id.0)?)));
    let reads =
        |one: &Component| one.namespace.value == component.namespace.value && one.secrets.iter().any(|own| same(&own));
    all.filter(|(_, one)| reads(one) && makes(one)).collect()
}

/// Returns whether files are written for a component that could make a Secret.
fn makes(component: &Component) -> bool {
    !component.on_machines && component.installed_by.value != InstalledBy::External
}

/// Returns where a component stands in the order.
fn place(source: &Source<'_>, id: ComponentId) -> (u32, ComponentId) {
    (source.graph.waves.get(id.0).map_or(0, |wave| wave.number), id)
}

/// Returns the labels that Secrets of those who read them have to have.
fn labels(shared: &Use<'_>, here: OriginId) -> Option<Doc> {
    let labels =
        shared.readers.iter().flat_map(|reader| reader.variant.facts.secret_labels.value().into_iter().flatten());
    let labels = labels.filter_map(|(key, value)| {
        let value = &value.value.as_ref()?.value;
        Some((key.clone(), Doc::str(value.clone(), here)))
    });
    unless_empty(named(here, labels))
}

/// The Secret has the name, the namespace, the type and the labels of the object, and the fields of the item as keys.
fn items(store: &SecretStore, component: &Component, made: &[Use<'_>], origins: &mut Origins) -> Vec<Doc> {
    let doc = |shared: &Use<'_>| {
        let used = shared.used;
        let vault = store.vault.as_ref().map_or("", |vault| &*vault.value);
        let mut reads = vec![used.name.origin, used.item.origin];
        reads.extend(store.vault.as_ref().map(|vault| vault.origin));
        let here = origins.derived("a Secret that the component reads", &reads);
        let path = format!("vaults/{vault}/items/{}", store.title(&used.item.value));
        let kind = used.kind.as_ref().map(|kind| Doc::str(kind.clone(), here));
        let metadata = some(
            here,
            [
                ("name", Some(text(&used.name))),
                ("namespace", Some(text(&component.namespace))),
                ("labels", labels(shared, here)),
            ],
        );
        some(
            here,
            [
                ("apiVersion", Some(lit(here, "onepassword.com/v1"))),
                ("kind", Some(lit(here, "OnePasswordItem"))),
                ("metadata", Some(metadata)),
                ("type", kind),
                ("spec", Some(map(here, [("itemPath", Doc::str(path, here))]))),
            ],
        )
    };
    made.iter().map(doc).collect()
}

fn external_secrets(store: &SecretStore, component: &Component, made: &[Use<'_>], origins: &mut Origins) -> Vec<Doc> {
    let doc = |shared: &Use<'_>| {
        let used = shared.used;
        let here = origins.derived("a Secret that the component reads", &[used.name.origin, used.item.origin]);
        let data = used.keys.iter().map(|SecretKey { stored, inside, .. }| {
            let at = inside.origin;
            let remote = map(
                at,
                [
                    ("key", Doc::str(store.title(&used.item.value), used.item.origin)),
                    ("property", Doc::str(stored.clone(), at)),
                    ("conversionStrategy", lit(at, "Default")),
                    ("decodingStrategy", lit(at, "None")),
                    ("metadataPolicy", lit(at, "None")),
                ],
            );
            map(inside.origin, [("secretKey", text(inside)), ("remoteRef", remote)])
        });
        let kind = used.kind.as_ref().map(|kind| Doc::str(kind.clone(), here));
        let labels = labels(shared, here).map(|labels| map(here, [("labels", labels)]));
        let template = unless_empty(some(here, [("type", kind), ("metadata", labels)]));
        let target = some(
            here,
            [("name", Some(text(&used.name))), ("creationPolicy", Some(lit(here, "Owner"))), ("template", template)],
        );
        let store_ref = map(
            store.origin,
            [("kind", lit(store.origin, "ClusterSecretStore")), ("name", lit(store.origin, crate::model::STORE_NAME))],
        );
        let spec = map(
            here,
            [
                ("refreshInterval", lit(here, "1h")),
                ("secretStoreRef", store_ref),
                ("target", target),
                ("data", list(here, data)),
            ],
        );
        map(
            here,
            [
                ("apiVersion", lit(here, "external-secrets.io/v1")),
                ("kind", lit(here, "ExternalSecret")),
                ("metadata", map(here, [("name", text(&used.name)), ("namespace", text(&component.namespace))])),
                ("spec", spec),
            ],
        )
    };
    made.iter().map(doc).collect()
}
