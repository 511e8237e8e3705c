//! Machines, volumes, scheduling.

mod ansible_on_talos;
mod apart;
mod bridge_mtu;
mod capacity;
mod cluster_without_pod_network;
mod control_plane_count;
mod cores_exceed_host;
mod database_on_share;
mod directories_exceed_disks;
mod interface_twice;
mod late_endpoint_owner;
mod machine_types;
mod memory_exceeds_host;
mod missing_storage_class;
mod misspelt_volume_group;
mod no_default_storage_class;
mod no_kubernetes_version;
mod no_node_for_pods;
mod no_pod_network;
mod no_provisioner;
mod node_of_managed_cluster;
mod own_kubeadm;
mod placed;
mod pod_mtu;
mod policies_not_enforced;
mod proxmox_as_root;
mod read_write_once_with_copies;
mod removed_node_label;
mod request_exceeds_nodes;
mod retention_over_volume;
mod rollout_without_room;
mod selector_without_node;
mod shared_between_environments;
mod storage_exceeds_volume_group;
mod taint_not_tolerated;
mod talos_mount;
mod told;
mod too_few_nodes;
mod two_default_classes;
mod two_service_proxies;
mod uncovered_host;
mod unfit_storage_pool;
mod unknown_device_class;
mod unknown_hypervisor;
mod unknown_machine_type;
mod unknown_node_name;
mod unknown_storage_class;
mod unknown_storage_pool;
mod unknown_volume_group;
mod unused_mount;
mod unused_provisioner;
mod vip_without_owner;
mod volumes;
mod zone_outside_region;

use super::Rule;
use crate::diag::Kind;

/// What `misspelt-volume-group` reports.
pub const MISSPELT_VOLUME_GROUP: Kind = misspelt_volume_group::RULE.kind;
/// What `read-write-once-with-copies` reports.
pub const ONCE_WITH_COPIES: Kind = read_write_once_with_copies::RULE.kind;
/// What `shared-between-environments` reports.
pub const SHARED: Kind = shared_between_environments::RULE.kind;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &ansible_on_talos::RULE,
    &bridge_mtu::RULE,
    &cluster_without_pod_network::RULE,
    &control_plane_count::RULE,
    &cores_exceed_host::RULE,
    &database_on_share::RULE,
    &directories_exceed_disks::RULE,
    &interface_twice::RULE,
    &late_endpoint_owner::RULE,
    &memory_exceeds_host::RULE,
    &missing_storage_class::RULE,
    &misspelt_volume_group::RULE,
    &no_default_storage_class::RULE,
    &no_kubernetes_version::RULE,
    &no_node_for_pods::RULE,
    &no_pod_network::RULE,
    &no_provisioner::RULE,
    &node_of_managed_cluster::RULE,
    &pod_mtu::RULE,
    &policies_not_enforced::RULE,
    &proxmox_as_root::RULE,
    &read_write_once_with_copies::RULE,
    &removed_node_label::RULE,
    &request_exceeds_nodes::RULE,
    &retention_over_volume::RULE,
    &rollout_without_room::RULE,
    &selector_without_node::RULE,
    &shared_between_environments::RULE,
    &storage_exceeds_volume_group::RULE,
    &taint_not_tolerated::RULE,
    &talos_mount::RULE,
    &too_few_nodes::RULE,
    &two_default_classes::RULE,
    &two_service_proxies::RULE,
    &uncovered_host::RULE,
    &unfit_storage_pool::RULE,
    &unknown_device_class::RULE,
    &unknown_hypervisor::RULE,
    &unknown_machine_type::RULE,
    &unknown_node_name::RULE,
    &unknown_storage_class::RULE,
    &unknown_storage_pool::RULE,
    &unknown_volume_group::RULE,
    &unused_mount::RULE,
    &unused_provisioner::RULE,
    &vip_without_owner::RULE,
    &zone_outside_region::RULE,
];
