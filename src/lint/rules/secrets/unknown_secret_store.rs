//! Stores that are named, by `ExternalSecret` and others, and that do not exist.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::facts::{StoreName, StoreRead, Way};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::STORE_NAME;

rule! {
    /// An ExternalSecret names a store that does not exist, or is of the other kind.
    ///
    /// ## What it does
    ///
    /// Compares the stores that ExternalSecrets, ClusterExternalSecrets and PushSecrets name with those that there are: the
    /// ClusterSecretStore `platform-secrets` that dvgen makes of `secrets.store`, and those of manifests and values. Without
    /// a `kind` a SecretStore of the same namespace is meant. Where a chart or somebody else may bring stores, only a store
    /// of the other kind or of another namespace is reported.
    ///
    /// ## Why it matters
    ///
    /// The Secret is never made, and the pods that wait for it never start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ExternalSecret
    /// spec: { secretStoreRef: { name: platform-secrets } }       # a SecretStore, and there is none
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ExternalSecret
    /// spec: { secretStoreRef: { kind: ClusterSecretStore, name: platform-secrets } }
    /// ```
    ///
    /// ## Source
    ///
    /// External Secrets Operator, ExternalSecret.
    pub(super) static RULE =
        Kind::new("unknown-secret-store", "DV1631"), Secrets, Error, fix: Unsafe, Check::Platform(check);
}

/// The stores that there are.
#[derive(Debug, Default)]
struct Stores<'a> {
    cluster: BTreeSet<&'a str>,
    /// Their namespaces, by name.
    namespaced: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Whether others may bring more.
    open: bool,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if subject.facts.iter().all(|facts| facts.reads.is_empty()) {
        return;
    }
    let stores = stores(subject);
    for facts in subject.facts {
        let mut said = BTreeSet::new();
        for read in &facts.reads {
            let Way::Store(store) = &read.by else { continue };
            if !subject.is_reported(store.span) && said.insert(store.span) {
                out.extend(judge(&stores, read, store).map(|problem| subject.about(facts, problem)));
            }
        }
    }
}

fn stores<'a>(subject: &Subject<'a>) -> Stores<'a> {
    // A chart, or whoever installs a component, may bring stores that nobody sees here.
    let is_store = |kind: &str| kind.ends_with("SecretStore.external-secrets.io");
    let open = subject.platform.components.iter().any(|component| component.may_bring(is_store));
    let mut stores = Stores { open, ..Stores::default() };
    stores.cluster.extend(subject.platform.secret_store.is_some().then_some(STORE_NAME));
    stores.cluster.extend(subject.objects_of("ClusterSecretStore").map(|(_, store)| &*store.name));
    for (_, store) in subject.objects_of("SecretStore") {
        let namespace = store.namespace.as_deref().unwrap_or_default();
        stores.namespaced.entry(&store.name).or_default().insert(namespace);
    }
    for (namespace, name) in subject.facts.iter().flat_map(|facts| &facts.stores) {
        match namespace {
            Some(namespace) => _ = stores.namespaced.entry(name).or_default().insert(namespace),
            None => _ = stores.cluster.insert(name),
        }
    }
    stores
}

fn judge(stores: &Stores<'_>, read: &StoreRead, store: &StoreName) -> Option<Diagnostic> {
    let name = &*store.name;
    let none = BTreeSet::new();
    let homes = stores.namespaced.get(name).unwrap_or(&none);
    // Of the wrong kind it is the kind that has to change.
    let other = if store.cluster {
        read.namespace.as_deref().is_some_and(|namespace| homes.contains(namespace))
    } else {
        stores.cluster.contains(name)
    };
    let place = store.kind.filter(|_| other).unwrap_or(store.span);
    let problem = |message: String| {
        let why = "the Secret is never made, and the pods that wait for it never start";
        RULE.at(place, message).why(why)
    };
    if store.cluster {
        if stores.cluster.contains(name) {
            return None;
        }
        let problem = problem(format!("{} names ClusterSecretStore `{name}`, which does not exist", read.shown));
        if other {
            let problem = problem.help(format!("`{name}` is a SecretStore: write `kind: SecretStore`"));
            return Some(with_kind(problem, store, "SecretStore"));
        }
        return (!stores.open).then(|| known(problem, store, stores.cluster.iter().copied()));
    }
    // A ClusterExternalSecret reads in many namespaces.
    let namespace = read.namespace.as_deref()?;
    if homes.contains(namespace) {
        return None;
    }
    let message = format!("{} names SecretStore `{name}`, which does not exist in namespace `{namespace}`", read.shown);
    let problem = problem(message);
    if other {
        let problem = problem.help(format!("`{name}` is a ClusterSecretStore: write `kind: ClusterSecretStore`"));
        return Some(with_kind(problem, store, "ClusterSecretStore"));
    }
    if let Some(home) = homes.first() {
        let help =
            format!("`{name}` is in namespace `{home}`, and is good for that only; a ClusterSecretStore is for all");
        return Some(problem.help(help));
    }
    let here = stores.namespaced.iter().filter(|(_, homes)| homes.contains(namespace)).map(|(name, _)| *name);
    (!stores.open).then(|| known(problem, store, here))
}

/// Adds the change of a kind that is written.
fn with_kind(problem: Diagnostic, store: &StoreName, kind: &str) -> Diagnostic {
    match store.kind {
        Some(span) => problem.fix(false, format!("change to `{kind}`"), span, kind),
        None => problem,
    }
}

/// Adds what could be meant.
fn known<'a>(problem: Diagnostic, store: &StoreName, names: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    if let Some(near) = nearest(&store.name, names.clone()) {
        return problem.help(format!("did you mean `{near}`?")).fix(
            false,
            format!("change to `{near}`"),
            store.span,
            near,
        );
    }
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => problem
            .help("write `secrets: { store: … }`, and dvgen makes the ClusterSecretStore `platform-secrets`")
            .help("or add the store to `manifests` of the component"),
        _ => problem.help(format!("stores of that kind are {}", names.join(", "))),
    }
}
