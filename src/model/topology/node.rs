//! Reads the nodes into the model.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::read::outside;
use super::{Disk, Hypervisor, HypervisorId, Node, NodeAddress, Taint, Topology};
use crate::diag::Diagnostic;
use crate::model::resolve::{Resolver, Section};
use crate::model::{INCOMPLETE, NO_EFFECT, TAKEN_TWICE, Traced, UNKNOWN_HYPERVISOR, UNKNOWN_NETWORK, UNUSABLE_NAME};
use crate::source::{OriginId, Span, Spanned};
use crate::spec::{self, Purpose};
use crate::yaml::{Field, Names};

/// Returns the nodes, ordered by the number of their virtual machine.
pub(super) fn nodes(cx: &mut Resolver<'_>, spec: &spec::Platform, topology: &Topology) -> Vec<Node> {
    let mut all: Vec<Node> = Vec::new();
    for (name, named) in spec.nodes.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        all.extend(node(cx, name, named.key, &written.value, topology));
    }
    all.sort_by_key(|node| (node.vmid.as_ref().map_or(u32::MAX, |vmid| vmid.value), node.name.value.clone()));
    report_taken(cx, topology, &all);
    all
}

/// A number of Proxmox is a virtual machine or a template; an address is of one node or claimed for something else.
fn report_taken(cx: &mut Resolver<'_>, topology: &Topology, nodes: &[Node]) {
    let mut numbers = BTreeMap::new();
    for (name, id) in topology.hypervisors.iter().filter_map(|hypervisor| hypervisor.template.as_ref()) {
        numbers.entry(id.value).or_insert((id.origin, name.value.clone()));
    }
    let mut ips: BTreeMap<IpAddr, (OriginId, Arc<str>)> = BTreeMap::new();
    let claims = |cx: &mut Resolver<'_>, ips: &mut BTreeMap<IpAddr, (OriginId, Arc<str>)>, of_api: bool| {
        for address in &topology.addresses {
            let vip = address.purpose == Purpose::ControlPlaneVip;
            if let (super::Claim::One(ip), true) = (address.claim.value, vip == of_api) {
                cx.report_twice(ips, ip, address.claim.origin, &address.name.value, "address");
            }
        }
    };
    claims(cx, &mut ips, false);
    for network in &topology.networks {
        if let Some(gateway) = &network.gateway {
            ips.entry(gateway.value).or_insert((gateway.origin, network.name.value.clone()));
        }
    }
    // A cluster of hypervisors may be called at one of them, and an address may be kept for one.
    for hypervisor in &topology.hypervisors {
        if let Ok(ip) = hypervisor.address.value.trim_matches(['[', ']']).parse() {
            ips.entry(ip).or_insert((hypervisor.endpoint.origin, hypervisor.name.value.clone()));
        }
    }
    for node in nodes {
        if let Some(vmid) = &node.vmid {
            cx.report_twice(&mut numbers, vmid.value, vmid.origin, &node.name.value, "virtual machine");
        }
        for address in &node.addresses {
            cx.report_twice(&mut ips, address.ip.value, address.ip.origin, &node.name.value, "address");
        }
    }
    // The address of the API is what moves out of the way: nodes have theirs already.
    claims(cx, &mut ips, true);
}

fn node(cx: &mut Resolver<'_>, name: &Arc<str>, key: Span, written: &spec::Node, topology: &Topology) -> Option<Node> {
    if !spec::scalars::is_dns_label(name) {
        let message = format!("`{name}` cannot be the name of a node");
        let problem = Diagnostic::error(UNUSABLE_NAME, key, message);
        cx.out.push(match name.chars().count() {
            long @ 64.. => problem.help(format!("it has {long} characters, and a host name takes 63 (RFC 1123)")),
            _ => problem.help("use lower-case letters, digits and `-`"),
        });
    }
    // What could not be read of what nodes share may be what this one lacks.
    let shares = cx.spec.defaults.is_broken() || cx.spec.defaults.value().is_some_and(|all| all.nodes.is_broken());
    report_missing(cx, name, key, written, shares);
    let host = written.host.get().and_then(|host| hypervisor(cx, topology, host));
    container(cx, name, written);
    let role = written.role.get()?;
    let labels = written.labels.value().into_iter().flat_map(|labels| &labels.0).filter_map(|(label, named)| {
        let value = named.value.as_ref()?;
        Some((cx.name("label", label, named.key), cx.traced("label", value.value.0.clone(), value.span)))
    });
    let labels = labels.collect();
    Some(Node {
        name: cx.name("node", name, key),
        role: cx.traced("role", role.value, role.span),
        host,
        vmid: written.vmid.get().map(|vmid| cx.traced("node", vmid.value, vmid.span)),
        container: written.container.value() == Some(&true),
        cores: written.cores.get().map(|cores| cx.traced("cores", cores.value, cores.span)),
        memory: written.memory.get().map(|memory| cx.traced("memory", memory.value.clone(), memory.span)),
        addresses: node_addresses(cx, written, topology),
        disks: disks(cx, name, written, host.and_then(|id| topology.hypervisors.get(id.0))),
        labels,
        taints: taints(cx, written),
        user: cx.word(&written.user, "user"),
        ssh_key: cx.word(&written.ssh_key, "key file"),
    })
}

