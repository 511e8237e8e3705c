//! Who talks to whom, and how.

mod no_ingress;
mod no_network_policy;
mod overwritten;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[&no_ingress::RULE, &no_network_policy::RULE, &overwritten::RULE];
