//! Addresses, ranges, host names, ports.

mod vip_in_pool;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[&vip_in_pool::RULE];
