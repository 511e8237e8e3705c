//! What keys mean to those who collect what maps say, as bits: most maps have no key that anybody looks for.

use super::blocks::is_reason;
use super::dashboards::holds_datasources;
use super::hosts::stem;
use super::monitors::KINDS;
use super::stores::is_of_store;

/// A key beside which an image, a budget, a Secret, a volume or a datasource is.
const BESIDE: u64 = 1;
/// A key that decides where pods run or how they are reached.
pub(super) const REASON: u64 = 1 << 1;
/// A key whose map says something.
pub(super) const ABOVE: u64 = 1 << 2;
/// A key of a host, which may have its port beside it.
pub(super) const HOST: u64 = 1 << 3;
/// Something is collected of the map.
pub(super) const COLLECTED: u64 = BESIDE | ABOVE;
/// A key that a reader of a store has.
pub(super) const STORE: u64 = 1 << 4;
/// The first bit that rules have.
pub(in crate::lint) const FIRST_OF_RULES: u32 = 5;

/// Returns what a key means: the keys that `collect` and `block` ask for. What is looked for only beside one of them is none.
pub(in crate::lint) fn marks(key: &str) -> u64 {
    let beside = matches!(
        key,
        "existingSecret"
            | "existingSecretName"
            | "envFromSecret"
            | "expr"
            | "extraTls"
            | "image"
            | "imageName"
            | "interval"
            | "job_name"
            | "pdb"
            | "persistence"
            | "podDisruptionBudget"
            | "repository"
            | "scrapeInterval"
            | "scrape_interval"
            | "tag"
            | "tls"
            | "uid"
    );
    let above = matches!(key, "imagePullSecrets" | "secret" | "secretKeyRef" | "secretRef")
        || key.ends_with("Spec")
        || holds_datasources(key)
        || KINDS.iter().any(|(kind, _)| key.eq_ignore_ascii_case(kind));
    let host = stem(key).is_some();
    let store = is_of_store(key);
    u64::from(beside) * BESIDE
        + u64::from(is_reason(key)) * REASON
        + u64::from(above) * ABOVE
        + u64::from(host) * HOST
        + u64::from(store) * STORE
}
