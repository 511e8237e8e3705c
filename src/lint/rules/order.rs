//! What has to be there before what.

pub(in crate::lint) mod after;
mod custom_kind_before_definition;
pub(in crate::lint) mod definitions_switched_off;
mod dependency_cycle;
mod derived_field;
mod gate_not_held;
mod hook_and_wave;
mod hook_needs_synced_resource;
pub(in crate::lint) mod hooks;
mod kind_without_definition;
mod made_in_later_wave;
mod missing_provider;
mod moment;
mod namespace_before_creation;
mod namespace_never_created;
mod no_order;
mod pod;
mod step_without_gate;
mod unannounced_kind;
mod unknown_hook;
mod unknown_hook_delete_policy;
mod used_before_creation;
mod wave_across_applications;
mod wave_not_integer;
mod wave_without_effect;

use super::Rule;
use crate::diag::Kind;

/// What `kind-without-definition` reports.
pub const KIND_WITHOUT_DEFINITION: Kind = kind_without_definition::RULE.kind;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &custom_kind_before_definition::RULE,
    &definitions_switched_off::RULE,
    &dependency_cycle::RULE,
    &derived_field::RULE,
    &gate_not_held::RULE,
    &hook_and_wave::RULE,
    &hook_needs_synced_resource::RULE,
    &kind_without_definition::RULE,
    &made_in_later_wave::RULE,
    &missing_provider::RULE,
    &namespace_before_creation::RULE,
    &namespace_never_created::RULE,
    &no_order::RULE,
    &step_without_gate::RULE,
    &unannounced_kind::RULE,
    &unknown_hook::RULE,
    &unknown_hook_delete_policy::RULE,
    &used_before_creation::RULE,
    &wave_across_applications::RULE,
    &wave_not_integer::RULE,
    &wave_without_effect::RULE,
];
