//! Helm values and Kubernetes objects.

mod autoscaler_bounds;
mod autoscaler_without_request;
mod broken_text;
mod bypassed_field;
mod disruption_budget_blocks;
mod duplicate_item;
mod env_twice;
mod env_value_and_source;
mod env_without_value;
mod ignored_value;
mod large_integer;
mod manifest_as_values;
mod missing_object_field;
mod misspelt_pod_value;
mod misspelt_setting;
mod namespace_of_cluster_kind;
mod namespace_override;
mod no_effect;
mod non_root_as_root;
mod object_type;
mod object_value;
mod older_contract;
mod port_out_of_range;
mod request_over_limit;
mod timeout_over_interval;
mod unchecked_chart;
mod unchecked_kind;
mod unexpanded_template;
mod unknown_kind;
mod unknown_object_field;
mod unknown_value;
mod unknown_volume;
mod unserved_version;
mod unusable_time;
mod unused_group;
mod value_of_other_version;
mod value_type;
mod values_root;
mod wrong_restart_policy;

pub use broken_text::judge as broken_text;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &autoscaler_bounds::RULE,
    &autoscaler_without_request::RULE,
    &broken_text::RULE,
    &bypassed_field::RULE,
    &disruption_budget_blocks::RULE,
    &duplicate_item::RULE,
    &env_twice::RULE,
    &env_value_and_source::RULE,
    &env_without_value::RULE,
    &ignored_value::RULE,
    &large_integer::RULE,
    &manifest_as_values::RULE,
    &missing_object_field::RULE,
    &misspelt_pod_value::RULE,
    &misspelt_setting::RULE,
    &namespace_of_cluster_kind::RULE,
    &namespace_override::RULE,
    &no_effect::RULE,
    &non_root_as_root::RULE,
    &object_type::RULE,
    &object_value::RULE,
    &older_contract::RULE,
    &port_out_of_range::RULE,
    &request_over_limit::RULE,
    &timeout_over_interval::RULE,
    &unchecked_chart::RULE,
    &unchecked_kind::RULE,
    &unexpanded_template::RULE,
    &unknown_kind::RULE,
    &unknown_object_field::RULE,
    &unknown_value::RULE,
    &unknown_volume::RULE,
    &unserved_version::RULE,
    &unusable_time::RULE,
    &unused_group::RULE,
    &value_of_other_version::RULE,
    &value_type::RULE,
    &values_root::RULE,
    &wrong_restart_policy::RULE,
];
