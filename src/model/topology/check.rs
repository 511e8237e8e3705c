//! What would give broken files below Kubernetes: machines that nothing can make, networks and names that clash.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{Claim, Hypervisor, Network, Node, Topology};
use crate::diag::Diagnostic;
use crate::model::resolve::Resolver;
use crate::model::{AMBIGUOUS_ENDPOINT, INCOMPLETE, NO_EFFECT, OUTSIDE_NETWORK, OVERLAP, TAKEN_TWICE, UNUSABLE_NAME};
use crate::source::{OriginId, Span};
use crate::spec::{self, scalars};
use crate::yaml::{BAD_VALUE, Field, Names};

/// Judges the topology as a whole.
pub(super) fn check(cx: &mut Resolver<'_>, spec: &spec::Platform, topology: &Topology) {
    machines(cx, spec, topology);
    for hypervisor in topology.hypervisors.iter().enumerate() {
        hosts(cx, topology, hypervisor);
        elsewhere(cx, topology, hypervisor);
    }
    reachable(cx, spec, topology);
    overlaps(cx, topology);
    endpoint(cx, topology);
    host_names(cx, spec, topology);
    interfaces(cx, topology);
}

fn place(cx: &Resolver<'_>, origin: OriginId) -> Option<Span> {
    cx.origins.written_span(origin)
}

/// Numbers that the hypervisor would refuse, or that would become nothing in its units.
fn machines(cx: &mut Resolver<'_>, spec: &spec::Platform, topology: &Topology) {
    for node in &topology.nodes {
        let written = spec.nodes.value().and_then(|nodes| nodes.get(&node.name.value)?.value.as_ref());
        let has_host = written.is_some_and(|written| !matches!(written.value.host, Field::Absent));
        let mut bad = |origin, message: String, help: &str| {
            if let Some(span) = place(cx, origin) {
                cx.out.push(Diagnostic::error(BAD_VALUE, span, message).help(help));
            }
        };
        if let Some(vmid) = node.vmid.as_ref().filter(|vmid| has_host && !(100..=999_999_999).contains(&vmid.value)) {
            let message = format!("{} cannot be the number of a virtual machine", vmid.value);
            bad(vmid.origin, message, "Proxmox takes 100 to 999999999");
        }
        if let Some(cores) = node.cores.as_ref().filter(|cores| cores.value == 0) {
            bad(cores.origin, "a machine has at least one core".into(), "write the number of cores");
        }
        if let Some(memory) = node
            .memory
            .as_ref()
            .filter(|memory| memory.value.mebibytes() << 20 != memory.value.bytes || memory.value.bytes == 0)
        {
            let message = format!("`{}` is not a whole number of MiB", memory.value.text);
            bad(memory.origin, message, "memory is given in whole MiB, and at least one: write Mi or Gi");
        }
        for disk in node.disks.iter().filter(|disk| disk.size.value.bytes == 0) {
            bad(disk.size.origin, "a disk of no size".into(), "write the size of the disk, for example 100Gi");
        }
        if let Some(vmid) = node.vmid.as_ref().filter(|_| written.is_some() && !has_host)
            && let Some(span) = place(cx, vmid.origin)
        {
            let message = format!("node `{}` has a `vmid` and no `host`", node.name.value);
            let problem = Diagnostic::error(INCOMPLETE, span, message)
                .why("a virtual machine is made on a `host`; without one Terraform leaves this node out");
            let problem = problem.help("write `host`, the hypervisor that it runs on");
            cx.out.push(problem.help("remove `vmid` where the node is there by other means"));
        }
    }
}

/// A hypervisor says once where disks lie and what machines are cloned from; what it leaves out, its nodes would need.
fn hosts(cx: &mut Resolver<'_>, topology: &Topology, (at, hypervisor): (usize, &Hypervisor)) {
    let Some(span) = place(cx, hypervisor.name.origin) else { return };
    let written = cx.spec.hypervisors.value().and_then(|all| all.get(&hypervisor.name.value)?.value.as_ref());
    let absent = |field: fn(&spec::Hypervisor) -> bool| written.is_none_or(|written| field(&written.value));
    let nodes = || topology.nodes.iter().filter(move |node| node.host.is_some_and(|host| host.0 == at));
    let mut lacking = nodes().flat_map(|node| &node.disks).filter(|disk| disk.storage.is_none());
    let name = &hypervisor.name.value;
    if absent(|written| matches!(written.storage, Field::Absent))
        && let Some(disk) = lacking.next()
    {
        let message = format!("hypervisor `{name}` has no `storage`, and disks on it name none");
        let mut problem = Diagnostic::error(INCOMPLETE, span, message)
            .why("Terraform would not know in which storage pool to make them");
        if let Some(span) = place(cx, disk.size.origin) {
            problem = problem.related(span, "this disk needs a storage pool");
        }
        cx.out.push(problem.help("write `storage` here, the pool of all disks, or at each disk"));
    }
    let others = topology.hypervisors.iter().find(|other| other.template.is_some());
    if hypervisor.template.is_none()
        && absent(|written| matches!(written.template, Field::Absent))
        && let (Some(other), Some(_)) = (others, nodes().next())
    {
        let message = format!("hypervisor `{name}` has no `template`, and `{}` has one", other.name.value);
        let mut problem = Diagnostic::error(INCOMPLETE, span, message)
            .why("the machines of all hypervisors are made by one module, each from a template");
        let template = other.template.as_ref().and_then(|(template, _)| place(cx, template.origin));
        problem = template.into_iter().fold(problem, |problem, span| problem.related(span, "as here"));
        cx.out.push(problem.help("write `template: { name: …, id: … }`"));
    }
}

