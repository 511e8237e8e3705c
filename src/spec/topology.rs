//! Hypervisors, networks, addresses, nodes and storage as written.

use std::sync::Arc;

use super::component::Effect;
use super::labels::{LabelValue, Labels};
use super::platform::SecretRef;
use super::scalars::{
    Cidr, FileSystem, Interface, Ip, IpRange, MachinePath, Mtu, ProxmoxUser, Quantity, SimpleName, Url, Word,
};
use crate::diag::Diagnostic;
use crate::yaml::decode::visible;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Field, Names, Node as YamlNode, WRONG_TYPE};
use crate::{choice, record};

choice! {
    /// The kinds of hypervisors.
    pub enum HypervisorKind as "a kind of hypervisor" {
        /// Proxmox VE.
        Proxmox = "proxmox",
    }
}

record! {
    /// A machine that hosts virtual machines.
    pub struct Hypervisor as "a hypervisor" {
        /// What it runs.
        kind: HypervisorKind = "kind" required,
        /// The name that its own cluster knows it by.
        node: SimpleName = "node",
        /// The id that nodes on it are labelled with.
        host_id: Word = "hostId",
        /// The URL of its API.
        endpoint: Url = "endpoint" required,
        /// The account that Terraform uses.
        user: ProxmoxUser = "user",
        /// The secret that holds the API token, with the keys `id` and `token`.
        token: SecretRef = "token",
        /// The storage pool of virtual disks.
        storage: SimpleName = "storage",
        /// What its storage pools stand on, by their names.
        pools: Names<Pool> = "pools",
        /// The image that virtual machines are cloned from.
        template: VmTemplate = "template",
        /// How many processor threads its machines can have at once.
        cores: u16 = "cores",
        /// The memory that its machines share.
        memory: Quantity = "memory",
        /// Whether the certificate of the API is not checked; `false` unless written.
        insecure: bool = "insecure",
        /// Where it writes its own metrics to.
        metric_server: MetricServer = "metricServer",
    }
}

record! {
    /// Where a hypervisor writes its own metrics to.
    pub struct MetricServer as "a metric server" {
        /// The component that takes them.
        to: Arc<str> = "to" required,
        /// The bucket or database there.
        bucket: SimpleName = "bucket",
        /// The secret that holds the token, with the key `token`.
        token: SecretRef = "token" required,
    }
}

choice! {
    /// What a storage pool stands on.
    pub enum Media as "a kind of media" {
        /// Flash on the bus.
        Nvme = "nvme",
        /// Flash.
        Ssd = "ssd",
        /// Turning disks.
        Hdd = "hdd",
    }
}

choice! {
    /// How a storage pool outlives a disk.
    pub enum Redundancy as "a kind of redundancy" {
        /// It does not.
        None = "none",
        /// Each block is there twice or more.
        Mirror = "mirror",
        /// Parity, as RAID 5 or RAIDZ1 have it.
        Parity = "parity",
        /// Two parities, as RAID 6 or RAIDZ2 have them.
        DoubleParity = "double-parity",
        /// On other machines too, as Ceph has it.
        Network = "network",
    }
}

record! {
    /// A storage pool of a hypervisor.
    pub struct Pool as "a storage pool" {
        /// What it stands on.
        media: Media = "media" required,
        /// How it outlives a disk; `none` unless written.
        redundancy: Redundancy = "redundancy",
    }
}

record! {
    /// The image that virtual machines are cloned from.
    pub struct VmTemplate as "a template" {
        /// Its name.
        name: SimpleName = "name" required,
        /// Its id.
        id: u32 = "id" required,
    }
}

/// Another word for [`VmTemplate`] where the room's own templates are not meant.
pub type Template = VmTemplate;

choice! {
    /// How pod traffic is carried between nodes.
    pub enum Overlay as "a kind of overlay" {
        /// VXLAN, which takes 50 bytes of every packet.
        Vxlan = "vxlan",
        /// IP in IP, which takes 20 bytes of every packet.
        Ipip = "ipip",
        /// No encapsulation.
        None = "none",
    }
}

record! {
    /// A range of addresses and the bridge that carries it.
    pub struct Network as "a network" {
        /// The range in CIDR notation.
        cidr: Cidr = "cidr" required,
        /// The default gateway.
        gateway: Ip = "gateway",
        /// The name servers, in order of preference.
        dns: Vec<Field<Ip>> = "dns",
        /// The bridge of the hypervisor.
        bridge: SimpleName = "bridge",
        /// The name of the interface inside the nodes.
        interface: Interface = "interface",
        /// The largest packet in bytes. For an overlay it is derived from the network below.
        mtu: Mtu = "mtu",
        /// How packets are carried, for a network of pods.
        overlay: Overlay = "overlay",
    }
}

choice! {
    /// What an address is for.
    pub enum Purpose as "a purpose" {
        /// The virtual address of the Kubernetes API.
        ControlPlaneVip = "control-plane-vip",
        /// Addresses that a load balancer may hand out.
        LoadBalancerPool = "load-balancer-pool",
        /// A virtual address of a service.
        Vip = "vip",
        /// The address by which the internet reaches its owner, wherever that is translated.
        Public = "public",
        /// Taken by something that the spec does not describe.
        Reserved = "reserved",
    }
}

