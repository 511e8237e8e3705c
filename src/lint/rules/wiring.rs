//! Who talks to whom, and how.

mod dangling_service_url;
mod no_ingress;
mod no_network_policy;
mod overwritten;
mod target;
mod wrong_path;
mod wrong_service_port;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &dangling_service_url::RULE,
    &no_ingress::RULE,
    &no_network_policy::RULE,
    &overwritten::RULE,
    &wrong_path::RULE,
    &wrong_service_port::RULE,
];
