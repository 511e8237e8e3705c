//! Ansible's variables and files: `group_vars`, `host_vars`, the hosts block.

mod installed;

use super::Source;
use super::build::{list, lit, map, named, show, some, text};
use super::draft::{Body, Draft, TargetName};
use super::{inventory, kubeadm, labels};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::model::{Claim, Node, Traced};
use crate::source::{OriginId, Origins};
use crate::spec::{InstalledBy, Purpose, Role};

/// The port of the Kubernetes API (kubernetes.io, ports and protocols).
pub(super) const API_PORT: u16 = 6443;

/// Returns the files of Ansible. Without nodes there are none.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins, out: &mut Vec<Diagnostic>) -> Vec<Draft> {
    if source.platform.topology.nodes.is_empty() {
        return Vec::new();
    }
    let mut vars = group_vars(source);
    let mut drafts = vec![inventory::draft(source, origins), hosts(source)];
    drafts.extend(installed::drafts(source, &mut vars, origins, out));
    drafts.push(yaml(source, GROUP_VARS, vars));
    drafts.extend(kubeadm::draft(source));
    drafts.extend(source.platform.topology.nodes.iter().map(|node| host_vars(source, node)));
    drafts
}

fn yaml(source: &Source<'_>, path: &str, doc: Doc) -> Draft {
    let header = source.layout.header(doc.origin);
    Draft::yaml(source.layout.file(path), TargetName::Ansible, header, vec![doc])
}

/// Returns the name and address of the Kubernetes API, if an address is claimed for it.
pub(super) fn api(source: &Source<'_>) -> Option<(Traced<String>, Traced<String>)> {
    let address = source.platform.topology.claim(Purpose::ControlPlaneVip)?;
    let Claim::One(ip) = address.claim.value else { return None };
    let domain = source.platform.domains.external.as_ref()?;
    let name = format!("{}.{}", address.name.value, domain.value);
    Some((Traced::new(name, address.name.origin), Traced::new(ip.to_string(), address.claim.origin)))
}

/// The file of the variables that all nodes share.
const GROUP_VARS: &str = "ansible/group_vars/all.yml";

fn group_vars(source: &Source<'_>) -> Doc {
    let platform = source.platform;
    let here = platform.name.origin;
    let network = |name| platform.topology.network(name).map(|network| show(&network.cidr));
    let pods = platform.topology.network("pods");
    let mtu = pods.and_then(|pods| pods.mtu.as_ref()).map(|mtu| Doc::int(mtu.value, mtu.origin));
    let api = api(source);
    let endpoint = api.as_ref().map(|(name, _)| Doc::str(format!("{}:{API_PORT}", name.value), name.origin));
    let owner = platform.topology.claim(Purpose::ControlPlaneVip).and_then(|address| address.owner.as_ref());
    let versions = platform.versions.iter().filter(|tool| &*tool.name != "kubernetes");
    let versions = named(here, versions.map(|tool| (tool.name.clone(), text(&tool.version))));
    some(
        here,
        [
            ("ansible_python_interpreter", Some(lit(here, "/usr/bin/python3"))),
            ("cluster_name", Some(text(&platform.name))),
            ("environment_name", Some(text(&platform.environment))),
            ("kubernetes_version", platform.kubernetes().map(text)),
            ("tool_versions", super::build::unless_empty(versions)),
            ("control_plane_endpoint", endpoint),
            ("control_plane_vip", api.as_ref().map(|(_, ip)| show(ip))),
            ("control_plane_vip_owner", owner.map(text)),
            ("pod_network_cidr", network("pods")),
            ("pod_network_mtu", mtu),
            ("service_cidr", network("services")),
            ("cluster_dns_domain", Some(text(&platform.domains.cluster))),
            ("node_domain", platform.domains.node.as_ref().map(text)),
            ("helm_releases", super::build::unless_empty(releases(source, here))),
        ],
    )
}

/// Charts that Ansible installs, because Argo CD is not there yet.
fn releases(source: &Source<'_>, here: OriginId) -> Doc {
    let components = source.platform.components.iter();
    let components = components.filter(|component| component.installed_by.value == InstalledBy::Ansible);
    let releases = components.filter_map(|component| {
        let (repo, chart) = component.chart.as_ref()?;
        let version = component.version.as_ref()?;
        let values = source.layout.in_repository(&super::Layout::values(component));
        let here = component.name.origin;
        Some(map(
            here,
            [
                ("name", text(&component.release)),
                ("namespace", text(&component.namespace)),
                ("repository", text(repo)),
                ("chart", text(chart)),
                ("version", Doc::str(version.value.text.clone(), version.origin)),
                ("values_file", Doc::str(values, here)),
            ],
        ))
    });
    list(here, releases)
}

fn host_vars(source: &Source<'_>, node: &Node) -> Draft {
    let here = node.name.origin;
    let topology = &source.platform.topology;
    let host = node.host.and_then(|id| topology.hypervisors.get(id.0));
    let inner = topology.internal_network().and_then(|id| node.address(id));
    let addresses = node.addresses.iter().filter_map(|address| {
        let network = topology.networks.get(address.network.0)?;
        Some((network.name.value.clone(), show(&address.ip)))
    });
    let groups = node.disks.iter().filter_map(|disk| {
        let group = disk.volume_group.as_ref()?;
        let devices = list(disk.device.origin, [text(&disk.device)]);
        Some(map(group.origin, [("name", text(group)), ("devices", devices)]))
    });
    let domain = source.platform.domains.node.as_ref();
    let fqdn = domain.map(|domain| Doc::str(format!("{}.{}", node.name.value, domain.value), here));
    let doc = some(
        here,
        [
            ("node_role", Some(Doc::str(node.role.value.word(), node.role.origin))),
            ("node_fqdn", fqdn),
            ("node_ip", inner.map(|address| show(&address.ip))),
            ("node_addresses", Some(named(here, addresses))),
            ("vm_id", node.vmid.as_ref().map(|vmid| Doc::int(vmid.value, vmid.origin))),
            ("proxmox_host", host.map(|host| text(&host.host_id))),
            ("lvm_volume_groups", super::build::unless_empty(list(here, groups))),
            ("node_labels", Some(labels::of(source, node))),
            ("node_taints", super::build::unless_empty(labels::taints(node))),
        ],
    );
    yaml(source, &format!("ansible/host_vars/{}.yml", node.name.value), doc)
}

/// The block for `/etc/hosts`: nodes by both names, and the API.
fn hosts(source: &Source<'_>) -> Draft {
    let platform = source.platform;
    let here = platform.name.origin;
    let header = source.layout.header(here);
    let mut lines = vec![(format!("# {}", header.text), here)];
    if let Some((name, ip)) = api(source) {
        lines.push((format!("{} {}", ip.value, name.value), ip.origin));
    }
    let network = platform.topology.node_network();
    for role in [Role::ControlPlane, Role::Worker] {
        for node in platform.topology.nodes_of(role) {
            let Some(address) = network.and_then(|id| node.address(id)) else { continue };
            let name = &node.name.value;
            let names = match &platform.domains.node {
                Some(domain) => format!("{name}.{} {name}", domain.value),
                None => name.to_string(),
            };
            lines.push((format!("{} {names}", address.ip.value), address.ip.origin));
        }
    }
    Draft {
        path: source.layout.file("ansible/files/hosts"),
        target: TargetName::Ansible,
        header: Vec::new(),
        body: Body::Lines(lines),
        executable: false,
        origin: here,
    }
}
