//! Ansible's variables and files: `group_vars`, `host_vars`, the hosts block.

mod installed;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::Source;
use super::build::{list, lit, map, named, show, some, text, unless_empty};
use super::draft::{Body, Draft, TargetName};
use super::{hosts, inventory, kubeadm, labels};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::model::{Address, MachineKind, Node, Traced};
use crate::source::{OriginId, Origins};
use crate::spec::{ClusterKind, InstalledBy, Role};

/// The port of the Kubernetes API (kubernetes.io, ports and protocols).
pub(super) const API_PORT: u16 = 6443;

/// Returns the files of Ansible. Without nodes there are none, and machines of Talos let nobody log in.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins, out: &mut Vec<Diagnostic>) -> Vec<Draft> {
    if source.platform.cluster_kind() == ClusterKind::Talos {
        return Vec::new();
    }
    let installed = hosts::machines(source);
    if source.platform.topology.nodes.is_empty() && installed.is_empty() {
        return Vec::new();
    }
    let mut vars = group_vars(source);
    let mut drafts = vec![inventory::draft(source, origins), hosts_block(source)];
    drafts.extend(installed::drafts(source, &mut vars, origins, out));
    drafts.push(yaml(source, GROUP_VARS, vars));
    if source.platform.cluster_kind() == ClusterKind::Kubeadm {
        drafts.extend(kubeadm::draft(source));
    }
    let mut machines = hosts::facts(source, origins, out);
    for (at, node) in source.platform.topology.nodes.iter().enumerate() {
        drafts.push(host_vars(source, node, machines.remove(&MachineKind::Node(at))));
    }
    // Of a hypervisor nothing else is known.
    for (machine, _) in installed {
        if let Some(vars) = machines.remove(&machine.kind) {
            drafts.push(yaml(source, &format!("ansible/host_vars/{}.yml", machine.name.value), vars));
        }
    }
    drafts
}

fn yaml(source: &Source<'_>, path: &str, doc: Doc) -> Draft {
    let header = source.layout.header(doc.origin);
    Draft::yaml(source.layout.file(path), TargetName::Ansible, header, vec![doc])
}

/// The Kubernetes API at one of its virtual addresses.
pub(super) struct Api {
    /// Its host name: that of the address in the external domain, or alone without one.
    pub(super) name: Traced<String>,
    /// Its address.
    pub(super) ip: Traced<String>,
}

/// Returns the Kubernetes API at each address that is claimed for it.
pub(super) fn apis(source: &Source<'_>) -> Vec<Api> {
    let domain = source.platform.domains.external.as_ref();
    let api = |(address, ip): (&Address, IpAddr)| {
        let name = match domain {
            Some(domain) => format!("{}.{}", address.name.value, domain.value),
            None => address.name.value.to_string(),
        };
        Api { name: Traced::new(name, address.name.origin), ip: Traced::new(ip.to_string(), address.claim.origin) }
    };
    source.platform.topology.control_plane_vips().map(api).collect()
}

/// Returns where the API is called: by name, or by address where no domain says that the name can be resolved.
pub(super) fn endpoint(source: &Source<'_>) -> Option<Doc> {
    let (address, ip) = source.platform.topology.api()?;
    let (host, origin) = match (&source.platform.domains.external, ip) {
        (Some(domain), _) => (format!("{}.{}", address.name.value, domain.value), address.name.origin),
        (None, IpAddr::V4(ip)) => (ip.to_string(), address.claim.origin),
        (None, IpAddr::V6(ip)) => (format!("[{ip}]"), address.claim.origin),
    };
    Some(Doc::str(format!("{host}:{API_PORT}"), origin))
}

/// The file of the variables that all nodes share.
const GROUP_VARS: &str = "ansible/group_vars/all.yml";

fn group_vars(source: &Source<'_>) -> Doc {
    let platform = source.platform;
    let here = platform.name.origin;
    let network = |name| platform.topology.network(name).map(|network| show(&network.cidr));
    let pods = platform.topology.network("pods");
    let mtu = pods.and_then(|pods| pods.mtu.as_ref()).map(|mtu| Doc::int(mtu.value, mtu.origin));
    let api = platform.topology.api();
    let vip = api.map(|(address, ip)| Doc::str(ip.to_string(), address.claim.origin));
    let owner = api.and_then(|(address, _)| address.owner.as_ref());
    // On machines alone there is no cluster that could have a name.
    let clustered = platform.components.iter().any(|one| !one.on_machines && one.is_installed())
        || platform.topology.nodes.iter().any(|node| node.role.value != Role::Machine);
    let versions = platform.versions.iter().filter(|tool| &*tool.name != "kubernetes");
    let versions = named(here, versions.map(|tool| (tool.name.clone(), text(&tool.version))));
    some(
        here,
        [
            ("ansible_python_interpreter", Some(lit(here, "/usr/bin/python3"))),
            ("platform_name", (!clustered).then(|| text(&platform.name))),
            ("cluster_name", clustered.then(|| text(platform.cluster_name()))),
            ("environment_name", Some(text(&platform.environment))),
            ("kubernetes_version", platform.kubernetes().map(text)),
            ("tool_versions", unless_empty(versions)),
            ("control_plane_endpoint", endpoint(source)),
            ("control_plane_bootstrap_ip", bootstrap_ip(source).filter(|_| vip.is_some())),
            ("control_plane_vip", vip),
            ("control_plane_vip_owner", owner.map(text)),
            ("pod_network_cidr", network("pods")),
            ("pod_network_mtu", mtu),
            ("service_cidr", network("services")),
            ("cluster_dns_domain", clustered.then(|| text(&platform.domains.cluster))),
            ("node_domain", platform.domains.node.as_ref().map(text)),
            ("helm_releases", unless_empty(releases(source, here))),
        ],
    )
}

