//! kubeadm's `ClusterConfiguration` (kubernetes.io, kubeadm configuration v1beta4, v1beta3 before Kubernetes 1.31).

use super::Source;
use super::ansible::{Api, apis, endpoint};
use super::build::{list, lit, map, show, some, text};
use super::draft::{Draft, TargetName};
use crate::doc::Doc;
use crate::spec::Role;

/// Returns the configuration, if the spec has a version of Kubernetes and control-plane nodes.
pub(super) fn draft(source: &Source<'_>) -> Option<Draft> {
    let platform = source.platform;
    let version = platform.kubernetes()?;
    let here = platform.name.origin;
    platform.topology.nodes_of(Role::ControlPlane).next()?;
    let network = |name| platform.topology.network(name).map(|network| show(&network.cidr));
    let networking = some(
        here,
        [
            ("dnsDomain", Some(text(&platform.domains.cluster))),
            ("podSubnet", network("pods")),
            ("serviceSubnet", network("services")),
        ],
    );
    let doc = some(
        here,
        [
            ("apiVersion", Some(Doc::str(api_version(&version.value), version.origin))),
            ("kind", Some(lit(here, "ClusterConfiguration"))),
            ("clusterName", Some(text(platform.cluster_name()))),
            (
                "kubernetesVersion",
                Some(Doc::str(format!("v{}", version.value.trim_start_matches('v')), version.origin)),
            ),
            ("controlPlaneEndpoint", endpoint(source)),
            ("networking", Some(networking)),
            ("apiServer", Some(map(here, [("certSANs", sans(source))]))),
        ],
    );
    let path = source.layout.file("ansible/files/kubeadm-config.yaml");
    Some(Draft::yaml(path, TargetName::Ansible, source.layout.header(here), vec![doc]))
}

fn api_version(kubernetes: &str) -> &'static str {
    let bare = kubernetes.trim_start_matches('v');
    let old = semver::Version::parse(bare).is_ok_and(|version| version < semver::Version::new(1, 31, 0));
    if old { "kubeadm.k8s.io/v1beta3" } else { "kubeadm.k8s.io/v1beta4" }
}

/// Every name and address by which the API is called has to stand in its certificate.
fn sans(source: &Source<'_>) -> Doc {
    let platform = source.platform;
    let mut names = Vec::new();
    for Api { name, ip } in apis(source) {
        names.extend([show(&name), show(&ip)]);
    }
    for node in platform.topology.nodes_of(Role::ControlPlane) {
        names.push(text(&node.name));
        if let Some(domain) = &platform.domains.node {
            names.push(Doc::str(format!("{}.{}", node.name.value, domain.value), node.name.origin));
        }
        names.extend(node.addresses.iter().map(|address| show(&address.ip)));
    }
    list(platform.name.origin, names)
}
