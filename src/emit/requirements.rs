//! `ansible/requirements.yml`: the collections that the playbooks use, each at the version that the spec pins, or the one that
//! dvgen's own playbook was tried with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Source;
use super::build::{list, lit, map, text};
use super::draft::{Draft, TargetName};
use super::hosts;
use crate::doc::Doc;
use crate::source::OriginId;
use crate::spec::StoreKind;

/// The collections of `ansible/services.yml`.
const SERVICES: [(&str, &str); 3] =
    [("ansible.posix", "2.1.0"), ("community.docker", "5.0.1"), ("community.general", "12.0.1")];

/// Returns the collection whose lookups read a kind of secret store, where it is another one.
const fn lookups(kind: StoreKind) -> Option<(&'static str, &'static str)> {
    match kind {
        StoreKind::Vault => Some(("community.hashi_vault", "7.0.0")),
        StoreKind::Gcp => Some(("google.cloud", "1.6.0")),
        StoreKind::OnePassword => None,
    }
}

/// Returns the collections by name.
fn collections(source: &Source<'_>) -> BTreeMap<Arc<str>, (Doc, OriginId)> {
    let platform = source.platform;
    let here = platform.name.origin;
    let mut all = BTreeMap::new();
    if !hosts::machines(source).is_empty() {
        let store = platform.secret_store.as_ref().and_then(|store| lookups(store.kind));
        all.extend(SERVICES.into_iter().chain(store).map(|(name, version)| (name.into(), (lit(here, version), here))));
    }
    for collection in &platform.collections {
        all.insert(collection.name.value.clone(), (text(&collection.version), collection.name.origin));
    }
    all
}

/// Returns whether there is a file.
pub(super) fn any(source: &Source<'_>) -> bool {
    !collections(source).is_empty()
}

/// Returns the file, if a collection is needed.
pub(super) fn draft(source: &Source<'_>) -> Option<Draft> {
    let here = source.platform.name.origin;
    let all = collections(source);
    if all.is_empty() {
        return None;
    }
    let all = all.into_iter().map(|(name, (version, origin))| {
        map(origin, [("name", Doc::str(name.to_string(), origin)), ("version", version)])
    });
    let doc = map(here, [("collections", list(here, all))]);
    let path = source.layout.file("ansible/requirements.yml");
    Some(Draft::yaml(path, TargetName::Ansible, source.layout.header(here), vec![doc]))
}
