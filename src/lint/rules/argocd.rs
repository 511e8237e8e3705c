//! Applications, projects, and what Argo CD does with them.

mod allow_empty_with_prune;
mod application;
mod autoscaler_and_self_heal;
mod bad_ignore_pointer;
mod cascade_finalizer;
mod destination_named_twice;
mod duplicate_object;
mod generated;
mod kind_in_wrong_list;
mod kind_provided_twice;
mod large_object_needs_server_side_apply;
mod missing_path;
mod object_in_foreign_namespace;
mod open_project;
mod outside_argocd_namespace;
mod outside_project;
mod path_on_values_source;
mod path_owned_twice;
mod project_description_too_long;
mod pruned_namespace_or_volume;
mod ref_with_chart;
mod release_twice;
mod replaced_sync_settings;
mod source_and_sources;
mod two_autoscalers;
mod two_writers;
mod unknown_project;
mod unknown_sync_option;
mod unknown_values_source;
mod unusable_name;
mod unusable_object_name;
mod validation_off;

use super::Rule;
use crate::diag::Kind;

/// What `kind-provided-twice` reports.
pub const KIND_PROVIDED_TWICE: Kind = kind_provided_twice::RULE.kind;

/// What `replaced-sync-settings` reports.
pub const REPLACED_SYNC_SETTINGS: Kind = replaced_sync_settings::RULE.kind;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &allow_empty_with_prune::RULE,
    &autoscaler_and_self_heal::RULE,
    &bad_ignore_pointer::RULE,
    &cascade_finalizer::RULE,
    &destination_named_twice::RULE,
    &duplicate_object::RULE,
    &kind_in_wrong_list::RULE,
    &kind_provided_twice::RULE,
    &large_object_needs_server_side_apply::RULE,
    &missing_path::RULE,
    &object_in_foreign_namespace::RULE,
    &open_project::RULE,
    &outside_argocd_namespace::RULE,
    &outside_project::RULE,
    &path_on_values_source::RULE,
    &path_owned_twice::RULE,
    &project_description_too_long::RULE,
    &pruned_namespace_or_volume::RULE,
    &ref_with_chart::RULE,
    &release_twice::RULE,
    &replaced_sync_settings::RULE,
    &source_and_sources::RULE,
    &two_autoscalers::RULE,
    &two_writers::RULE,
    &unknown_project::RULE,
    &unknown_sync_option::RULE,
    &unknown_values_source::RULE,
    &unusable_name::RULE,
    &unusable_object_name::RULE,
    &validation_off::RULE,
];
