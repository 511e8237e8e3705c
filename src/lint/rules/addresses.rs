//! Addresses, ranges, host names, ports.

mod address_asked_twice;
mod address_outside_network;
mod ambiguous_endpoint;
mod cidr_host_bits;
mod host_outside_domains;
mod host_port_twice;
mod host_used_twice;
mod load_balancer_address_outside_pools;
mod load_balancer_address_twice;
mod local_traffic_policy;
mod machine_port_twice;
mod network_or_broadcast_address;
mod networks_overlap;
mod node_port_outside_range;
mod node_port_twice;
mod pod_range_too_small;
mod pool_outside_network;
mod pool_over_taken_address;
mod pools;
mod pools_overlap;
mod ports;
mod routes;
mod service_range_too_small;
mod services;
mod taken_twice;
mod unknown_address_pool;
mod unknown_network;
mod vip_in_pool;
mod wrong_owner;

use super::Rule;
use crate::diag::Kind;

/// What `address-asked-twice` reports.
pub const ADDRESS_ASKED_TWICE: Kind = address_asked_twice::RULE.kind;

/// What `host-outside-domains` reports.
pub const HOST_OUTSIDE_DOMAINS: Kind = host_outside_domains::RULE.kind;

/// What `host-port-twice` reports.
pub const HOST_PORT_TWICE: Kind = host_port_twice::RULE.kind;

/// What `local-traffic-policy` reports.
pub const LOCAL_TRAFFIC: Kind = local_traffic_policy::RULE.kind;

/// What `load-balancer-address-outside-pools` reports.
pub const OUTSIDE_POOLS: Kind = load_balancer_address_outside_pools::RULE.kind;

/// What `pool-outside-network` reports.
pub const POOL_OUTSIDE_NETWORK: Kind = pool_outside_network::RULE.kind;

/// What `pool-over-taken-address` reports.
pub const POOL_OVER_TAKEN: Kind = pool_over_taken_address::RULE.kind;

/// What `unknown-address-pool` reports.
pub const UNKNOWN_POOL: Kind = unknown_address_pool::RULE.kind;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &address_asked_twice::RULE,
    &address_outside_network::RULE,
    &ambiguous_endpoint::RULE,
    &cidr_host_bits::RULE,
    &host_outside_domains::RULE,
    &host_port_twice::RULE,
    &host_used_twice::RULE,
    &load_balancer_address_outside_pools::RULE,
    &load_balancer_address_twice::RULE,
    &local_traffic_policy::RULE,
    &machine_port_twice::RULE,
    &network_or_broadcast_address::RULE,
    &networks_overlap::RULE,
    &node_port_outside_range::RULE,
    &node_port_twice::RULE,
    &pod_range_too_small::RULE,
    &pool_outside_network::RULE,
    &pool_over_taken_address::RULE,
    &pools_overlap::RULE,
    &service_range_too_small::RULE,
    &taken_twice::RULE,
    &unknown_address_pool::RULE,
    &unknown_network::RULE,
    &vip_in_pool::RULE,
    &wrong_owner::RULE,
];
