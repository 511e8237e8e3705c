//! Machines, networks and storage classes.

use super::object;
use crate::policy::types::{Field, Object, Type};

object! {
    /// A node.
    NODE, "a node", {
        "name": Type::Str, "its name";
        "role": Type::Str, "`control-plane`, `worker` or `machine`";
        "host" optional: Type::Object(&HYPERVISOR), "the hypervisor that it runs on";
        "vmid" optional: Type::Int, "the number of its virtual machine";
        "cores" optional: Type::Int, "its processor cores";
        "memory" optional: Type::Str, "its memory, as written";
        "memoryBytes" optional: Type::Int, "its memory in bytes";
        "addresses": Type::Str.map(), "its addresses, by network";
        "disks": Type::Object(&DISK).list(), "its disks";
        "labels": Type::Str.map(), "the labels that the spec gives it";
        "taints": Type::Object(&TAINT).list(), "its taints";
        "user" optional: Type::Str, "the account of Ansible";
    }
}

object! {
    /// A disk of a node.
    DISK, "a disk", {
        "size": Type::Str, "its size, as written";
        "bytes": Type::Int, "its size in bytes";
        "volumeGroup" optional: Type::Str, "the volume group on it";
        "device": Type::Str, "the device inside the node";
        "storage" optional: Type::Str, "the storage pool of the hypervisor";
        "mount" optional: Type::Str, "where it is mounted";
    }
}

object! {
    /// A taint of a node.
    TAINT, "a taint", {
        "key": Type::Str, "its key";
        "value" optional: Type::Str, "its value";
        "effect": Type::Str, "`NoSchedule`, `PreferNoSchedule` or `NoExecute`";
    }
}

object! {
    /// A claimed address.
    ADDRESS, "an address", {
        "name": Type::Str, "its name";
        "purpose": Type::Str, "its purpose, as `addresses` spells it";
        "owner" optional: Type::Str, "the component that answers for it";
        "first": Type::Str, "its first address";
        "last": Type::Str, "its last address; of a single one the same as the first";
        "range": Type::Str, "what is claimed, as the functions on addresses take it";
    }
}

object! {
    /// A network.
    NETWORK, "a network", {
        "name": Type::Str, "its name";
        "cidr": Type::Str, "its range";
        "gateway" optional: Type::Str, "the default gateway";
        "dns": Type::Str.list(), "the name servers";
        "bridge" optional: Type::Str, "the bridge";
        "interface" optional: Type::Str, "the interface inside the nodes";
        "mtu" optional: Type::Int, "the largest packet in bytes";
        "overlay" optional: Type::Str, "`vxlan`, `ipip` or `none`";
    }
}

object! {
    /// A hypervisor.
    HYPERVISOR, "a hypervisor", {
        "name": Type::Str, "its name in the spec";
        "node": Type::Str, "the name that its cluster knows it by";
        "hostId": Type::Str, "the id that nodes are labelled with";
        "endpoint": Type::Str, "the URL of its API";
        "address": Type::Str, "the host of that URL";
        "user" optional: Type::Str, "the account of Terraform";
        "token" optional: Type::Str, "the secret item with the API token";
        "storage" optional: Type::Str, "the storage pool";
        "insecure": Type::Bool, "whether its certificate is not checked";
    }
}

object! {
    /// A storage class.
    CLASS, "a storage class", {
        "name": Type::Str, "its name";
        "component" optional: Type::Str, "the name of the component that provides it; none of one that is there by other means";
        "volumeGroup" optional: Type::Str, "the volume group";
        "deviceClass": Type::Str, "the device class";
        "default": Type::Bool, "whether it is the default";
        "filesystem" optional: Type::Str, "the file system";
        "server" optional: Type::Str, "the server of its volumes, of a share";
        "share" optional: Type::Str, "the directory that the server shares";
    }
}
