//! Reads the sections below Kubernetes into the model.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{
    Address, Claim, Disk, Hypervisor, HypervisorId, Network, NetworkId, Node, NodeAddress, StorageClass, Taint,
    Topology,
};
use crate::diag::Diagnostic;
use crate::model::resolve::{Resolver, Section};
use crate::model::{INCOMPLETE, OUTSIDE_NETWORK, Traced, UNKNOWN_HYPERVISOR, UNKNOWN_NETWORK, UNUSABLE_NAME};
use crate::source::Span;
use crate::spec::{self, Overlay};
use crate::yaml::{Decoder, Field, Names};

/// Resolves everything below Kubernetes.
pub(in crate::model) fn resolve(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Topology {
    let hypervisors = hypervisors(cx, spec);
    let networks = networks(cx, spec);
    let addresses = addresses(cx, spec);
    let mut topology = Topology { hypervisors, networks, addresses, nodes: Vec::new(), storage_classes: Vec::new() };
    topology.nodes = nodes(cx, spec, &topology);
    derive_mtu(cx, &mut topology);
    topology.storage_classes = storage_classes(cx, spec);
    topology
}

fn hypervisors(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Hypervisor> {
    let mut all = Vec::new();
    for (name, named) in spec.hypervisors.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let Some(endpoint) = written.endpoint.get() else { continue };
        let name = cx.name("hypervisor", name, named.key);
        let or_name = |cx: &mut Resolver<'_>, field: &Field<spec::scalars::Word>, by| match cx.word(field, "hypervisor")
        {
            Some(word) => word,
            None => Traced::new(name.value.clone(), cx.origins.derived(by, &[name.origin])),
        };
        let node = or_name(cx, &written.node, "the name of the hypervisor");
        let host_id = or_name(cx, &written.host_id, "the name of the hypervisor");
        let endpoint = cx.traced("endpoint", endpoint.value.0.clone(), endpoint.span);
        let host = host_of(&endpoint.value);
        let address = Traced::new(host, cx.origins.derived("the host of the endpoint", &[endpoint.origin]));
        let token = written.token.value().map(|token| cx.traced("token", token.item.clone(), token.span));
        let template = written.template.value().and_then(|template| {
            let (name, id) = (template.name.get()?, template.id.get()?);
            Some((cx.traced("template", name.value.0.clone(), name.span), cx.traced("template", id.value, id.span)))
        });
        let insecure = cx.given_or(&written.insecure, "hypervisor", false, "certificates are checked", named.key);
        let (user, storage) = (cx.word(&written.user, "user"), cx.word(&written.storage, "storage pool"));
        all.push(Hypervisor { name, node, host_id, endpoint, address, user, token, storage, template, insecure });
    }
    all
}

/// Returns the host of a URL, without port and user.
fn host_of(url: &str) -> Arc<str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    };
    Arc::from(host)
}

fn networks(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Network> {
    let mut all = Vec::new();
    for (name, named) in spec.networks.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let Some(cidr) = written.cidr.get() else { continue };
        let net = cidr.value.0;
        let gateway = written.gateway.get().map(|ip| cx.traced("gateway", ip.value.0, ip.span));
        if let Some(ip) = written.gateway.get().filter(|ip| !net.contains(&ip.value.0)) {
            cx.out.push(outside(ip.value.0, ip.span, name, net, cidr.span, "the gateway"));
        }
        let servers = written.dns.value().into_iter().flatten().filter_map(Field::get);
        let dns = servers.map(|ip| cx.traced("name server", ip.value.0, ip.span)).collect();
        all.push(Network {
            name: cx.name("network", name, named.key),
            cidr: cx.traced("network", net, cidr.span),
            gateway,
            dns,
            bridge: cx.word(&written.bridge, "bridge"),
            interface: cx.word(&written.interface, "interface"),
            mtu: written.mtu.get().map(|mtu| cx.traced("MTU", mtu.value, mtu.span)),
            overlay: written.overlay.value().copied(),
        });
    }
    all
}

fn outside(ip: IpAddr, span: Span, network: &str, net: IpNet, cidr: Span, what: &str) -> Diagnostic {
    Diagnostic::error(OUTSIDE_NETWORK, span, format!("{what} {ip} does not lie in network `{network}`"))
        .related(cidr, format!("`{network}` is {net}"))
        .why("packets to it would leave by another way, or not at all")
        .help("correct the address, or the range of the network")
}