fn taints(cx: &mut Resolver<'_>, written: &spec::Node) -> Vec<Taint> {
    let listed = written.taints.value().into_iter().flatten().filter_map(|taint| taint.value()).map(|taint| &taint.0);
    let taint = |taint: &spec::Taint| {
        let (key, effect) = (cx.word(&taint.key, "taint")?, taint.effect.get()?);
        let value = taint.value.get().map(|value| cx.traced("taint", value.value.0.clone(), value.span));
        Some(Taint { key, value, effect: cx.traced("taint", effect.value, effect.span) })
    };
    listed.filter_map(taint).collect()
}

/// A container lies on a hypervisor, and runs services of its own only.
fn container(cx: &mut Resolver<'_>, name: &str, written: &spec::Node) {
    let Some(flag) = written.container.get().filter(|flag| flag.value) else { return };
    if matches!(written.host, Field::Absent) {
        let message = format!("container `{name}` does not say on which hypervisor it is");
        cx.out.push(Diagnostic::error(INCOMPLETE, flag.span, message).help("name it in `host`"));
    }
    if let Some(role) = written.role.get().filter(|role| role.value != spec::Role::Machine) {
        let message = format!("container `{name}` cannot be a node of a cluster");
        let problem = Diagnostic::error(INCOMPLETE, flag.span, message)
            .why("it shares the kernel of its hypervisor, which kubelet wants to set up for itself");
        let problem = problem.related(role.span, "what it is to be");
        cx.out.push(problem.help("write `role: machine`, or make it a virtual machine: leave `container` out"));
    }
}

/// Reports all that a node lacks at once. Terraform makes the nodes that have a `host`, and needs more of them.
fn report_missing(cx: &mut Resolver<'_>, name: &str, key: Span, written: &spec::Node, shares: bool) {
    let on_host = !matches!(written.host, Field::Absent);
    let made = on_host && written.container.value() != Some(&true);
    let no_system = match written.disks.value() {
        Some(disks) => {
            let may_hold = |disk: &Field<spec::Disk>| disk.value().is_none_or(spec::Disk::may_hold_system);
            !disks.iter().any(may_hold)
        }
        None => matches!(written.disks, Field::Absent),
    };
    let own = |name: &&str| matches!(*name, "`ip`" | "`vmid`");
    let lacks = [
        ("`role`", matches!(written.role, Field::Absent)),
        ("`ip`", no_addresses(&written.ip)),
        ("`vmid`", on_host && matches!(written.vmid, Field::Absent)),
        ("`cores`", made && matches!(written.cores, Field::Absent)),
        ("`memory`", made && matches!(written.memory, Field::Absent)),
        ("system disk", made && no_system),
    ];
    let names: Vec<&str> =
        lacks.iter().filter(|(name, lacks)| *lacks && (!shares || own(name))).map(|(name, _)| *name).collect();
    let Some((last, others)) = names.split_last() else { return };
    let listed = if others.is_empty() { (*last).to_owned() } else { format!("{} and no {last}", others.join(", no ")) };
    let mut problem = Diagnostic::error(INCOMPLETE, key, format!("node `{name}` has no {listed}"));
    if let Some(host) = written.host.get().filter(|_| names.iter().any(|name| !matches!(*name, "`role`" | "`ip`"))) {
        problem = problem
            .related(host.span, "Terraform makes it here")
            .why("a virtual machine needs a number, cores, memory and a disk for its system");
    }
    if names.iter().any(own) {
        problem = problem.help("each node has its own `ip` and `vmid`: write them here");
    }
    if !names.iter().all(own) {
        problem = problem.help("what nodes share can stand under `defaults.nodes`: write the rest here or there");
    }
    if names.contains(&"system disk") {
        problem = problem.help("a disk without `volumeGroup` holds the system: `disks: [{ size: 100Gi }]`");
    }
    cx.out.push(problem);
}

fn no_addresses(field: &Field<Names<spec::scalars::Ip>>) -> bool {
    field.value().map_or(matches!(field, Field::Absent), Names::is_empty)
}

fn hypervisor(cx: &mut Resolver<'_>, topology: &Topology, host: &Spanned<Arc<str>>) -> Option<HypervisorId> {
    let at = topology.hypervisors.binary_search_by(|known| known.name.value.cmp(&host.value)).ok();
    if at.is_none() && !cx.is_declared(Section::Hypervisors, &host.value) {
        let known = cx.spec.hypervisors.value().into_iter().flat_map(Names::keys).map(|name| &**name);
        cx.unknown_name(UNKNOWN_HYPERVISOR, host.span, "hypervisor", &host.value, known);
    }
    at.map(HypervisorId)
}

