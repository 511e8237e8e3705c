//! Clusters that kubeadm makes on nodes of the spec.

use crate::model::{Node, Platform};
use crate::spec::{ClusterKind, Role};

/// Returns the first control plane of the cluster, if kubeadm makes it on nodes of the spec and Argo CD deploys into it. Kubernetes
/// of another maker (`1.33.1+k3s1`) brings much by itself.
pub(super) fn first_master(platform: &Platform) -> Option<&Node> {
    let foreign = platform.kubernetes().is_some_and(|version| version.value.contains('+'));
    let deployed = || platform.components.iter().any(|one| one.by_argocd() && !one.on_machines);
    if !platform.complete || foreign || platform.cluster_kind() != ClusterKind::Kubeadm || !deployed() {
        return None;
    }
    platform.topology.nodes_of(Role::ControlPlane).next()
}