/// A hypervisor whose address is but for one number in a network of its machines; others are managed from elsewhere.
fn elsewhere(cx: &mut Resolver<'_>, topology: &Topology, (at, hypervisor): (usize, &Hypervisor)) {
    let Ok(ip) = hypervisor.address.value.parse::<IpAddr>() else { return };
    let inner = |network: &Network| matches!(&*network.name.value, "pods" | "services") || network.overlay.is_some();
    let networks = || topology.networks.iter().filter(|network| !inner(network));
    let claimed = |claim: &Claim| matches!(claim, Claim::One(one) if *one == ip);
    let on_it = topology.nodes.iter().any(|node| node.host.is_some_and(|host| host.0 == at));
    if !on_it
        || networks().any(|network| network.cidr.value.contains(&ip))
        || topology.addresses.iter().any(|address| claimed(&address.claim.value))
    {
        return;
    }
    let near = networks().find(|network| one_off(ip, network.cidr.value));
    let (Some(span), Some(network)) = (place(cx, hypervisor.endpoint.origin), near) else { return };
    let message =
        format!("hypervisor `{}` answers at {ip}, which is in no network of the platform", hypervisor.name.value);
    let problem = Diagnostic::warning(OUTSIDE_NETWORK, span, message)
        .why("Terraform and whoever reads its metrics call it there: a wrong digit is a host that does not answer");
    let problem = place(cx, network.cidr.origin).into_iter().fold(problem, |problem, span| {
        problem.related(span, format!("`{}` is {}", network.name.value, network.cidr.value))
    });
    cx.out.push(problem.help("correct the address, or write the network that it is in under `networks`"));
}

/// Returns whether a single number of an address keeps it out of a network.
fn one_off(ip: IpAddr, net: IpNet) -> bool {
    let (IpAddr::V4(ip), IpNet::V4(net)) = (ip, net) else { return false };
    let wrong = (u32::from(ip) ^ u32::from(net.network())) & u32::from(net.netmask());
    wrong.to_be_bytes().into_iter().filter(|byte| *byte != 0).count() == 1
}

/// A node without an address in the node network would be an empty text in Terraform, and missing in the inventory.
fn reachable(cx: &mut Resolver<'_>, spec: &spec::Platform, topology: &Topology) {
    let Some((id, network)) = topology.node_network().and_then(|id| Some((id, topology.networks.get(id.0)?))) else {
        return;
    };
    for node in topology.nodes.iter().filter(|node| node.address(id).is_none()) {
        let written = spec.nodes.value().and_then(|nodes| nodes.get(&node.name.value)?.value.as_ref());
        let Some(ip) = written.and_then(|written| written.value.ip.get()) else { continue };
        // Where an address could not be read or its network is unknown, that has been reported.
        if ip.value.is_empty() || ip.value.len() != node.addresses.len() {
            continue;
        }
        let name = &network.name.value;
        let message = format!("node `{}` has no address in network `{name}`", node.name.value);
        let mut problem = Diagnostic::error(INCOMPLETE, ip.span, message)
            .why("the other nodes are reached there, so Terraform and Ansible take that address of every node");
        problem = place(cx, network.name.origin).into_iter().fold(problem, |p, span| p.related(span, "this network"));
        cx.out.push(problem.help(format!("add `{name}: <address>`")));
    }
}

/// Pods, Services and nodes need addresses of their own. Of two CIDR ranges one lies in the other, or they are apart.
fn overlaps(cx: &mut Resolver<'_>, topology: &Topology) {
    let mut used = vec![false; topology.networks.len()];
    for address in topology.nodes.iter().flat_map(|node| &node.addresses) {
        if let Some(used) = used.get_mut(address.network.0) {
            *used = true;
        }
    }
    let inside = |network: &Network| matches!(&*network.name.value, "pods" | "services") || network.overlay.is_some();
    let routed = topology.networks.iter().zip(used).filter(|(network, used)| *used || inside(network));
    let mut routed: Vec<(IpNet, &Network)> = routed.map(|(network, _)| (network.cidr.value, network)).collect();
    routed.sort_by_key(|(net, network)| (net.network(), net.prefix_len(), network.name.value.clone()));
    let mut around: Vec<(IpNet, &Network)> = Vec::new();
    for (net, network) in routed {
        while around.last().is_some_and(|(last, _)| !last.contains(&net)) {
            around.pop();
        }
        if let Some((_, outer)) = around.last()
            && let (Some(here), Some(there)) = (place(cx, network.cidr.origin), place(cx, outer.cidr.origin))
        {
            let (name, other) = (&network.name.value, &outer.name.value);
            let message = format!("network `{name}` lies inside of network `{other}`");
            let problem = Diagnostic::error(OVERLAP, here, message)
                .related(there, format!("`{other}` is {}", outer.cidr.value))
                .why("a node has one route for an address, so part of one of the two could not be reached");
            cx.out.push(problem.help("give each network a range of its own"));
        }
        around.push((net, network));
    }
}

