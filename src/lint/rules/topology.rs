//! Machines, volumes, scheduling.

mod apart;
mod bridge_mtu;
mod control_plane_count;
mod interface_twice;
mod late_endpoint_owner;
mod memory_exceeds_host;
mod missing_storage_class;
mod no_pod_network;
mod no_provisioner;
mod placed;
mod pod_mtu;
mod proxmox_as_root;
mod read_write_once_with_copies;
mod removed_node_label;
mod selector_without_node;
mod storage_exceeds_volume_group;
mod taint_not_tolerated;
mod too_few_nodes;
mod two_default_classes;
mod two_service_proxies;
mod unfit_storage_pool;
mod unknown_device_class;
mod unknown_hypervisor;
mod unknown_node_name;
mod unknown_storage_class;
mod unknown_storage_pool;
mod unknown_volume_group;
mod volumes;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &bridge_mtu::RULE,
    &control_plane_count::RULE,
    &interface_twice::RULE,
    &late_endpoint_owner::RULE,
    &memory_exceeds_host::RULE,
    &missing_storage_class::RULE,
    &no_pod_network::RULE,
    &no_provisioner::RULE,
    &pod_mtu::RULE,
    &proxmox_as_root::RULE,
    &read_write_once_with_copies::RULE,
    &removed_node_label::RULE,
    &selector_without_node::RULE,
    &storage_exceeds_volume_group::RULE,
    &taint_not_tolerated::RULE,
    &too_few_nodes::RULE,
    &two_default_classes::RULE,
    &two_service_proxies::RULE,
    &unfit_storage_pool::RULE,
    &unknown_device_class::RULE,
    &unknown_hypervisor::RULE,
    &unknown_node_name::RULE,
    &unknown_storage_class::RULE,
    &unknown_storage_pool::RULE,
    &unknown_volume_group::RULE,
];
