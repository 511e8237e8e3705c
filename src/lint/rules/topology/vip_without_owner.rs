//! Virtual addresses of the API that nobody answers at.

use super::own_kubeadm::first_master;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Nothing in the spec answers at the virtual address of the Kubernetes API.
    ///
    /// ## What it does
    ///
    /// Looks for a `control-plane-vip` without `owner`, where kubeadm makes the cluster on nodes of the spec.
    ///
    /// ## Why it matters
    ///
    /// kubeadm, the other nodes and every kubeconfig use this address. A virtual one is on no machine until something, such as
    /// a static pod of kube-vip, puts it there: `kubeadm init` waits for it in vain.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// addresses: { k8s-api: { ip: 192.168.0.10, purpose: control-plane-vip } }
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
    /// kubeadm, "Considerations about apiserver-advertise-address and ControlPlaneEndpoint"; kube-vip, "Static Pods".
    pub(super) static RULE = Kind::new("vip-without-owner", "DV1131"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(master) = first_master(platform) else { return };
    for (address, ip) in platform.topology.control_plane_vips().filter(|(address, _)| address.owner.is_none()) {
        let Some(here) = subject.line(address.claim.origin) else { continue };
        let found = RULE
            .at(here, format!("nobody answers at `{}` ({ip}), the address of the Kubernetes API", address.name.value))
            .why(format!(
                "it is on no machine until something puts it there: `kubeadm init` on `{}` would wait in vain",
                master.name.value
            ));
        let known = platform.component("kube-vip").is_some();
        out.push(found.help(if known {
            "write `owner: kube-vip`"
        } else {
            "add `kube-vip: { installedBy: ansible, version: … }` and write `owner: kube-vip`; for a load balancer that stands apart, a component with `installedBy: external`"
        }));
    }
}
