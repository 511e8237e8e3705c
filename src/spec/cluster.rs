//! Clouds and clusters as written.

use std::sync::Arc;

use super::scalars::{DnsLabel, Ip, Quantity, SimpleName, Version, Word};
use crate::yaml::{Field, Names};
use crate::{choice, record};

choice! {
    /// The kinds of clouds.
    pub enum CloudKind as "a kind of cloud" {
        /// A project of Google Cloud.
        Gcp = "gcp",
    }
}

record! {
    /// A project of a cloud, with what is made in it besides clusters.
    pub struct Cloud as "a cloud" {
        /// Whose cloud it is.
        kind: CloudKind = "kind" required,
        /// The id of the project.
        project: SimpleName = "project" required,
        /// The region of what names none.
        region: DnsLabel = "region",
        /// The APIs that are enabled, besides those that what the spec names needs.
        apis: Vec<Field<Word>> = "apis",
        /// The registries of images.
        registries: Names<Registry> = "registries",
    }
}

choice! {
    /// What a registry keeps.
    pub enum RegistryFormat as "a format of a registry" {
        /// Images of containers.
        Docker = "docker",
    }
}

record! {
    /// A registry of images.
    pub struct Registry as "a registry" {
        /// The region that it is in; the cloud's unless written.
        location: DnsLabel = "location",
        /// What it keeps; `docker` unless written.
        format: RegistryFormat = "format",
        /// Whether a tag, once pushed, always means the same image; `true` unless written.
        immutable_tags: bool = "immutableTags",
    }
}

choice! {
    /// What runs Kubernetes.
    pub enum ClusterKind as "a kind of cluster" {
        /// Nodes of the spec, made a cluster by kubeadm.
        Kubeadm = "kubeadm",
        /// Nodes of the spec that run Talos Linux.
        Talos = "talos",
        /// Google Kubernetes Engine.
        Gke = "gke",
        /// No Kubernetes at all.
        None = "none",
    }
}

choice! {
    /// How soon GKE gives new versions of Kubernetes.
    pub enum ReleaseChannel as "a release channel" {
        /// As soon as they are there.
        Rapid = "rapid",
        /// Two to three months later.
        Regular = "regular",
        /// Two to three months after that.
        Stable = "stable",
        /// Supported for about two years.
        Extended = "extended",
    }
}

choice! {
    /// What carries the packets of pods on GKE.
    pub enum Dataplane as "a data plane" {
        /// Dataplane V2, which is Cilium: network policies hold.
        V2 = "v2",
        /// Calico's and kube-proxy's way, where network policies hold only if they are switched on besides.
        Legacy = "legacy",
    }
}

record! {
    /// A cluster. Which fields it takes depends on its kind.
    pub struct Cluster as "a cluster" {
        /// What runs Kubernetes.
        kind: ClusterKind = "kind" required,
        /// For `gke`: the cloud that it runs in.
        cloud: Arc<str> = "cloud",
        /// For `gke`: its zone, or its region for a control plane in several zones.
        location: DnsLabel = "location",
        /// For `gke`: how soon new versions of Kubernetes come; `regular` unless written.
        release_channel: ReleaseChannel = "releaseChannel",
        /// For `gke`: what carries the packets of pods; `v2` unless written, with which network policies hold.
        dataplane: Dataplane = "dataplane",
        /// For `gke`: the machines that pods run on.
        node_pools: Names<NodePool> = "nodePools",
        /// For `talos`: what its machines are told.
        talos: Talos = "talos",
    }
}

choice! {
    /// Who makes the network of pods on Talos.
    pub enum TalosCni as "a network of pods" {
        /// Talos installs Flannel.
        Flannel = "flannel",
        /// A component of the platform does, and has to come before everything else.
        None = "none",
    }
}

record! {
    /// What the machines of a Talos cluster are told.
    pub struct Talos as "the settings of Talos" {
        /// The version of Talos Linux.
        version: Version = "version" required,
        /// Whether control planes run workloads too; `false` unless written.
        schedule_on_control_planes: bool = "scheduleOnControlPlanes",
        /// Who makes the network of pods; `flannel` unless written.
        cni: TalosCni = "cni",
        /// Whether Talos runs kube-proxy; `true` unless written. A network of pods may take its place.
        kube_proxy: bool = "kubeProxy",
        /// The servers of the time.
        ntp: Vec<Field<Ip>> = "ntp",
        /// The system extensions of the image, as the Image Factory calls them.
        extensions: Vec<Field<Word>> = "extensions",
        /// The disk that Talos is installed on; `/dev/sda` unless written.
        disk: Word = "disk",
    }
}

record! {
    /// Machines of one kind that a cloud adds and removes.
    pub struct NodePool as "a node pool" {
        /// The kind of machine.
        machine_type: SimpleName = "machineType" required,
        /// How many there are at least; 1 unless written.
        min: u16 = "min",
        /// How many there are at most; as many as `min` unless written.
        max: u16 = "max",
        /// The size of their disks.
        disk: Quantity = "disk",
        /// Whether the cloud may take them away at any time, for less money; `false` unless written.
        spot: bool = "spot",
    }
}