/// An overlay takes its header out of every packet of the network below (RFC 7348 for VXLAN: 50 bytes).
fn derive_mtu(cx: &mut Resolver<'_>, topology: &mut Topology) {
    let below = topology.internal_network().and_then(|id| topology.networks.get(id.0)).and_then(|net| net.mtu.clone());
    let Some(below) = below else { return };
    for network in topology.networks.iter_mut().filter(|network| network.mtu.is_none()) {
        let header = match network.overlay {
            Some(Overlay::Vxlan) => 50,
            Some(Overlay::Ipip) => 20,
            Some(Overlay::None) => 0,
            None => continue,
        };
        let origin =
            cx.origins.derived("the MTU below less the header of the overlay", &[below.origin, network.cidr.origin]);
        network.mtu = Some(Traced::new(below.value.saturating_sub(header), origin));
    }
}

fn addresses(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Address> {
    let mut all = Vec::new();
    for (name, named) in spec.addresses.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let claim = match (&written.ip, &written.range) {
            (Field::Given(ip), Field::Absent) => cx.traced("address", Claim::One(ip.value.0), ip.span),
            (Field::Absent, Field::Given(range)) => {
                cx.traced("address", Claim::Range(range.value.first, range.value.last), range.span)
            }
            (Field::Broken, _) | (_, Field::Broken) => continue,
            _ => {
                let both = written.ip.get().is_some();
                let what = if both { "both `ip` and `range`" } else { "neither `ip` nor `range`" };
                let message = format!("address `{name}` has {what}");
                let help = if both { "remove one" } else { "write `ip` for one address, `range` for several" };
                cx.out.push(Diagnostic::error(INCOMPLETE, named.key, message).help(help));
                continue;
            }
        };
        let Some(purpose) = written.purpose.value().copied() else { continue };
        let owner = written.owner.get().map(|owner| cx.traced("owner", owner.value.clone(), owner.span));
        all.push(Address { name: cx.name("address", name, named.key), claim, purpose, owner });
    }
    all
}

fn nodes(cx: &mut Resolver<'_>, spec: &spec::Platform, topology: &Topology) -> Vec<Node> {
    let mut all: Vec<(Span, Node)> = Vec::new();
    for (name, named) in spec.nodes.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        if let Some(node) = node(cx, name, named.key, &written.value, topology) {
            all.push((named.key, node));
        }
    }
    all.sort_by_key(|(_, node)| (node.vmid.as_ref().map_or(u32::MAX, |vmid| vmid.value), node.name.value.clone()));
    report_taken(cx, &all);
    all.into_iter().map(|(_, node)| node).collect()
}

fn report_taken(cx: &mut Resolver<'_>, nodes: &[(Span, Node)]) {
    let mut numbers = std::collections::BTreeMap::new();
    let mut ips = std::collections::BTreeMap::new();
    for (_, node) in nodes {
        if let Some(vmid) = &node.vmid {
            cx.report_twice(&mut numbers, vmid.value, vmid.origin, &node.name.value, "virtual machine");
        }
        for address in &node.addresses {
            cx.report_twice(&mut ips, address.ip.value, address.ip.origin, &node.name.value, "address");
        }
    }
}

fn node(cx: &mut Resolver<'_>, name: &Arc<str>, key: Span, written: &spec::Node, topology: &Topology) -> Option<Node> {
    if !spec::scalars::is_dns_label(name) {
        let message = format!("`{name}` cannot be the name of a node");
        cx.out.push(Diagnostic::error(UNUSABLE_NAME, key, message).help("use lower-case letters, digits and `-`"));
    }
    let missing = |cx: &mut Resolver<'_>, field: &str| {
        let problem = Diagnostic::error(INCOMPLETE, key, format!("node `{name}` has no `{field}`"));
        cx.out.push(problem.help(format!("write `{field}` here, or for all nodes under `defaults.nodes`")));
    };
    let host = written.host.get().and_then(|host| hypervisor(cx, topology, host));
    if matches!(written.role, Field::Absent) {
        missing(cx, "role");
    }
    if matches!(written.ip, Field::Absent) {
        missing(cx, "ip");
    }
    if host.is_some() && matches!(written.vmid, Field::Absent) {
        missing(cx, "vmid");
    }
    let role = written.role.get()?;
    let labels = written.labels.value().into_iter().flat_map(|labels| &labels.0).filter_map(|(label, named)| {
        let value = named.value.as_ref()?;
        Some((cx.name("label", label, named.key), cx.traced("label", value.value.0.clone(), value.span)))
    });
    let labels = labels.collect();
    let taints = written.taints.value().into_iter().flatten().filter_map(|taint| {
        let taint = &taint.get()?.value;
        let (key, effect) = (cx.word(&taint.key, "taint")?, taint.effect.get()?);
        let value = taint.value.get().map(|value| cx.traced("taint", value.value.0.clone(), value.span));
        Some(Taint { key, value, effect: cx.traced("taint", effect.value, effect.span) })
    });
    let taints = taints.collect();
    Some(Node {
        name: cx.name("node", name, key),
        role: cx.traced("role", role.value, role.span),
        host,
        vmid: written.vmid.get().map(|vmid| cx.traced("node", vmid.value, vmid.span)),
        cores: written.cores.get().map(|cores| cx.traced("cores", cores.value, cores.span)),
        memory: written.memory.get().map(|memory| cx.traced("memory", memory.value.clone(), memory.span)),
        addresses: node_addresses(cx, written, topology),
        disks: disks(cx, written, host.and_then(|id| topology.hypervisors.get(id.0))),
        labels,
        taints,
        user: cx.word(&written.user, "user"),
        ssh_key: cx.word(&written.ssh_key, "key file"),
    })
}

