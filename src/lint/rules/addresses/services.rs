//! Services of type `LoadBalancer`: those of manifests, and those that Helm values describe.

use std::net::IpAddr;
use std::sync::Arc;

use crate::doc::Doc;
use crate::lint::facts::ComponentFacts;
use crate::lint::subject::Subject;
use crate::model::Claim;
use crate::source::Span;
use crate::spec::{InstalledBy, Purpose};

/// Annotations that ask for addresses: those of Cilium, kube-vip, `MetalLB` and `PureLB`.
const ADDRESSES: [&str; 6] = [
    "io.cilium/lb-ipam-ips",
    "kube-vip.io/loadbalancerIPs",
    "lbipam.cilium.io/ips",
    "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/loadBalancerIPs",
    "purelb.io/addresses",
];

/// Annotations of Services that share an address.
const SHARING: [&str; 5] = [
    "io.cilium/lb-ipam-sharing-key",
    "lbipam.cilium.io/sharing-key",
    "metallb.io/allow-shared-ip",
    "metallb.universe.tf/allow-shared-ip",
    "purelb.io/allow-shared-ip",
];

/// A Service that a load balancer gives an address.
pub(super) struct Balanced<'a> {
    /// How people name it.
    pub(super) who: String,
    /// The component that it belongs to.
    pub(super) about: Option<&'a Arc<str>>,
    /// What it is in.
    pub(super) facts: &'a ComponentFacts,
    /// Its annotations.
    pub(super) annotations: Option<&'a Doc>,
    /// The deprecated field `loadBalancerIP`.
    pub(super) field: Option<&'a Doc>,
    /// The field `externalTrafficPolicy`.
    pub(super) policy: Option<&'a Doc>,
}

/// An address that is asked for.
pub(super) struct Asked<'a> {
    /// The address.
    pub(super) ip: IpAddr,
    /// The line to change.
    pub(super) span: Span,
    /// Who asks: a Service, or a component by its address in the spec.
    pub(super) who: String,
    /// The component that asks.
    pub(super) about: Option<&'a Arc<str>>,
    /// Services with the same word share the address.
    pub(super) sharing: Option<&'a str>,
    /// Whether it is an address of the spec.
    pub(super) spec: bool,
}

impl<'a> Balanced<'a> {
    /// Returns the annotation of a name, if it has text.
    pub(super) fn annotation(&self, name: &str) -> Option<&'a Doc> {
        self.annotations?.at(&[name]).filter(|doc| doc.as_str().is_some_and(|text| !text.is_empty()))
    }

    /// Returns the addresses that it asks for, each where it does.
    fn asks(&self) -> impl Iterator<Item = (IpAddr, &'a Doc)> {
        let places = ADDRESSES.into_iter().filter_map(|name| self.annotation(name)).chain(self.field);
        places.flat_map(|doc| {
            let parts = doc.as_str().unwrap_or("").split(',');
            parts.filter_map(move |part| Some((part.trim().parse().ok()?, doc)))
        })
    }
}

/// Returns the Services of type `LoadBalancer`.
pub(super) fn balanced<'a>(subject: &Subject<'a>) -> Vec<Balanced<'a>> {
    let mut all = Vec::new();
    for (at, object) in subject.objects_of("Service") {
        let field = |name: &str| object.doc.at(&["spec", name]);
        let Some(facts) = subject.facts.get(at) else { continue };
        if field("type").and_then(Doc::as_str) == Some("LoadBalancer") {
            all.push(Balanced {
                who: format!("Service `{}`", object.name),
                about: subject.component(at).map(|component| &component.name.value),
                facts,
                annotations: object.doc.at(&["metadata", "annotations"]),
                field: field("loadBalancerIP"),
                policy: field("externalTrafficPolicy"),
            });
        }
    }
    for (facts, block) in subject.blocks().filter(|(_, block)| block.values) {
        let field = |name: &str| block.doc.at(&[name]);
        let other = field("type").and_then(Doc::as_str).is_some_and(|kind| kind != "LoadBalancer");
        let Some(component) = subject.component_of(facts).filter(|_| !other) else { continue };
        let who = match &*block.keys {
            "" => format!("the Service of `{}`", component.name.value),
            keys => format!("`{keys}` of `{}`", component.name.value),
        };
        all.push(Balanced {
            who,
            about: Some(&component.name.value),
            facts,
            annotations: field("annotations"),
            field: field("loadBalancerIP").filter(|doc| doc.as_str().is_some_and(|text| !text.is_empty())),
            policy: field("externalTrafficPolicy"),
        });
    }
    all
}

/// Returns the addresses that Services ask for, in the spec, in values, and in manifests; a Service asks once for each.
pub(super) fn asked<'a>(subject: &Subject<'a>) -> Vec<Asked<'a>> {
    let mut all: Vec<Asked<'a>> = of_spec(subject).collect();
    let known: std::collections::BTreeSet<Span> = all.iter().map(|asked| asked.span).collect();
    for service in balanced(subject) {
        let sharing = SHARING.into_iter().find_map(|name| service.annotation(name)).and_then(Doc::as_str);
        let mut seen = std::collections::BTreeSet::new();
        for (ip, doc) in service.asks() {
            let Some(span) = service.facts.line(doc.origin).filter(|span| !known.contains(span)) else { continue };
            if seen.insert(ip) {
                let (who, about) = (service.who.clone(), service.about);
                all.push(Asked { ip, span, who, about, sharing, spec: false });
            }
        }
    }
    all
}

/// Virtual addresses whose owner has a Service of type `LoadBalancer`.
fn of_spec<'a>(subject: &Subject<'a>) -> impl Iterator<Item = Asked<'a>> {
    let platform = subject.platform;
    let lines = platform.topology.addresses.iter().filter(|address| address.purpose == Purpose::Vip);
    lines.filter_map(|address| {
        let Claim::One(ip) = address.claim.value else { return None };
        let owner = platform.component(&address.owner.as_ref()?.value)?;
        let balanced = owner.variant.facts.needs.value()?.load_balancer.value() == Some(&true);
        let here = owner.installed_by.value != InstalledBy::External;
        let span = subject.line(address.claim.origin).filter(|_| balanced && here)?;
        let who = format!("`{}` (address `{}`)", owner.name.value, address.name.value);
        Some(Asked { ip, span, who, about: Some(&owner.name.value), sharing: None, spec: true })
    })
}
