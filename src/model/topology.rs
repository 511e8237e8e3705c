//! Hypervisors, networks, addresses, nodes and storage as meant.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{Text, Traced};
use crate::spec::scalars::Quantity;
use crate::spec::{Effect, Media, Overlay, Purpose, Reclaim, Redundancy, Role};

mod check;
mod groups;
mod node;
mod read;

pub use groups::VolumeGroup;
pub(super) use read::resolve;

/// Index of a hypervisor in [`Topology::hypervisors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HypervisorId(pub usize);

/// Index of a network in [`Topology::networks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetworkId(pub usize);

/// Everything below Kubernetes.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    /// The hypervisors by name.
    pub hypervisors: Vec<Hypervisor>,
    /// The networks by name.
    pub networks: Vec<Network>,
    /// Claimed addresses by name.
    pub addresses: Vec<Address>,
    /// The nodes, ordered by the number of their virtual machine and then by name: an index is an identity.
    pub nodes: Vec<Node>,
    /// The storage classes by name.
    pub storage_classes: Vec<StorageClass>,
    /// The volume groups of the nodes, by name.
    pub volume_groups: Vec<VolumeGroup>,
    node_network: Option<NetworkId>,
    internal_network: Option<NetworkId>,
    api: Option<usize>,
}

/// The domains of the platform.
#[derive(Clone, Debug)]
pub struct Domains {
    /// The domain that people use.
    pub external: Option<Traced<Arc<str>>>,
    /// The cluster's DNS domain.
    pub cluster: Traced<Arc<str>>,
    /// The domain of the nodes.
    pub node: Option<Traced<Arc<str>>>,
}

/// The repository that Argo CD reads.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its URL.
    pub url: Traced<Arc<str>>,
    /// The revision that is followed.
    pub revision: Traced<Arc<str>>,
    /// The directory of the outputs, without slashes at its ends; empty for the root.
    pub path: Traced<Arc<str>>,
    /// Whether this environment follows a revision that is written for it alone; the base always does.
    pub own: bool,
}

/// A version of the platform as a whole.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// What it is the version of.
    pub name: Arc<str>,
    /// The version as written.
    pub version: Traced<Arc<str>>,
}

/// A collection of Ansible.
#[derive(Clone, Debug)]
pub struct Collection {
    /// Its namespace and name.
    pub name: Traced<Arc<str>>,
    /// The version as written.
    pub version: Traced<Arc<str>>,
}

/// A machine that hosts virtual machines.
#[derive(Clone, Debug)]
pub struct Hypervisor {
    /// Its name in the spec.
    pub name: Traced<Arc<str>>,
    /// The name that its cluster knows it by.
    pub node: Traced<Arc<str>>,
    /// The id that nodes are labelled with.
    pub host_id: Traced<Arc<str>>,
    /// The URL of its API.
    pub endpoint: Traced<Arc<str>>,
    /// The host of that URL.
    pub address: Traced<Arc<str>>,
    /// The account of Terraform.
    pub user: Option<Traced<Arc<str>>>,
    /// The secret with the API token.
    pub token: Option<Traced<Arc<str>>>,
    /// The storage pool.
    pub storage: Option<Traced<Arc<str>>>,
    /// Name and id of the image.
    pub template: Option<(Traced<Arc<str>>, Traced<u32>)>,
    /// The processor threads that it has.
    pub cores: Option<Traced<u16>>,
    /// The memory that it has.
    pub memory: Option<Traced<Quantity>>,
    /// Whether its certificate is not checked.
    pub insecure: Traced<bool>,
    /// What its storage pools stand on, by name.
    pub pools: Vec<Pool>,
    /// Where it writes its own metrics to.
    pub metrics: Option<MetricServer>,
}

/// A storage pool of a hypervisor.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name.
    pub name: Text,
    /// What it stands on.
    pub media: Traced<Media>,
    /// How it outlives a disk.
    pub redundancy: Traced<Redundancy>,
}

/// Where a hypervisor writes its own metrics to.
#[derive(Clone, Debug)]
pub struct MetricServer {
    /// The component that takes them.
    pub to: Text,
    /// The bucket there.
    pub bucket: Option<Text>,
    /// The secret with the token.
    pub token: Text,
}

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its name.
    pub name: Traced<Arc<str>>,
    /// Its range.
    pub cidr: Traced<IpNet>,
    /// The default gateway.
    pub gateway: Option<Traced<IpAddr>>,
    /// The name servers.
    pub dns: Vec<Traced<IpAddr>>,
    /// The bridge.
    pub bridge: Option<Traced<Arc<str>>>,
    /// The interface inside the nodes.
    pub interface: Option<Traced<Arc<str>>>,
    /// The largest packet in bytes.
    pub mtu: Option<Traced<u16>>,
    /// How packets are carried.
    pub overlay: Option<Overlay>,
}

