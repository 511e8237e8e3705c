//! What every pod and every certificate of a cluster was told when it was made.

use super::{Case, Finding, Level, RiskRule};

/// The networks of pods and services, or the domain of the cluster, are others.
pub(super) static RULE: RiskRule = RiskRule {
    name: "cluster-network-changed",
    code: "DV2032",
    summary: "The range of pods or services, or the cluster's domain, is another one.",
    documentation: "\
## What it does
Reports another range of the networks `pods` and `services`, and another domain of the cluster.

## Why it matters
A cluster gets them when it is made. The API server's certificate names its address in the range of services, each node has its part of
the range of pods, and each service keeps the address it has. Pods look for the domain that they were started with. A cluster
that runs does not follow a change of the spec: what is new disagrees with what is there.

## What to do
Take the change back, or make a new cluster and move to it.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (base, head) = (case.base(), case.head());
    let mut push = |message: String, why: &str, origins: (crate::source::OriginId, crate::source::OriginId)| {
        let causes = case.because(Some(origins.0), Some(origins.1), None);
        out.push(Finding::new(&RULE, Level::Danger, "the cluster", message).why(why).because(causes));
    };
    let why = "a cluster gets this range when it is made: nodes, services and certificates keep the old one";
    for name in ["pods", "services"] {
        if let (Some(old), Some(new)) = (base.topology.network(name), head.topology.network(name))
            && old.cidr.value != new.cidr.value
        {
            let message = format!("range of {name} {} → {}", old.cidr.value, new.cidr.value);
            push(message, why, (old.cidr.origin, new.cidr.origin));
        }
    }
    let (old, new) = (&base.domains.cluster, &head.domains.cluster);
    if old.value != new.value {
        let message = format!("domain `{}` → `{}`", old.value, new.value);
        let why = "names in the old domain are in certificates and in pods that run, and are no longer answered";
        push(message, why, (old.origin, new.origin));
    }
}
