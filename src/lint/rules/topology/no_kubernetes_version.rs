//! Clusters whose version nobody chose.

use super::own_kubeadm::first_master;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// The spec has control planes, and no version of Kubernetes for them.
    ///
    /// ## What it does
    ///
    /// Looks for `versions.kubernetes`, where kubeadm makes the cluster on nodes of the spec: there is an address of the API,
    /// or a network of pods.
    ///
    /// ## Why it matters
    ///
    /// Without it dvgen writes no configuration of kubeadm, and the nodes get whatever version is newest on the day they are made.
    /// Nor can charts and removed APIs be compared with it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes: { master-1: { role: control-plane } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.32.0 }
    /// nodes: { master-1: { role: control-plane } }
    /// ```
    ///
    /// ## Source
    ///
    /// kubeadm, configuration, `kubernetesVersion`.
    pub(super) static RULE = Kind::new("no-kubernetes-version", "DV1133"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let topology = &platform.topology;
    // Who writes the address of the API, or the network of pods, wants a cluster to be made of it.
    let made = topology.control_plane_vips().next().is_some() || topology.network("pods").is_some();
    let Some(master) = first_master(platform).filter(|_| made && platform.kubernetes().is_none()) else { return };
    let Some(here) = subject.line(master.name.origin) else { return };
    out.push(
        RULE.at(here, format!("nothing says which Kubernetes `{}` runs", master.name.value))
            .why("no configuration of kubeadm is written, and nodes get the version that is newest on the day they are made")
            .help("write `versions: { kubernetes: 1.32.0 }`, with the version that you mean"),
    );
}
