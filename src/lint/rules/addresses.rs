//! Addresses, ranges, host names, ports.

mod address_asked_twice;
mod load_balancer_address_outside_pools;
mod load_balancer_address_twice;
mod local_traffic_policy;
mod pool_outside_network;
mod pool_over_taken_address;
mod pools;
mod pools_overlap;
mod services;
mod unknown_address_pool;
mod vip_in_pool;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &address_asked_twice::RULE,
    &load_balancer_address_outside_pools::RULE,
    &load_balancer_address_twice::RULE,
    &local_traffic_policy::RULE,
    &pool_outside_network::RULE,
    &pool_over_taken_address::RULE,
    &pools_overlap::RULE,
    &unknown_address_pool::RULE,
    &vip_in_pool::RULE,
];
