//! Machines that a cloud does not have.

use super::machine_types::alike;
use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::ClusterKind;

rule! {
    /// A node pool names a machine type that the cloud does not have.
    ///
    /// ## What it does
    ///
    /// Looks at `machineType` of the node pools of clusters of kind `gke`, where it is of a series that dvgen knows the types of.
    ///
    /// ## Why it matters
    ///
    /// Only `terraform apply` says so, after minutes, when the cluster is there and has no node.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodePools: { default: { machineType: e2-standrad-4, min: 2, max: 5 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodePools: { default: { machineType: e2-standard-4, min: 2, max: 5 } }
    /// ```
    ///
    /// ## Source
    ///
    /// Compute Engine, "Machine families resource and comparison guide".
    pub(super) static RULE =
        Kind::new("unknown-machine-type", "DV1125"), Topology, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // What an environment shares is judged where it is made.
    if platform.shares_cluster() {
        return;
    }
    let cluster = platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Gke);
    for pool in cluster.into_iter().flat_map(|cluster| &cluster.node_pools) {
        let name = &pool.machine_type.value;
        let others = alike(name);
        let Some(span) = subject.line(pool.machine_type.origin).filter(|_| !others.is_empty()) else { continue };
        let message = format!("there is no machine type `{name}` for node pool `{}`", pool.name.value);
        let mut problem = RULE.at(span, message).why("the cloud refuses the pool, and the cluster has no nodes");
        if let Some(near) = nearest(name, others.iter().map(String::as_str)) {
            problem = problem.fix(false, format!("change to `{near}`"), span, near);
        }
        let near = did_you_mean(name, others.iter().map(String::as_str));
        let list = || "see `gcloud compute machine-types list` for those of your zone".to_owned();
        out.push(problem.help(near.unwrap_or_else(list)));
    }
}