/// kubeadm and everyone who calls the API take one endpoint.
fn endpoint(cx: &mut Resolver<'_>, topology: &Topology) {
    let Some((chosen, ip)) = topology.api() else { return };
    let rivals = topology
        .control_plane_vips()
        .filter(|(address, other)| address.name.value != chosen.name.value && other.is_ipv4() == ip.is_ipv4());
    let rivals: Vec<_> = rivals.filter_map(|(address, _)| Some((address, place(cx, address.claim.origin)?))).collect();
    let (Some((last, here)), Some(first)) = (rivals.last(), place(cx, chosen.claim.origin)) else { return };
    let message = format!("`{}` and `{}` are both the control-plane VIP", chosen.name.value, last.name.value);
    let mut problem = Diagnostic::error(AMBIGUOUS_ENDPOINT, *here, message).related(first, "so is this");
    for (_, span) in rivals.iter().rev().skip(1) {
        problem = problem.related(*span, "and this");
    }
    let problem =
        problem.why("the endpoint of the Kubernetes API is one address, in kubeadm and for everyone who calls");
    cx.out.push(problem.help("give the others `purpose: vip`; a second one may only be of the other IP version"));
}

/// The names of nodes and of the API stand in `/etc/hosts` and in certificates.
fn host_names(cx: &mut Resolver<'_>, spec: &spec::Platform, topology: &Topology) {
    let domains = spec.domains.value();
    let external = domains.and_then(|domains| domains.external.value()).map(|name| name.0.clone());
    let node = domains.and_then(|domains| domains.node.value()).map(|name| name.0.clone()).or_else(|| external.clone());
    let full = |name: &str, domain: Option<&Arc<str>>| {
        domain.map_or_else(|| name.to_owned(), |domain| format!("{name}.{domain}"))
    };
    let mut names = BTreeMap::new();
    for Node { name, .. } in &topology.nodes {
        let host = full(&name.value, node.as_ref());
        if let Some(span) = place(cx, name.origin).filter(|_| scalars::is_dns_label(&name.value)) {
            too_long(cx, &host, span);
        }
        names.insert(host, name);
    }
    for (address, _) in topology.control_plane_vips() {
        let Some(span) = place(cx, address.name.origin) else { continue };
        let name = &address.name.value;
        let host = full(name, external.as_ref());
        if !scalars::is_dns_label(name) {
            let message = format!("`{name}` cannot be a host name, and the Kubernetes API is called by it");
            let problem = Diagnostic::error(UNUSABLE_NAME, span, message);
            let problem = problem.why("the name of its address becomes a host name, in certificates and in /etc/hosts");
            cx.out.push(problem.help("use at most 63 lower-case letters, digits and `-`, such as `k8s-api`"));
        } else if let Some(other) = names.get(&host).and_then(|node| place(cx, node.origin)) {
            let message = format!("host name `{host}` belongs to both node `{name}` and address `{name}`");
            let problem = Diagnostic::error(TAKEN_TWICE, span, message).related(other, "the node");
            cx.out.push(problem.help("give the address another name, such as `k8s-api`"));
        } else {
            too_long(cx, &host, span);
        }
    }
}

fn too_long(cx: &mut Resolver<'_>, host: &str, span: Span) {
    if !scalars::is_dns_name(host) {
        let message = format!("host name `{host}` has {} characters", host.len());
        let problem = Diagnostic::error(UNUSABLE_NAME, span, message).why("DNS takes at most 253 (RFC 1123)");
        cx.out.push(problem.help("shorten the name, or the domain"));
    }
}

/// An interface is told to each node that has an address in its network, and to nobody else.
fn interfaces(cx: &mut Resolver<'_>, topology: &Topology) {
    // Nodes that could not be read may have an address there.
    if cx.spec.nodes.value().map_or(0, Names::len) != topology.nodes.len() {
        return;
    }
    let used: std::collections::BTreeSet<usize> =
        topology.nodes.iter().flat_map(|node| &node.addresses).map(|address| address.network.0).collect();
    for (at, network) in topology.networks.iter().enumerate() {
        let interface = network.interface.as_ref().filter(|_| !used.contains(&at) && !cx.spec.nodes.is_broken());
        if let Some(span) = interface.and_then(|interface| place(cx, interface.origin)) {
            let message = format!("`interface` has no effect on network `{}`", network.name.value);
            let problem = Diagnostic::warning(NO_EFFECT, span, message)
                .why("it is the interface of nodes, and no node has an address in this network");
            cx.out.push(problem.help("remove it, or give nodes an address here"));
        }
    }
}
