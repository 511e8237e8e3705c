//! Helm values and Kubernetes objects.

mod duplicate_item;
mod ignored_value;
mod large_integer;
mod missing_object_field;
mod namespace_of_cluster_kind;
mod no_effect;
mod object_type;
mod object_value;
mod older_contract;
mod unchecked_chart;
mod unchecked_kind;
mod unknown_kind;
mod unknown_object_field;
mod unknown_value;
mod unserved_version;
mod value_of_other_version;
mod value_type;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &duplicate_item::RULE,
    &ignored_value::RULE,
    &large_integer::RULE,
    &missing_object_field::RULE,
    &namespace_of_cluster_kind::RULE,
    &no_effect::RULE,
    &object_type::RULE,
    &object_value::RULE,
    &older_contract::RULE,
    &unchecked_chart::RULE,
    &unchecked_kind::RULE,
    &unknown_kind::RULE,
    &unknown_object_field::RULE,
    &unknown_value::RULE,
    &unserved_version::RULE,
    &value_of_other_version::RULE,
    &value_type::RULE,
];
