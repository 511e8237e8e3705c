//! Services that keep traffic on one node.

use super::pools::by_bgp;
use super::services::balanced;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A Service takes traffic only on nodes with a pod of its own.
    ///
    /// ## What it does
    ///
    /// Looks for `externalTrafficPolicy: Local` on Services of type `LoadBalancer`, where addresses are announced by ARP or NDP.
    ///
    /// ## Why it matters
    ///
    /// One node answers for the address. With `Local` it has to be one with a pod, and where the speaker of the load balancer
    /// does not run on that node, nobody answers. It is right where the addresses of callers have to be seen.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   ingress-nginx: { values: { controller: { service: { externalTrafficPolicy: Local } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   ingress-nginx: { values: { controller: { service: { externalTrafficPolicy: Cluster } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, "Usage", traffic policies.
    pub(super) static RULE =
        Kind::new("local-traffic-policy", "DV1009"), Addresses, Off, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if by_bgp(subject) || subject.objects_of("IPAddressPool").next().is_none() {
        return;
    }
    for service in balanced(subject) {
        let Some(policy) = service.policy.filter(|policy| policy.as_str() == Some("Local")) else { continue };
        let Some(span) = service.facts.line(policy.origin) else { continue };
        let problem = RULE
            .at(span, format!("{} takes traffic only on nodes with a pod of its own", service.who))
            .why("where no speaker runs on such a node, nobody answers for the address")
            .help("write `Cluster`, unless the addresses of callers have to be seen");
        out.push(service.about.into_iter().fold(problem, Diagnostic::about));
    }
}