record! {
    /// An address or range with its owner.
    pub struct Address as "an address" {
        /// One address.
        ip: Ip = "ip",
        /// A range of addresses.
        range: IpRange = "range",
        /// What it is for.
        purpose: Purpose = "purpose" required,
        /// Who answers for it.
        owner: Arc<str> = "owner",
    }
}

choice! {
    /// What a node does in Kubernetes.
    pub enum Role as "a role of a node" {
        /// It runs the control plane.
        ControlPlane = "control-plane",
        /// It runs workloads.
        Worker = "worker",
        /// It is in no cluster: what runs on it is installed there.
        Machine = "machine",
    }
}

record! {
    /// A disk of a node.
    pub struct Disk as "a disk" {
        /// Its size.
        size: Quantity = "size" required,
        /// The LVM volume group that is made on it; the first disk without one holds the system.
        volume_group: SimpleName = "volumeGroup",
        /// The device inside the node; counted from the order of the disks unless written.
        device: Word = "device",
        /// The storage pool of the hypervisor; the hypervisor's own unless written.
        storage: SimpleName = "storage",
        /// Where a data disk is mounted inside the node.
        mount: MachinePath = "mount",
    }
}

impl Disk {
    /// Returns whether it can hold the system: a disk with a volume group or a mount is a data disk.
    pub fn may_hold_system(&self) -> bool {
        matches!(self.volume_group, Field::Absent) && matches!(self.mount, Field::Absent)
    }
}

record! {
    /// A taint of a node.
    pub struct Taint as "a taint" {
        /// Its key.
        key: Word = "key" required,
        /// Its value.
        value: LabelValue = "value",
        /// What it does to pods that do not tolerate it.
        effect: Effect = "effect" required,
    }
}

/// A taint, or what is reported where one is written as `kubectl taint` takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenTaint(pub Taint);

impl Decode for WrittenTaint {
    fn decode(node: &YamlNode, cx: &mut Decoder) -> Option<Self> {
        let Some(text) = node.as_scalar().filter(|_| !node.is_null()) else { return Taint::decode(node, cx).map(Self) };
        let message = format!("a taint is a map, not the text `{}`", visible(text));
        let problem = Diagnostic::error(WRONG_TYPE, node.span, message);
        cx.report(problem.help(format!("write {}", as_map(text))));
        None
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        Taint::schema(schema)
    }
}

/// Returns the map that a text `key=value:effect` stands for.
fn as_map(text: &str) -> String {
    let (pair, effect) = text.rsplit_once(':').unwrap_or((text, "NoSchedule"));
    let effect = if Effect::from_word(effect).is_some() { effect } else { "NoSchedule" };
    let (key, value) = pair.split_once('=').map_or((pair, None), |(key, value)| (key, Some(value)));
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let key = if plain(key) { key } else { "KEY" };
    match value.filter(|value| plain(value)) {
        Some(value) => format!("`{{ key: {key}, value: {value}, effect: {effect} }}`"),
        None => format!("`{{ key: {key}, effect: {effect} }}`"),
    }
}

record! {
    /// A machine of the cluster.
    pub struct Node as "a node" {
        /// What it does.
        role: Role = "role",
        /// The hypervisor that it runs on.
        host: Arc<str> = "host",
        /// The number of the virtual machine.
        vmid: u32 = "vmid",
        /// Whether it is a container of the hypervisor (LXC) that somebody makes there, and no virtual machine that Terraform
        /// makes; `false` unless written. It cannot be in a cluster.
        container: bool = "container",
        /// The number of processor cores.
        cores: u16 = "cores",
        /// The memory.
        memory: Quantity = "memory",
        /// Its address in each network.
        ip: Names<Ip> = "ip",
        /// Its disks; the first one holds the system.
        disks: Vec<Field<Disk>> = "disks",
        /// Its labels, over those that dvgen derives.
        labels: Labels = "labels",
        /// Its taints: pods that do not tolerate them stay away.
        taints: Vec<Field<WrittenTaint>> = "taints",
        /// The account that Ansible logs in with.
        user: SimpleName = "user",
        /// The private key file that Ansible logs in with, on the machine that runs Ansible.
        ssh_key: Word = "sshKey",
    }
}

record! {
    /// A storage class.
    pub struct StorageClass as "a storage class" {
        /// The component that provides it.
        component: Arc<str> = "component",
        /// Whether it is there without a component, such as those of a cloud; `false` unless written.
        external: bool = "external",
        /// The LVM volume group that it takes space from.
        volume_group: SimpleName = "volumeGroup",
        /// The device class of the provisioner; the name of the storage class unless written.
        device_class: SimpleName = "deviceClass",
        /// Whether claims that name no class get this one.
        default: bool = "default",
        /// The file system of new volumes.
        filesystem: FileSystem = "filesystem",
        /// The server that keeps the volumes: an address of the spec by name, or a host.
        server: SimpleName = "server",
        /// The directory that the server shares.
        share: Word = "share",
        /// What becomes of a volume that nobody claims any more; `Delete` unless written.
        reclaim: Reclaim = "reclaim",
    }
}

choice! {
    /// What becomes of a volume that nobody claims any more.
    pub enum Reclaim as "what becomes of a volume" {
        /// It is deleted, with everything on it.
        Delete = "Delete",
        /// It stays until a person deletes it.
        Retain = "Retain",
    }
}

record! {
    /// Storage of the cluster.
    pub struct StorageSection as "the storage" {
        /// The storage classes.
        classes: Names<StorageClass> = "classes",
    }
}
