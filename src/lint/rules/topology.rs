//! Machines, volumes, scheduling.

mod no_provisioner;
mod two_default_classes;
mod unknown_hypervisor;
mod unknown_storage_class;
mod unknown_volume_group;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &no_provisioner::RULE,
    &two_default_classes::RULE,
    &unknown_hypervisor::RULE,
    &unknown_storage_class::RULE,
    &unknown_volume_group::RULE,
];