/// The address that the endpoint has to mean until the virtual one answers: that of the first control plane.
fn bootstrap_ip(source: &Source<'_>) -> Option<Doc> {
    let topology = &source.platform.topology;
    let first = topology.nodes_of(Role::ControlPlane).next()?;
    let address = topology.node_network().and_then(|id| first.address(id))?;
    Some(show(&address.ip))
}

/// Charts that Ansible installs, because Argo CD is not there yet.
fn releases(source: &Source<'_>, here: OriginId) -> Doc {
    let components = source.platform.components.iter();
    let components = components.filter(|component| component.installed_by.value == InstalledBy::Ansible);
    let components = components.filter(|component| !component.on_machines);
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

fn host_vars(source: &Source<'_>, node: &Node, more: Option<Doc>) -> Draft {
    let here = node.name.origin;
    let topology = &source.platform.topology;
    let host = node.host.and_then(|id| topology.hypervisors.get(id.0));
    let inner = topology.internal_network().and_then(|id| node.address(id));
    let addresses = node.addresses.iter().filter_map(|address| {
        let network = topology.networks.get(address.network.0)?;
        Some((network.name.value.clone(), show(&address.ip)))
    });
    let interfaces = node.addresses.iter().filter_map(|address| {
        let network = topology.networks.get(address.network.0)?;
        Some((network.name.value.clone(), text(network.interface.as_ref()?)))
    });
    let domain = source.platform.domains.node.as_ref();
    let fqdn = domain.map(|domain| Doc::str(format!("{}.{}", node.name.value, domain.value), here));
    let cluster = node.role.value != Role::Machine;
    let mut doc = some(
        here,
        [
            ("node_role", Some(Doc::str(node.role.value.word(), node.role.origin))),
            ("node_fqdn", fqdn),
            ("node_ip", inner.map(|address| show(&address.ip))),
            ("node_addresses", Some(named(here, addresses))),
            ("node_interfaces", unless_empty(named(here, interfaces))),
            ("vm_id", node.vmid.as_ref().map(|vmid| Doc::int(vmid.value, vmid.origin))),
            ("proxmox_host", host.map(|host| text(&host.host_id))),
            ("lvm_volume_groups", unless_empty(list(here, volume_groups(node)))),
            (
                "data_devices",
                unless_empty(list(here, node.plain_disks().filter(|_| !node.container).map(|disk| text(&disk.device)))),
            ),
            ("node_labels", cluster.then(|| labels::of(source.platform, node))),
            ("node_taints", super::build::unless_empty(labels::taints(node))),
        ],
    );
    if let Some(more) = more {
        doc.merge(more);
    }
    yaml(source, &format!("ansible/host_vars/{}.yml", node.name.value), doc)
}

/// A volume group lies on all disks that name it.
fn volume_groups(node: &Node) -> Vec<Doc> {
    let mut groups = BTreeMap::<&str, (&Traced<Arc<str>>, Vec<Doc>)>::new();
    for disk in &node.disks {
        if let Some(group) = &disk.volume_group {
            groups.entry(&group.value).or_insert((group, Vec::new())).1.push(text(&disk.device));
        }
    }
    let doc = |(group, devices): (&Traced<Arc<str>>, Vec<Doc>)| {
        let here = devices.first().map_or(group.origin, |device| device.origin);
        map(group.origin, [("name", text(group)), ("devices", list(here, devices))])
    };
    groups.into_values().map(doc).collect()
}

/// The block for `/etc/hosts`: the API, nodes by both names, and the hosts that people open.
fn hosts_block(source: &Source<'_>) -> Draft {
    let platform = source.platform;
    let here = platform.name.origin;
    let header = source.layout.header(here);
    let mut lines = vec![(format!("# {}", header.text), here)];
    for Api { name, ip } in apis(source) {
        lines.push((format!("{} {}", ip.value, name.value), ip.origin));
    }
    let network = platform.topology.node_network();
    for role in [Role::ControlPlane, Role::Worker, Role::Machine] {
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
    let exposed = super::dns::exposed(source);
    lines.extend(exposed.into_iter().map(|(host, ip)| (format!("{} {}", ip.value, host.value), host.origin)));
    Draft {
        path: source.layout.file("ansible/files/hosts"),
        target: TargetName::Ansible,
        header: Vec::new(),
        body: Body::Lines(lines),
        executable: false,
        origin: here,
    }
}
