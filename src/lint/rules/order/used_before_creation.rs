//! Objects of one Application that wait for others of a later wave.

use std::collections::BTreeMap;

use super::moment::{self, Use, made};
use super::{hooks, pod};
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An object needs another one of its Application that comes in a later wave.
    ///
    /// ## What it does
    ///
    /// Compares the phases and waves inside a component: of Certificates and their issuers, of ExternalSecrets and their
    /// stores, of Applications and their projects, of volumes and their classes, of workloads and the ConfigMaps, Secrets,
    /// ServiceAccounts and claims that their pods use. `namespace-before-creation` and `custom-kind-before-definition` do
    /// the same for namespaces and kinds.
    ///
    /// ## Why it matters
    ///
    /// Argo CD begins a wave when everything in the one before is healthy. What waits for a later wave never is: the sync
    /// never ends, or fails.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Issuer
    /// metadata: { name: internal, annotations: { argocd.argoproj.io/sync-wave: "5" } }
    /// ---
    /// kind: Certificate
    /// metadata: { name: web, annotations: { argocd.argoproj.io/sync-wave: "1" } }
    /// spec: { secretName: web-tls, dnsNames: [web.example.org], issuerRef: { name: internal } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Issuer
    /// metadata: { name: internal }
    /// ---
    /// kind: Certificate
    /// metadata: { name: web, annotations: { argocd.argoproj.io/sync-wave: "1" } }
    /// spec: { secretName: web-tls, dnsNames: [web.example.org], issuerRef: { name: internal } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves, Resource Health.
    pub(super) static RULE = Kind::new("used-before-creation", "DV1270"), Order, Error, fix: None, Check::Platform(check);
}

/// Objects by kind, namespace (none for those of the cluster) and name.
type Made<'a> = BTreeMap<(&'a str, Option<&'a str>, &'a str), &'a ObjectFact>;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at).filter(|component| component.by_argocd()) else { continue };
        // Most components have no order of their own.
        if facts.objects.iter().all(|object| hooks::is_unordered(&object.doc)) {
            continue;
        }
        let made = made(facts);
        let waits = subject.platform.waits_in_waves;
        let uses = facts.objects.iter().flat_map(|user| uses(user, &made, waits));
        out.extend(moment::report(&RULE, (component, facts), &uses.collect::<Vec<_>>(), why));
    }
}

/// Returns what an object needs of the objects beside it, as far as its health waits for that.
fn uses<'a>(user: &'a ObjectFact, made: &Made<'a>, waits: bool) -> Vec<Use<'a>> {
    let namespace = user.namespace.as_deref();
    let mut all = Vec::new();
    let mut need = |kind: &str, namespace: Option<&str>, name: Option<&str>| {
        let provider = name.and_then(|name| made.get(&(kind, namespace, name)));
        all.extend(provider.map(|provider| Use { user, provider }));
    };
    let doc = |path: &[&str]| user.doc.at(path);
    match &*user.kind {
        "Certificate" => reference(doc(&["spec", "issuerRef"]), "Issuer", namespace, &mut need),
        "ExternalSecret" => reference(doc(&["spec", "secretStoreRef"]), "SecretStore", namespace, &mut need),
        "PushSecret" => {
            let stores = doc(&["spec", "secretStoreRefs"]).and_then(Doc::as_list).into_iter().flatten();
            stores.for_each(|store| reference(Some(store), "SecretStore", namespace, &mut need));
        }
        "Issuer" => need("Secret", namespace, doc(&["spec", "ca", "secretName"]).and_then(Doc::as_str)),
        "Application" if waits => need("AppProject", namespace, doc(&["spec", "project"]).and_then(Doc::as_str)),
        "PersistentVolumeClaim" => need("StorageClass", None, doc(&["spec", "storageClassName"]).and_then(Doc::as_str)),
        "Cluster" => need("StorageClass", None, doc(&["spec", "storage", "storageClass"]).and_then(Doc::as_str)),
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "Pod" => pods(user, &mut need),
        _ => {}
    }
    all
}

/// Looks for what a reference with `name` and `kind` names.
fn reference(
    reference: Option<&Doc>,
    usual: &str,
    namespace: Option<&str>,
    need: &mut impl FnMut(&str, Option<&str>, Option<&str>),
) {
    let Some(reference) = reference else { return };
    let kind = reference.at(&["kind"]).and_then(Doc::as_str).unwrap_or(usual);
    let namespace = namespace.filter(|_| !kind.starts_with("Cluster"));
    need(kind, namespace, reference.at(&["name"]).and_then(Doc::as_str));
}

/// Looks for what pods need to start.
fn pods(user: &ObjectFact, need: &mut impl FnMut(&str, Option<&str>, Option<&str>)) {
    let namespace = user.namespace.as_deref();
    // Of hooks before the sync another rule speaks.
    if !hooks::of(&user.doc).contains(&"PreSync") {
        for it in pod::needs(&user.doc) {
            need(it.kind, namespace, it.name.as_str());
        }
    }
    let claims = user.doc.at(&["spec", "volumeClaimTemplates"]).and_then(Doc::as_list).into_iter().flatten();
    for claim in claims {
        need("StorageClass", None, claim.at(&["spec", "storageClassName"]).and_then(Doc::as_str));
    }
}

fn why(one: Use<'_>) -> String {
    let (user, provider) = (&one.user.kind, &one.provider.kind);
    format!(
        "Argo CD begins a wave when everything before it is healthy, which no {user} is that waits for its {provider}: \
         the sync never ends, or fails"
    )
}
