//! `ExternalSecrets`: a Secret for each item that a component reads (external-secrets.io/v1).
//!
//! Argo CD compares a list of a custom kind as one value, so what the API server fills in below a list is a difference for
//! ever. Until August 2026 that were the three strategies of a reference (external-secrets, issue 6797); they are written
//! out with the values that they have anyway.

use super::Source;
use super::build::{list, lit, map, named, some, text, unless_empty};
use crate::doc::Doc;
use crate::model::{Component, SecretUse};
use crate::source::Origins;

/// Returns the `ExternalSecrets` of a component, by the name of their Secret.
pub(super) fn external_secrets(source: &Source<'_>, component: &Component, origins: &mut Origins) -> Vec<Doc> {
    let Some(store) = &source.platform.secret_store else { return Vec::new() };
    let mut uses: Vec<&SecretUse> = component.secrets.iter().collect();
    uses.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    uses.dedup_by(|a, b| a.name.value == b.name.value);
    let doc = |used: &SecretUse| {
        let here = origins.derived("a Secret that the component reads", &[used.name.origin, used.item.origin]);
        let data = used.keys.iter().map(|(key, inside)| {
            let at = inside.origin;
            let remote = map(
                at,
                [
                    ("key", text(&used.item)),
                    ("property", Doc::str(key.clone(), at)),
                    ("conversionStrategy", lit(at, "Default")),
                    ("decodingStrategy", lit(at, "None")),
                    ("metadataPolicy", lit(at, "None")),
                ],
            );
            map(inside.origin, [("secretKey", text(inside)), ("remoteRef", remote)])
        });
        let kind = used.kind.as_ref().map(|kind| Doc::str(kind.clone(), here));
        let labels = component.variant.facts.secret_labels.value().into_iter().flatten();
        let labels = labels.filter_map(|(key, value)| {
            let value = &value.value.as_ref()?.value;
            Some((key.clone(), Doc::str(value.clone(), here)))
        });
        let labels = unless_empty(named(here, labels)).map(|labels| map(here, [("labels", labels)]));
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
    uses.into_iter().map(doc).collect()
}
