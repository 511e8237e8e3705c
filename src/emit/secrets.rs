//! A Secret for each item that a component reads: by an `ExternalSecret` (external-secrets.io/v1) or, of 1Password with its
//! own operator, by a `OnePasswordItem` (onepassword.com/v1).
//!
//! Argo CD compares a list of a custom kind as one value, so what the API server fills in below a list is a difference for
//! ever. Until August 2026 that were the three strategies of a reference (external-secrets, issue 6797); they are written
//! out with the values that they have anyway.

use super::Source;
use super::build::{list, lit, map, named, some, text, unless_empty};
use crate::doc::Doc;
use crate::model::{Component, SecretKey, SecretStore, SecretUse};
use crate::source::{OriginId, Origins};
use crate::spec::SecretMaker;

/// The name of the file that they are in.
pub(super) fn file(source: &Source<'_>) -> &'static str {
    match source.platform.secret_store.as_ref().map(|store| store.by.value) {
        Some(SecretMaker::Operator) => "onepassword-items",
        _ => "external-secrets",
    }
}

/// Returns what makes the Secrets of a component, by the name of the Secret.
pub(super) fn objects(source: &Source<'_>, component: &Component, origins: &mut Origins) -> Vec<Doc> {
    let Some(store) = &source.platform.secret_store else { return Vec::new() };
    let mut uses: Vec<&SecretUse> = component.secrets.iter().collect();
    uses.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    uses.dedup_by(|a, b| a.name.value == b.name.value);
    match store.by.value {
        SecretMaker::Operator => items(store, component, &uses, origins),
        SecretMaker::ExternalSecrets => external_secrets(store, component, &uses, origins),
    }
}

/// Returns the labels that Secrets of a component have to have.
fn labels(component: &Component, here: OriginId) -> Option<Doc> {
    let labels = component.variant.facts.secret_labels.value().into_iter().flatten();
    let labels = labels.filter_map(|(key, value)| {
        let value = &value.value.as_ref()?.value;
        Some((key.clone(), Doc::str(value.clone(), here)))
    });
    unless_empty(named(here, labels))
}

/// The Secret has the name, the namespace, the type and the labels of the object, and the fields of the item as keys.
fn items(store: &SecretStore, component: &Component, uses: &[&SecretUse], origins: &mut Origins) -> Vec<Doc> {
    let doc = |used: &&SecretUse| {
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
                ("labels", labels(component, here)),
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
    uses.iter().map(doc).collect()
}

fn external_secrets(
    store: &SecretStore,
    component: &Component,
    uses: &[&SecretUse],
    origins: &mut Origins,
) -> Vec<Doc> {
    let doc = |used: &&SecretUse| {
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
        let labels = labels(component, here).map(|labels| map(here, [("labels", labels)]));
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
    uses.iter().map(doc).collect()
}
