//! The endpoint of the Kubernetes API before there is a cluster.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::InstalledBy;

rule! {
    /// The address of the Kubernetes API answers only once the cluster is there.
    ///
    /// ## What it does
    ///
    /// Looks at the owner of each `control-plane-vip`: a component that Argo CD installs runs in the cluster.
    ///
    /// ## Why it matters
    ///
    /// kubeadm, the other nodes and Argo CD reach the API by this address. It would answer only when all of them are there: the
    /// first node never gets through `kubeadm init`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// addresses: { k8s-api: { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip } }
    /// components: { kube-vip: { version: 0.8.9 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// addresses: { k8s-api: { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip } }
    /// components: { kube-vip: { version: 0.8.9, installedBy: ansible } }
    /// ```
    ///
    /// ## Source
    ///
    /// kube-vip, "Static Pods"; kubeadm, "Considerations about apiserver-advertise-address and ControlPlaneEndpoint".
    pub(super) static RULE =
        Kind::new("late-endpoint-owner", "DV1110"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // Machines that are there already have an endpoint: only those that the spec brings up wait for it.
    if platform.topology.nodes.is_empty() {
        return;
    }
    for (address, _) in platform.topology.control_plane_vips() {
        let Some(component) = address.owner.as_ref().and_then(|owner| platform.component(&owner.value)) else {
            continue;
        };
        if component.installed_by.value != InstalledBy::Argocd {
            continue;
        }
        let Some(span) = subject.line(component.name.origin) else { continue };
        let (name, owner) = (&address.name.value, &component.name.value);
        let mut problem = RULE
            .at(span, format!("`{owner}` answers for the Kubernetes API at `{name}`, and Argo CD installs it"))
            .why("Argo CD runs in a cluster whose nodes already need this address: `kubeadm init` would wait for ever");
        if let Some(line) = subject.line(address.claim.origin) {
            problem = problem.related(line, "the endpoint of the API");
        }
        out.push(
            problem.help("write `installedBy: ansible`: it starts as a static pod, before the cluster").about(owner),
        );
    }
}
