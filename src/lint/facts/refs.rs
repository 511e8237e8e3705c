//! References to Secrets: by variables, volumes and image pulls of pods, and by the keys that charts have for them.

use std::sync::Arc;

use super::{ComponentFacts, Place};
use crate::doc::{Doc, Map, Value};
use crate::source::Span;

/// A reference to a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRef {
    /// The namespace that it is looked for in.
    pub namespace: Arc<str>,
    /// The name.
    pub name: Arc<str>,
    /// The line of the name.
    pub span: Span,
    /// The key in it and its line, if one is asked for.
    pub key: Option<(Arc<str>, Span)>,
    /// Where it stands, for people.
    pub what: &'static str,
    /// Whether a person wrote it, and no template made it.
    pub written: bool,
    /// Whether the pods of a chart do not start without it.
    pub awaited: bool,
}

/// Hosts that are served with the certificate of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFact {
    /// The namespace.
    pub namespace: Arc<str>,
    /// The name of the Secret.
    pub secret: Arc<str>,
    /// Its line.
    pub span: Span,
    /// The hosts and their lines.
    pub hosts: Vec<(Arc<str>, Span)>,
    /// Whether cert-manager makes the Secret because of an annotation.
    pub issued: bool,
}

/// Objects whose pods read Secrets.
const WORKLOADS: [&str; 7] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"];

/// Keeps what a map says of Secrets.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let kind = place.document.doc.at(&["kind"]).and_then(Doc::as_str);
    let object = place.document.is_object();
    if !object || kind == Some("Ingress") {
        tls(place, facts);
    }
    if object && matches!(kind, Some("IngressRoute" | "IngressRouteTCP" | "Gateway")) {
        route(place, facts);
    }
    if object && !kind.is_some_and(|kind| WORKLOADS.contains(&kind)) {
        return;
    }
    match place.keys.last().copied() {
        Some("secretKeyRef") => add(place, "name", "a variable", facts),
        Some("secretRef") => add(place, "name", "variables", facts),
        Some("imagePullSecrets") => add(place, "name", "pulls of images", facts),
        Some("secret") => {
            add(place, "secretName", "a volume", facts);
            if object {
                add(place, "name", "a volume", facts);
            }
        }
        _ => {}
    }
    if !object {
        for key in ["existingSecret", "existingSecretName", "envFromSecret"] {
            add(place, key, "the chart", facts);
        }
    }
}

fn add(place: &Place<'_>, key: &str, what: &'static str, facts: &mut ComponentFacts) {
    let Some(doc) = place.map.get(key) else { return };
    let Some(name) = doc.as_str().filter(|name| is_name(name)) else { return };
    let is = |key: &str, flag: bool| place.map.get(key).is_some_and(|doc| doc.value == Value::Bool(flag));
    // What a chart has switched off reads nothing.
    if is("optional", true) || is("enabled", false) {
        return;
    }
    let (Some(namespace), Some(span)) = (namespace(place), place.document.line(doc.origin)) else { return };
    let key = place.map.get("key").filter(|_| what == "a variable");
    let key = key.and_then(|key| Some((key.as_str()?.into(), place.document.line(key.origin)?)));
    let written = place.document.is_written(doc.origin);
    let awaited = !place.document.is_object() && what != "pulls of images";
    facts.secrets.push(SecretRef { namespace, name: name.into(), span, key, what, written, awaited });
}

/// Returns whether a text is a name, and no template of the chart.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
}

/// Returns the namespace of the object, or that of the component.
pub(super) fn namespace(place: &Place<'_>) -> Option<Arc<str>> {
    let own = place.document.doc.at(&["metadata", "namespace"]).and_then(Doc::as_str);
    let own = own.filter(|_| place.document.is_object());
    own.map(Arc::from).or_else(|| Some(place.document.component?.namespace.value.clone()))
}

/// Keeps the TLS of an Ingress, or of what a chart makes one of: `tls: [{ secretName, hosts }]`.
fn tls(place: &Place<'_>, facts: &mut ComponentFacts) {
    let lists = ["tls", "extraTls"].into_iter().filter_map(|key| place.map.get(key)?.as_list());
    let items: Vec<&Doc> = lists.flatten().collect();
    if items.is_empty() {
        return;
    }
    let issued = issued(place.map.get("annotations"))
        || issued(place.document.doc.at(&["metadata", "annotations"]).filter(|_| place.document.is_object()));
    for item in items {
        let Some(secret) = item.at(&["secretName"]) else { continue };
        let Some(name) = secret.as_str().filter(|name| is_name(name)) else { continue };
        if !place.document.is_written(secret.origin) {
            continue;
        }
        let (Some(namespace), Some(span)) = (namespace(place), place.document.line(secret.origin)) else { continue };
        let hosts = item.at(&["hosts"]).and_then(Doc::as_list).into_iter().flatten();
        let hosts = hosts.filter_map(|host| Some((host.as_str()?.into(), place.document.line(host.origin)?)));
        let hosts = hosts.filter(|(host, _): &(Arc<str>, Span)| !host.contains(['{', '$']));
        facts.tls.push(TlsFact { namespace, secret: name.into(), span, hosts: hosts.collect(), issued });
    }
}

/// Keeps the TLS of a route of Traefik (`tls: { secretName }`) or of a listener of a Gateway (`tls: { certificateRefs }`).
fn route(place: &Place<'_>, facts: &mut ComponentFacts) {
    let Some(tls) = place.map.get("tls") else { return };
    let issued = issued(place.document.doc.at(&["metadata", "annotations"]));
    let here = |item: &&Doc| {
        item.at(&["namespace"]).is_none() && item.at(&["kind"]).is_none_or(|kind| kind.as_str() == Some("Secret"))
    };
    let refs = tls.at(&["certificateRefs"]).and_then(Doc::as_list).into_iter().flatten().filter(here);
    let hosts = place.map.get("hostname").into_iter();
    let hosts = hosts.filter_map(|host| Some((Arc::from(host.as_str()?), place.document.line(host.origin)?)));
    let hosts: Vec<(Arc<str>, Span)> = hosts.collect();
    for secret in tls.at(&["secretName"]).into_iter().chain(refs.filter_map(|item| item.at(&["name"]))) {
        let Some(name) = secret.as_str().filter(|name| is_name(name) && place.document.is_written(secret.origin))
        else {
            continue;
        };
        let (Some(namespace), Some(span)) = (namespace(place), place.document.line(secret.origin)) else { continue };
        facts.tls.push(TlsFact { namespace, secret: name.into(), span, hosts: hosts.clone(), issued });
    }
}

/// Returns whether annotations ask cert-manager for a certificate.
pub(in crate::lint) fn issued(annotations: Option<&Doc>) -> bool {
    let keys = annotations.and_then(Doc::as_map).into_iter().flat_map(Map::iter).map(|(key, _)| &*key.text);
    keys.into_iter().any(|key| {
        key == "kubernetes.io/tls-acme"
            || key.strip_prefix("cert-manager.io/").is_some_and(|key| key.ends_with("issuer"))
    })
}