/// What an address claim takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// One address.
    One(IpAddr),
    /// From the first to the last, both included.
    Range(IpAddr, IpAddr),
}

impl Claim {
    /// Returns whether an address is claimed.
    pub fn holds(&self, ip: IpAddr) -> bool {
        match *self {
            Self::One(one) => one == ip,
            Self::Range(first, last) => first <= ip && ip <= last,
        }
    }
}

/// A claimed address.
#[derive(Clone, Debug)]
pub struct Address {
    /// Its name.
    pub name: Traced<Arc<str>>,
    /// What is claimed.
    pub claim: Traced<Claim>,
    /// What for.
    pub purpose: Purpose,
    /// Who answers for it.
    pub owner: Option<Traced<Arc<str>>>,
}

/// A node's address in a network.
#[derive(Clone, Debug)]
pub struct NodeAddress {
    /// The network.
    pub network: NetworkId,
    /// The address.
    pub ip: Traced<IpAddr>,
}

/// A disk.
#[derive(Clone, Debug)]
pub struct Disk {
    /// Its size.
    pub size: Traced<Quantity>,
    /// The volume group on it.
    pub volume_group: Option<Traced<Arc<str>>>,
    /// The device inside the node.
    pub device: Traced<Arc<str>>,
    /// The storage pool of the hypervisor.
    pub storage: Option<Traced<Arc<str>>>,
    /// Where it is mounted, if it is a data disk that is.
    pub mount: Option<Text>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name.
    pub name: Traced<Arc<str>>,
    /// What it does.
    pub role: Traced<Role>,
    /// The hypervisor that it runs on.
    pub host: Option<HypervisorId>,
    /// The number of its virtual machine.
    pub vmid: Option<Traced<u32>>,
    /// Whether it is a container of the hypervisor instead, which somebody makes there.
    pub container: bool,
    /// Processor cores.
    pub cores: Option<Traced<u16>>,
    /// Memory.
    pub memory: Option<Traced<Quantity>>,
    /// Its addresses, by network.
    pub addresses: Vec<NodeAddress>,
    /// Its disks.
    pub disks: Vec<Disk>,
    /// The labels that the spec gives it.
    pub labels: Vec<(Text, Text)>,
    /// Its taints.
    pub taints: Vec<Taint>,
    /// The account of Ansible.
    pub user: Option<Traced<Arc<str>>>,
    /// The key file of Ansible.
    pub ssh_key: Option<Traced<Arc<str>>>,
}

/// A taint: pods that do not tolerate it stay away.
#[derive(Clone, Debug)]
pub struct Taint {
    /// Its key.
    pub key: Text,
    /// Its value.
    pub value: Option<Text>,
    /// What it does.
    pub effect: Traced<Effect>,
}

/// A storage class.
#[derive(Clone, Debug)]
pub struct StorageClass {
    /// Its name.
    pub name: Traced<Arc<str>>,
    /// The name of the component that provides it; none where it is there by other means.
    pub component: Option<Traced<Arc<str>>>,
    /// The volume group.
    pub volume_group: Option<Traced<Arc<str>>>,
    /// The device class.
    pub device_class: Traced<Arc<str>>,
    /// Whether it is the default.
    pub default: Traced<bool>,
    /// The file system.
    pub filesystem: Option<Traced<Arc<str>>>,
    /// The server of its volumes: its address, or its host.
    pub server: Option<Text>,
    /// The directory that the server shares.
    pub share: Option<Text>,
    /// What becomes of a volume that nobody claims any more.
    pub reclaim: Traced<Reclaim>,
}

impl StorageClass {
    /// Returns whether a component of this name provides it.
    pub fn is_of(&self, component: &str) -> bool {
        self.component.as_ref().is_some_and(|name| &*name.value == component)
    }
}

impl Topology {
    /// Returns the network that nodes are reached in: one with a gateway that all of them have addresses in, else that
    /// some have, else one without.
    pub const fn node_network(&self) -> Option<NetworkId> {
        self.node_network
    }