fn hypervisor(
    cx: &mut Resolver<'_>,
    topology: &Topology,
    host: &crate::source::Spanned<Arc<str>>,
) -> Option<HypervisorId> {
    let at = topology.hypervisors.iter().position(|hypervisor| hypervisor.name.value == host.value);
    if at.is_none() && !cx.is_declared(Section::Hypervisors, &host.value) {
        let known = cx.spec.hypervisors.value().into_iter().flat_map(Names::keys).map(|name| &**name);
        cx.out.push(Decoder::unknown_name(UNKNOWN_HYPERVISOR, host.span, "hypervisor", &host.value, known));
    }
    at.map(HypervisorId)
}

fn node_addresses(cx: &mut Resolver<'_>, written: &spec::Node, topology: &Topology) -> Vec<NodeAddress> {
    let mut all = Vec::new();
    for (network, named) in written.ip.value().into_iter().flatten() {
        let Some(ip) = &named.value else { continue };
        let Some(at) = topology.networks.iter().position(|known| known.name.value == *network) else {
            if !cx.is_declared(Section::Networks, network) {
                let known = cx.spec.networks.value().into_iter().flat_map(Names::keys).map(|name| &**name);
                cx.out.push(Decoder::unknown_name(UNKNOWN_NETWORK, named.key, "network", network, known));
            }
            continue;
        };
        let net = topology.networks.get(at).map(|known| known.cidr.clone());
        if let Some(net) = net.filter(|net| !net.value.contains(&ip.value.0)) {
            let cidr = cx.origins.written_span(net.origin).unwrap_or(ip.span);
            cx.out.push(outside(ip.value.0, ip.span, network, net.value, cidr, "the address"));
        }
        all.push(NodeAddress { network: NetworkId(at), ip: cx.traced("address", ip.value.0, ip.span) });
    }
    all
}

fn disks(cx: &mut Resolver<'_>, written: &spec::Node, host: Option<&Hypervisor>) -> Vec<Disk> {
    let mut all = Vec::new();
    for (index, disk) in written.disks.value().into_iter().flatten().enumerate() {
        let Some(disk) = disk.get() else { continue };
        let Some(size) = disk.value.size.get() else { continue };
        let device = cx.word(&disk.value.device, "device").unwrap_or_else(|| {
            // The kernel names SCSI disks in the order of their slots.
            let letter = char::from(b'a'.saturating_add(u8::try_from(index).unwrap_or(25).min(25)));
            let origin = cx.origins.written("disk", disk.span);
            Traced::new(format!("/dev/sd{letter}").into(), cx.origins.derived("the order of the disks", &[origin]))
        });
        let storage =
            cx.word(&disk.value.storage, "storage pool").or_else(|| host.and_then(|host| host.storage.clone()));
        let size = cx.traced("disk", size.value.clone(), size.span);
        all.push(Disk { size, volume_group: cx.word(&disk.value.volume_group, "volume group"), device, storage });
    }
    all
}

fn storage_classes(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<StorageClass> {
    let classes = spec.storage.value().and_then(|storage| storage.classes.value());
    let mut all = Vec::new();
    for (name, named) in classes.into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let Some(component) = written.component.get() else { continue };
        if !spec::scalars::is_dns_name(name) {
            let message = format!("`{name}` cannot be the name of a storage class");
            let problem = Diagnostic::error(UNUSABLE_NAME, named.key, message);
            cx.out.push(problem.help("use lower-case letters, digits, `-` and `.`"));
        }
        let class = cx.name("storage class", name, named.key);
        let device_class = cx.word(&written.device_class, "device class").unwrap_or_else(|| {
            Traced::new(name.clone(), cx.origins.derived("the name of the storage class", &[class.origin]))
        });
        all.push(StorageClass {
            name: class,
            component: cx.traced("storage class", component.value.clone(), component.span),
            volume_group: cx.word(&written.volume_group, "volume group"),
            device_class,
            default: cx.given_or(&written.default, "storage class", false, "not the default class", named.key),
            filesystem: cx.word(&written.filesystem, "file system"),
        });
    }
    all
}
