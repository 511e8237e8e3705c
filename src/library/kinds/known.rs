//! The names of the kinds that Kubernetes itself has, so that misspelt ones are seen where a spec lists kinds.

use std::sync::OnceLock;

use super::parse;
use super::table::{KUBERNETES, Scope, group_of};
use crate::library::LibraryFiles;

/// Kinds that are asked for and not applied, so they have no table, and a project can allow them all the same.
const REQUESTS: [(&str, Scope); 9] = [
    ("Binding", Scope::Namespaced),
    ("CertificateSigningRequest.certificates.k8s.io", Scope::Cluster),
    ("Event", Scope::Namespaced),
    ("Event.events.k8s.io", Scope::Namespaced),
    ("LocalSubjectAccessReview.authorization.k8s.io", Scope::Namespaced),
    ("SelfSubjectAccessReview.authorization.k8s.io", Scope::Cluster),
    ("SelfSubjectReview.authentication.k8s.io", Scope::Cluster),
    ("SubjectAccessReview.authorization.k8s.io", Scope::Cluster),
    ("TokenReview.authentication.k8s.io", Scope::Cluster),
];

/// Custom kinds whose groups end as Kubernetes' own do.
const CUSTOM_GROUPS: [&str; 5] =
    ["gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io", "autoscaling.k8s.io", "x-k8s.io"];

/// Returns the kinds of Kubernetes as `Kind.group`, sorted.
fn known() -> &'static [(String, Scope)] {
    static KNOWN: OnceLock<Vec<(String, Scope)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let head = LibraryFiles::standard(KUBERNETES).and_then(|text| parse::head(text).ok()).unwrap_or_default();
        let name = |kind: &str, group: &str| if group.is_empty() { kind.to_owned() } else { format!("{kind}.{group}") };
        let tables = head.kinds.iter().map(|(kind, served)| (name(kind, group_of(&served.version)), served.scope));
        let mut all: Vec<_> = tables.chain(REQUESTS.map(|(kind, scope)| (kind.to_owned(), scope))).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|a, b| a.0 == b.0);
        all
    })
}

/// Returns the scope of a kind of Kubernetes; `None` for a custom kind.
pub fn built_in_scope(kind: &str) -> Option<Scope> {
    let at = known().binary_search_by(|(name, _)| name.as_str().cmp(kind)).ok()?;
    known().get(at).map(|(_, scope)| *scope)
}

/// Returns whether `Kind.group` is a kind of Kubernetes itself by its group, whether or not there is such a kind.
pub fn is_built_in(kind: &str) -> bool {
    let group = kind.split_once('.').map_or("", |(_, group)| group);
    let custom = CUSTOM_GROUPS.iter().any(|custom| group == *custom || group.ends_with(&format!(".{custom}")));
    (!group.contains('.') || group.ends_with(".k8s.io")) && !custom
}

/// Iterates over the kinds of Kubernetes.
pub fn built_in() -> impl Iterator<Item = &'static str> {
    known().iter().map(|(name, _)| &**name)
}
