//! Network policies in a cluster that does not enforce them.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::Dataplane;

rule! {
    /// Network policies are made for a cluster that does not enforce them.
    ///
    /// ## What it does
    ///
    /// Looks for network policies in a cluster of GKE with `dataplane: legacy`.
    ///
    /// ## Why it matters
    ///
    /// Kubernetes takes a network policy whether or not somebody enforces it. Everybody reaches everything, and nothing says so.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// clusters: { shop: { kind: gke, dataplane: legacy } }
    /// defaults: { networkPolicies: true }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// clusters: { shop: { kind: gke, dataplane: v2 } }
    /// defaults: { networkPolicies: true }
    /// ```
    ///
    /// ## Source
    ///
    /// Google Kubernetes Engine, Dataplane V2 and network policy enforcement.
    pub(super) static RULE =
        Kind::new("policies-not-enforced", "DV1181"), Topology, Warn, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(cluster) = platform.own_cluster() else { return };
    let Some(dataplane) = cluster.dataplane.as_ref().filter(|plane| plane.value == Dataplane::Legacy) else { return };
    let policies = platform.components.iter().find(|component| component.network_policy.value);
    let (Some(first), Some(span)) = (policies, subject.line(dataplane.origin)) else { return };
    let message = format!("cluster `{}` enforces no network policies", cluster.name.value);
    let mut problem = RULE
        .at(span, message)
        .why("those that are made are taken, and keep nobody out")
        .help("write `dataplane: v2`; of a cluster that is there it cannot be changed: make a new one and move")
        .fix(false, "change to `v2`".to_owned(), span, "v2".to_owned());
    let asked = subject.line(first.network_policy.origin);
    problem = asked.into_iter().fold(problem, |problem, span| problem.related(span, "policies are asked for here"));
    out.push(problem);
}
