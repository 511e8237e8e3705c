//! Machines, networks and storage classes.

use super::{Group, Thing, View};
use crate::model::{Address, Claim, Disk, Hypervisor, Network, Node, StorageClass, Taint};
use crate::policy::value::Item;

impl<'a> View<'a> {
    pub(super) fn of_node(&'a self, node: &'a Node, name: &str) -> Option<Item<'a>> {
        let topology = &self.platform.topology;
        let here = node.name.origin;
        Some(match name {
            "name" => self.text(&node.name),
            "role" => self.str(node.role.value.word(), node.role.origin),
            "host" => self.item(Thing::Hypervisor(topology.hypervisors.get(node.host?.0)?)),
            "vmid" => {
                let vmid = node.vmid.as_ref()?;
                self.int(vmid.value, vmid.origin)
            }
            "cores" => {
                let cores = node.cores.as_ref()?;
                self.int(cores.value, cores.origin)
            }
            "memory" => {
                let memory = node.memory.as_ref()?;
                self.str(&memory.value.text, memory.origin)
            }
            "memoryBytes" => {
                let memory = node.memory.as_ref()?;
                self.int(i64::try_from(memory.value.bytes).ok()?, memory.origin)
            }
            "addresses" => {
                let all = node.addresses.iter().filter_map(|address| {
                    let network = topology.networks.get(address.network.0)?;
                    Some((&*network.name.value, self.made(address.ip.value, address.ip.origin)))
                });
                self.entries(all, here)
            }
            "disks" => self.group(Group::Disks(node), here),
            "labels" => {
                let labels = node.labels.iter().map(|(label, value)| (&*label.value, self.text(value)));
                self.entries(labels, here)
            }
            "taints" => self.group(Group::Taints(node), here),
            "user" => self.text(node.user.as_ref()?),
            _ => return None,
        })
    }

    pub(super) fn of_disk(&self, disk: &'a Disk, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "size" => self.str(&disk.size.value.text, disk.size.origin),
            "bytes" => self.int(i64::try_from(disk.size.value.bytes).ok()?, disk.size.origin),
            "volumeGroup" => self.text(disk.volume_group.as_ref()?),
            "device" => self.text(&disk.device),
            "storage" => self.text(disk.storage.as_ref()?),
            "mount" => self.text(disk.mount.as_ref()?),
            _ => return None,
        })
    }

    pub(super) fn of_taint(&self, taint: &'a Taint, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "key" => self.text(&taint.key),
            "value" => self.text(taint.value.as_ref()?),
            "effect" => self.str(taint.effect.value.word(), taint.effect.origin),
            _ => return None,
        })
    }

    pub(super) fn of_address(&self, address: &'a Address, name: &str) -> Option<Item<'a>> {
        let origin = address.claim.origin;
        let (first, last) = match address.claim.value {
            Claim::One(ip) => (ip, ip),
            Claim::Range(first, last) => (first, last),
        };
        Some(match name {
            "name" => self.text(&address.name),
            "purpose" => self.str(address.purpose.word(), address.name.origin),
            "owner" => self.text(address.owner.as_ref()?),
            "first" => self.made(first, origin),
            "last" => self.made(last, origin),
            "range" if first == last => self.made(first, origin),
            "range" => self.made(format_args!("{first}-{last}"), origin),
            _ => return None,
        })
    }

    pub(super) fn of_network(&self, network: &'a Network, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "name" => self.text(&network.name),
            "cidr" => self.made(network.cidr.value, network.cidr.origin),
            "gateway" => {
                let gateway = network.gateway.as_ref()?;
                self.made(gateway.value, gateway.origin)
            }
            "dns" => {
                let servers = network.dns.iter().map(|server| self.made(server.value, server.origin));
                self.strings(servers, network.name.origin)
            }
            "bridge" => self.text(network.bridge.as_ref()?),
            "interface" => self.text(network.interface.as_ref()?),
            "mtu" => {
                let mtu = network.mtu.as_ref()?;
                self.int(mtu.value, mtu.origin)
            }
            "overlay" => self.str(network.overlay?.word(), network.cidr.origin),
            _ => return None,
        })
    }

    pub(super) fn of_hypervisor(&self, hypervisor: &'a Hypervisor, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "name" => self.text(&hypervisor.name),
            "node" => self.text(&hypervisor.node),
            "hostId" => self.text(&hypervisor.host_id),
            "endpoint" => self.text(&hypervisor.endpoint),
            "address" => self.text(&hypervisor.address),
            "user" => self.text(hypervisor.user.as_ref()?),
            "token" => self.text(hypervisor.token.as_ref()?),
            "storage" => self.text(hypervisor.storage.as_ref()?),
            "insecure" => self.flag(hypervisor.insecure.value, hypervisor.insecure.origin),
            _ => return None,
        })
    }

    pub(super) fn of_class(&self, class: &'a StorageClass, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "name" => self.text(&class.name),
            "component" => self.text(class.component.as_ref()?),
            "volumeGroup" => self.text(class.volume_group.as_ref()?),
            "deviceClass" => self.text(&class.device_class),
            "default" => self.flag(class.default.value, class.default.origin),
            "filesystem" => self.text(class.filesystem.as_ref()?),
            "server" => self.text(class.server.as_ref()?),
            "share" => self.text(class.share.as_ref()?),
            _ => return None,
        })
    }
}
