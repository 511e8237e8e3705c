//! Namespaces that let in nobody but whom a policy names: what runs there later, and nobody has a policy for, is closed too
//! (kubernetes.io, network policies, "Default deny all ingress traffic").
//!
//! Only ingress: whom programs call outside of the platform is nowhere in a spec. A namespace is closed only where each component
//! in it has a policy, since one without would be cut off.

use std::sync::Arc;

use super::{has_pods, own_pods, pods};
use crate::doc::Doc;
use crate::emit::Source;
use crate::emit::build::{list, lit, map};
use crate::model::{Component, Traced};
use crate::source::OriginId;

/// Returns where the spec asks for closed namespaces.
fn asked(source: &Source<'_>) -> Option<OriginId> {
    source.platform.deny_by_default.as_ref().filter(|flag| flag.value).map(|flag| flag.origin)
}

/// Returns whether a namespace is closed.
fn is_closed(source: &Source<'_>, namespace: &str) -> bool {
    let within = source.platform.components.iter().filter(|one| *one.namespace.value == *namespace && has_pods(one));
    let covered = |one: &Component| {
        (one.chart.is_some() || one.by_argocd())
            && one.is_installed()
            && one.network_policy.value
            && own_pods(source, one).is_some()
    };
    asked(source).is_some() && within.into_iter().all(covered)
}

/// Returns the policies of closed namespaces, out of those that the platform makes.
pub(in crate::emit) fn policies(source: &Source<'_>, namespaces: &[Doc]) -> Vec<Doc> {
    let Some(here) = asked(source) else { return Vec::new() };
    let mut all = Vec::new();
    for namespace in namespaces {
        let Some(name) = namespace.at(&["metadata", "name"]) else { continue };
        let Some(text) = name.as_str().filter(|text| is_closed(source, text)) else { continue };
        let everything = [("podSelector", map(here, [])), ("policyTypes", list(here, [lit(here, "Ingress")]))];
        all.push(policy(lit(here, "default-deny"), name.clone(), map(here, everything), here));
        all.extend(guests(source, text, name, here));
    }
    all
}

/// Pods that a component makes in namespaces of others, such as those that answer for a certificate there: whoever is to see the
/// answer comes from anywhere.
fn guests<'a>(
    source: &'a Source<'_>,
    namespace: &str,
    name: &'a Doc,
    here: OriginId,
) -> impl Iterator<Item = Doc> + 'a {
    let mut within = source.platform.components.iter().filter(|one| *one.namespace.value == *namespace);
    let signed = within.any(|one| one.exposures().any(|exposure| exposure.expose.issuer.is_some()));
    let hosts = source.platform.components.iter().filter(move |_| signed);
    hosts.filter_map(move |host| {
        let labels = host.variant.facts.guests.value()?;
        let labels = labels.iter().filter_map(|(key, named)| {
            let value = named.value.as_ref()?;
            Some((key.clone(), Doc::str(value.value.clone(), here)))
        });
        let labels = map(here, [("matchLabels", super::named(here, labels))]);
        let title: Arc<str> = format!("pods-of-{}", host.name.value).into();
        Some(policy(Doc::str(title, host.name.origin), name.clone(), open(labels, here), here))
    })
}

/// Returns the policy of a component that answers the outside world, where its namespace is closed.
pub(super) fn anybody(source: &Source<'_>, component: &Component) -> Option<Doc> {
    let here = asked(source).filter(|_| is_closed(source, &component.namespace.value))?;
    let selector = pods(component).or_else(|| own_pods(source, component))?;
    let Traced { value, origin } = &component.name;
    let namespace = super::text(&component.namespace);
    Some(policy(Doc::str(value.clone(), *origin), namespace, open(selector, here), here))
}

/// A rule that names nobody lets in everybody.
fn open(selector: Doc, here: OriginId) -> Doc {
    let anybody = list(here, [map(here, [])]);
    map(here, [("podSelector", selector), ("policyTypes", list(here, [lit(here, "Ingress")])), ("ingress", anybody)])
}

fn policy(name: Doc, namespace: Doc, spec: Doc, here: OriginId) -> Doc {
    map(
        here,
        [
            ("apiVersion", lit(here, "networking.k8s.io/v1")),
            ("kind", lit(here, "NetworkPolicy")),
            ("metadata", map(here, [("name", name), ("namespace", namespace)])),
            ("spec", spec),
        ],
    )
}
