//! Clusters of kubeadm without a network of pods.

use super::own_kubeadm::first_master;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// kubeadm installs no network of pods, and no component brings one.
    ///
    /// ## What it does
    ///
    /// Looks for a component whose facts say that it brings the network of pods (`network`), where the spec has control planes
    /// and a network for pods. Charts that the library does not know may bring one: then nothing is said.
    ///
    /// ## Why it matters
    ///
    /// All nodes stay `NotReady`, and nothing that Argo CD deploys starts.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks: { pods: { cidr: 10.244.0.0/16, overlay: vxlan } }
    /// components: { argocd: { installedBy: ansible, version: 10.1.1 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks: { pods: { cidr: 10.244.0.0/16, overlay: vxlan } }
    /// components:
    ///   argocd: { installedBy: ansible, version: 10.1.1 }
    ///   calico: { installedBy: ansible, version: 3.29.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Creating a cluster with kubeadm", Installing a Pod network add-on.
    pub(super) static RULE =
        Kind::new("cluster-without-pod-network", "DV1130"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    if first_master(platform).is_none() {
        return;
    }
    let brings =
        platform.components.iter().any(|one| one.variant.unknown || one.variant.facts.network.value() == Some(&true));
    let pods = platform.topology.network("pods");
    let Some(pods) = pods.filter(|_| !brings) else { return };
    let Some(here) = subject.line(pods.name.origin) else { return };
    out.push(
        RULE.at(here, format!("no component gives pods the network `{}`", pods.name.value))
            .why("kubeadm installs none: all nodes would stay `NotReady`, and nothing would start")
            .help("add one, such as `calico: { installedBy: ansible, version: … }`; if somebody else installs it, write `installedBy: external`"),
    );
}