    /// Returns the network between the nodes: another one that all nodes have addresses in, else the node network.
    pub const fn internal_network(&self) -> Option<NetworkId> {
        self.internal_network
    }

    /// Finds the two networks of nodes once: every node asks for them.
    fn choose_networks(&mut self) {
        let mut members = vec![0_usize; self.networks.len()];
        for address in self.nodes.iter().flat_map(|node| &node.addresses) {
            if let Some(count) = members.get_mut(address.network.0) {
                *count += 1;
            }
        }
        let all = self.nodes.len();
        let used = || members.iter().enumerate().filter(|(_, count)| **count > 0);
        let gateway = |at: usize| self.networks.get(at).is_some_and(|network| network.gateway.is_some());
        let rank = |at: usize, count: usize| (gateway(at), count == all);
        // The first of the best: networks are ordered by name.
        let best = used().rev().max_by_key(|(at, count)| rank(*at, **count)).map(|(at, _)| NetworkId(at));
        let inner = used().find(|(at, count)| **count == all && Some(NetworkId(*at)) != best);
        self.internal_network = inner.map(|(at, _)| NetworkId(at)).or(best);
        self.node_network = best;
    }

    /// Returns the number of a network, by its name.
    pub fn network_id(&self, name: &str) -> Option<NetworkId> {
        self.networks.binary_search_by(|network| (*network.name.value).cmp(name)).ok().map(NetworkId)
    }

    /// Returns a network by its name.
    pub fn network(&self, name: &str) -> Option<&Network> {
        self.networks.get(self.network_id(name)?.0)
    }

    /// Returns the virtual addresses of the Kubernetes API, by name.
    pub fn control_plane_vips(&self) -> impl Iterator<Item = (&Address, IpAddr)> {
        self.addresses.iter().filter(|address| address.purpose == Purpose::ControlPlaneVip).filter_map(|address| {
            match address.claim.value {
                Claim::One(ip) => Some((address, ip)),
                Claim::Range(..) => None,
            }
        })
    }

    /// Returns the one virtual address by which nodes and people reach the Kubernetes API.
    pub fn api(&self) -> Option<(&Address, IpAddr)> {
        self.control_plane_vips().nth(self.api?)
    }

    /// Of two virtual addresses the one of the node network's family is the endpoint; more are ambiguous, and reported.
    fn choose_api(&mut self) {
        let v4 = self.node_network.and_then(|id| self.networks.get(id.0)).map(|net| net.cidr.value.addr().is_ipv4());
        let fits = |ip: IpAddr| v4.is_none_or(|v4| v4 == ip.is_ipv4());
        let near = self.control_plane_vips().position(|(_, ip)| fits(ip));
        self.api = near.or_else(|| self.control_plane_vips().next().map(|_| 0));
    }

    /// Returns the nodes of a role, in order.
    pub fn nodes_of(&self, role: Role) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.role.value == role)
    }
}

impl Node {
    /// Returns what it is to its hypervisor, as Proxmox says: `VM` or `CT`.
    pub const fn guest(&self) -> &'static str {
        if self.container { "CT" } else { "VM" }
    }

    /// Returns the disk that holds the system.
    pub fn system_disk(&self) -> Option<&Disk> {
        self.disks.first().filter(|disk| disk.volume_group.is_none())
    }

    /// Returns the disks beside that of the system, in the order of their slots.
    pub fn data_disks(&self) -> impl Iterator<Item = &Disk> {
        self.disks.iter().skip(usize::from(self.system_disk().is_some()))
    }

    /// Returns the data disks without a volume group, and that are mounted nowhere.
    pub fn plain_disks(&self) -> impl Iterator<Item = &Disk> {
        self.data_disks().filter(|disk| disk.volume_group.is_none() && disk.mount.is_none())
    }

    /// Returns the disk that holds a folder: the one that is mounted nearest above it, or that of the system.
    pub fn disk_of(&self, path: &str) -> Option<&Disk> {
        let above = |mount: &str| path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let mounted = self.disks.iter().filter_map(|disk| Some((disk.mount.as_ref()?, disk)));
        let nearest = mounted.filter(|(mount, _)| above(&mount.value)).max_by_key(|(mount, _)| mount.value.len());
        nearest.map(|(_, disk)| disk).or_else(|| self.system_disk())
    }

    /// Returns its address in a network.
    pub fn address(&self, network: NetworkId) -> Option<&NodeAddress> {
        self.addresses.iter().find(|address| address.network == network)
    }
}
