//! Services that ask for an address in two ways.

use super::services::balanced;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

/// `MetalLB` refuses these beside `loadBalancerIP`; kube-vip sets the field itself.
const EXCLUSIVE: [&str; 2] = ["metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs"];

rule! {
    /// A Service asks for its address by an annotation and by a field.
    ///
    /// ## What it does
    ///
    /// Looks at Services of manifests, and at those that `values:` describe, together with what dvgen writes into the values.
    ///
    /// ## Why it matters
    ///
    /// MetalLB refuses a Service with both, also where both name one address: it gets none.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// metadata:
    ///   annotations: { metallb.io/loadBalancerIPs: 192.168.0.200 }
    /// spec:
    ///   type: LoadBalancer
    ///   loadBalancerIP: 192.168.0.200
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// metadata:
    ///   annotations: { metallb.io/loadBalancerIPs: 192.168.0.200 }
    /// spec:
    ///   type: LoadBalancer
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, "Requesting specific IPs"; Kubernetes 1.24, which deprecates `loadBalancerIP`.
    pub(super) static RULE =
        Kind::new("address-asked-twice", "DV1007"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for service in balanced(subject) {
        let annotation = EXCLUSIVE.into_iter().find_map(|name| Some((name, service.annotation(name)?)));
        let (Some((name, annotation)), Some(field)) = (annotation, service.field) else { continue };
        let Some(span) = service.facts.line(field.origin) else { continue };
        let message = format!("{} asks for its address by an annotation and by `loadBalancerIP`", service.who);
        let mut problem = RULE.at(span, message).label("the field").why("MetalLB refuses a Service with both");
        if let Some(there) = service.facts.line(annotation.origin).filter(|there| *there != span) {
            problem = problem.related(there, format!("the annotation `{name}`"));
        }
        let problem = problem.help("remove `loadBalancerIP`: Kubernetes has deprecated it");
        out.push(service.about.into_iter().fold(problem, Diagnostic::about));
    }
}