fn node_addresses(cx: &mut Resolver<'_>, written: &spec::Node, topology: &Topology) -> Vec<NodeAddress> {
    let mut all = Vec::new();
    for (network, named) in written.ip.value().into_iter().flatten() {
        let Some(ip) = &named.value else { continue };
        let Some(at) = topology.network_id(network) else {
            if !cx.is_declared(Section::Networks, network) {
                let known = cx.spec.networks.value().into_iter().flat_map(Names::keys).map(|name| &**name);
                cx.unknown_name(UNKNOWN_NETWORK, named.key, "network", network, known);
            }
            continue;
        };
        let net = topology.networks.get(at.0).map(|known| known.cidr.clone());
        if let Some(net) = net.filter(|net| !net.value.contains(&ip.value.0)) {
            let cidr = cx.origins.written_span(net.origin).unwrap_or(ip.span);
            cx.out.push(outside(ip.value.0, ip.span, network, net.value, cidr, "the address"));
        }
        all.push(NodeAddress { network: at, ip: cx.traced("address", ip.value.0, ip.span) });
    }
    all
}

/// Returns the disks, the one of the system first: Terraform gives it the first slot, and the kernel names SCSI disks
/// in the order of their slots.
fn disks(cx: &mut Resolver<'_>, name: &str, written: &spec::Node, host: Option<&Hypervisor>) -> Vec<Disk> {
    let mut written: Vec<&Field<spec::Disk>> = written.disks.value().into_iter().flatten().collect();
    let is_system = |disk: &&Field<spec::Disk>| disk.value().is_some_and(spec::Disk::may_hold_system);
    let system = written.iter().position(is_system);
    if let Some(system) = system {
        let disk = written.remove(system);
        written.insert(0, disk);
    }
    let (mut seen, mut mounts) = (BTreeMap::<Arc<str>, Span>::new(), BTreeMap::<Arc<str>, Span>::new());
    let mut all = Vec::new();
    for (index, disk) in written.into_iter().enumerate() {
        let Some(disk) = disk.get() else { continue };
        let Some(size) = disk.value.size.get() else { continue };
        if let Some(device) = disk.value.device.span().filter(|_| index == 0 && system.is_some()) {
            let message = format!("`device` has no effect on the system disk of `{name}`");
            let problem = Diagnostic::warning(NO_EFFECT, device, message)
                .why("it is cloned into the first slot, and no output says how the system calls it");
            cx.out.push(problem.help("remove `device`; it belongs to data disks"));
        }
        let device = cx.word(&disk.value.device, "device").unwrap_or_else(|| {
            let origin = cx.origins.written("disk", disk.span);
            Traced::new(device(index), cx.origins.derived("the order of the disks", &[origin]))
        });
        let place = disk.value.device.span().unwrap_or(disk.span);
        if let Some(first) = seen.insert(device.value.clone(), place) {
            let message = format!("two disks of `{name}` are device `{}`", device.value);
            let problem = Diagnostic::error(TAKEN_TWICE, place, message).related(first, "this one is it already");
            cx.out.push(problem.help("devices are counted from /dev/sda in the order of the disks unless written"));
        }
        if let Some(mount) = disk.value.mount.get() {
            let folder = mount.value.0.clone();
            if let Some(first) = mounts.insert(folder.clone(), mount.span) {
                let message = format!("two disks of `{name}` are mounted at `{folder}`");
                let problem = Diagnostic::error(TAKEN_TWICE, mount.span, message)
                    .related(first, "this one is there already")
                    .why("one hides the other: what was to lie on a disk of its own shares the last one, and a disk is empty");
                cx.out.push(problem.help("mount each disk at a folder of its own"));
            }
        }
        let storage =
            cx.word(&disk.value.storage, "storage pool").or_else(|| host.and_then(|host| host.storage.clone()));
        let size = cx.traced("disk", size.value.clone(), size.span);
        let volume_group = cx.word(&disk.value.volume_group, "volume group");
        all.push(Disk { size, volume_group, device, storage, mount: cx.word(&disk.value.mount, "mount") });
    }
    all
}

/// Returns the kernel's name of a SCSI disk: `/dev/sda` to `/dev/sdz`, then `/dev/sdaa`.
fn device(mut index: usize) -> Arc<str> {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'a' + u8::try_from(index % 26).unwrap_or(0)));
        if index < 26 {
            break;
        }
        index = index / 26 - 1;
    }
    let name: String = letters.into_iter().rev().collect();
    format!("/dev/sd{name}").into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn disks_are_named_as_the_kernel_does() {
        let names: Vec<_> = [0, 1, 25, 26, 27, 701, 702].map(super::device).into();
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        assert_eq!(names, ["/dev/sda", "/dev/sdb", "/dev/sdz", "/dev/sdaa", "/dev/sdab", "/dev/sdzz", "/dev/sdaaa"]);
    }
}
