//! Hypervisors, networks, addresses, nodes and storage as meant.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{Text, Traced};
use crate::spec::scalars::Quantity;
use crate::spec::{Effect, Overlay, Purpose, Role};

mod read;

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
}

/// A version of the platform as a whole.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// What it is the version of.
    pub name: Arc<str>,
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
    /// Whether its certificate is not checked.
    pub insecure: Traced<bool>,
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
    /// The name of the component that provides it.
    pub component: Traced<Arc<str>>,
    /// The volume group.
    pub volume_group: Option<Traced<Arc<str>>>,
    /// The device class.
    pub device_class: Traced<Arc<str>>,
    /// Whether it is the default.
    pub default: Traced<bool>,
    /// The file system.
    pub filesystem: Option<Traced<Arc<str>>>,
}

impl Topology {
    /// Returns the network that nodes are reached in: the first one with a gateway that nodes have addresses in.
    pub fn node_network(&self) -> Option<NetworkId> {
        let used = |id: &NetworkId| self.nodes.iter().any(|node| node.address(*id).is_some());
        let mut used = (0..self.networks.len()).map(NetworkId).filter(used);
        let all: Vec<_> = used.by_ref().collect();
        all.iter()
            .copied()
            .find(|id| self.networks.get(id.0).is_some_and(|net| net.gateway.is_some()))
            .or(all.first().copied())
    }

    /// Returns the network between the nodes: another one that all nodes have addresses in, else the node network.
    pub fn internal_network(&self) -> Option<NetworkId> {
        let node = self.node_network();
        let shared = |id: &NetworkId| Some(*id) != node && self.nodes.iter().all(|n| n.address(*id).is_some());
        (0..self.networks.len()).map(NetworkId).find(shared).filter(|_| !self.nodes.is_empty()).or(node)
    }

    /// Returns a network by its name.
    pub fn network(&self, name: &str) -> Option<&Network> {
        self.networks.iter().find(|network| &*network.name.value == name)
    }

    /// Returns the claim for a purpose, the first by name.
    pub fn claim(&self, purpose: Purpose) -> Option<&Address> {
        self.addresses.iter().find(|address| address.purpose == purpose)
    }

    /// Returns the nodes of a role, in order.
    pub fn nodes_of(&self, role: Role) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.role.value == role)
    }
}

impl Node {
    /// Returns its address in a network.
    pub fn address(&self, network: NetworkId) -> Option<&NodeAddress> {
        self.addresses.iter().find(|address| address.network == network)
    }
}
