//! Pools that are named and do not exist.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::services::balanced;
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::Doc;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

/// The annotations by which a Service names the pool of its address.
const POOL: [&str; 2] = ["metallb.io/address-pool", "metallb.universe.tf/address-pool"];

rule! {
    /// A pool of a load balancer is named, and there is none of that name.
    ///
    /// ## What it does
    ///
    /// Compares the pools that `L2Advertisement`, `BGPAdvertisement` and annotations of Services name with the pools of the spec
    /// and of manifests. Without any pool nothing is said: they are somebody else's.
    ///
    /// ## Why it matters
    ///
    /// A Service with an unknown pool gets no address. An announcement of an unknown pool announces nothing, so nobody finds
    /// the addresses.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   ingress-nginx:
    ///     values: { controller: { service: { annotations: { metallb.io/address-pool: default } } } }
    /// addresses:
    ///   lb: { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   ingress-nginx:
    ///     values: { controller: { service: { annotations: { metallb.io/address-pool: lb } } } }
    /// addresses:
    ///   lb: { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, "Configuration" and "Usage".
    pub(super) static RULE =
        Kind::new("unknown-address-pool", "DV1008"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&str> = subject.objects_of("IPAddressPool").map(|(_, object)| &*object.name).collect();
    if known.is_empty() {
        return;
    }
    let mut judge = |name: &str, span: Option<Span>, who: &str, about: Option<&Arc<str>>| {
        let Some(span) = span.filter(|_| !known.contains(name)) else { return };
        let mut problem = RULE
            .at(span, format!("{who} names pool `{name}`, and there is none of that name"))
            .why("MetalLB would wait for it: no address is given, or none announced");
        problem = did_you_mean(name, known.iter().copied()).into_iter().fold(problem, Diagnostic::help);
        problem = problem.help("name a pool of `addresses`, or of a manifest");
        out.push(about.into_iter().fold(problem, Diagnostic::about));
    };
    for kind in ["BGPAdvertisement", "L2Advertisement"] {
        for (at, object) in subject.objects_of(kind) {
            let listed = object.doc.at(&["spec", "ipAddressPools"]).and_then(Doc::as_list);
            let Some(facts) = subject.facts.get(at) else { continue };
            for item in listed.into_iter().flatten() {
                let about = subject.component(at).map(|component| &component.name.value);
                let who = format!("{kind} `{}`", object.name);
                judge(item.as_str().unwrap_or(""), facts.line(item.origin), &who, about);
            }
        }
    }
    for service in balanced(subject) {
        if let Some(doc) = POOL.into_iter().find_map(|name| service.annotation(name)) {
            let span = service.facts.line(doc.origin);
            judge(doc.as_str().unwrap_or(""), span, &service.who, service.about);
        }
    }
}
