//! Machines of one's own in a cluster whose machines a cloud makes.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::{ClusterKind, Role};

rule! {
    /// A node of the spec belongs to a cluster whose machines a cloud makes.
    ///
    /// ## What it does
    ///
    /// Looks at nodes with the role `control-plane` or `worker` where the environment runs in a cluster of kind `gke`. Nodes with
    /// the role `machine` are in no cluster.
    ///
    /// ## Why it matters
    ///
    /// The cloud runs the control plane, and makes workers out of `nodePools`. The machine would never join, and what is counted
    /// on it (copies, labels, volumes) is not there.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// clusters: { main: { kind: gke, cloud: shop } }
    /// nodes:
    ///   master-1: { role: control-plane }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// clusters:
    ///   main: { kind: gke, cloud: shop, nodePools: { usual: { machineType: e2-standard-4, min: 1, max: 3 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Google Kubernetes Engine, "Cluster architecture".
    pub(super) static RULE =
        Kind::new("node-of-managed-cluster", "DV1192"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(cluster) = platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Gke) else { return };
    let kind = subject.line(cluster.kind.origin);
    for node in &platform.topology.nodes {
        let (why, help) = match node.role.value {
            Role::ControlPlane => (
                "Google runs the control plane of such a cluster: this machine would never join",
                "remove the node, or give the cluster another `kind`",
            ),
            Role::Worker => (
                "Google makes the machines of such a cluster: this one would never join",
                "write `nodePools` of the cluster; a machine beside it has `role: machine`",
            ),
            Role::Machine => continue,
        };
        let (name, cluster) = (&node.name.value, &cluster.name.value);
        let role = node.role.value.word();
        let message = format!("node `{name}` is a {role} of cluster `{cluster}`, which is of kind `gke`");
        let Some(span) = subject.line(node.role.origin).or_else(|| subject.line(node.name.origin)) else { continue };
        let problem = RULE.at(span, message).why(why);
        let problem = kind.into_iter().fold(problem, |problem, span| problem.related(span, "the cluster"));
        out.push(problem.help(help));
    }
}
