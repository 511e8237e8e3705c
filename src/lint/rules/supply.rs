//! Versions, images, registries.

mod api_newer_than_kubernetes;
mod chart_in_two_versions;
mod chart_needs_other_kubernetes;
mod end_of_life;
mod environments_apart;
mod floating_version;
mod image_latest;
mod image_without_digest;
pub(in crate::lint) mod kubernetes;
mod kubernetes_version_skew;
mod majors_merged_unread;
mod missing_pins_file;
mod renovate_option;
mod repository_in_two_spellings;
mod retired_registry;
mod talos_and_kubernetes;
mod unseen_pin;
mod untested_version;

use super::Rule;
use crate::diag::Kind;

/// What `image-latest` reports.
pub const IMAGE_LATEST: Kind = image_latest::RULE.kind;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &api_newer_than_kubernetes::RULE,
    &chart_in_two_versions::RULE,
    &chart_needs_other_kubernetes::RULE,
    &end_of_life::RULE,
    &environments_apart::RULE,
    &floating_version::RULE,
    &image_latest::RULE,
    &image_without_digest::RULE,
    &kubernetes_version_skew::RULE,
    &majors_merged_unread::RULE,
    &missing_pins_file::RULE,
    &renovate_option::RULE,
    &repository_in_two_spellings::RULE,
    &retired_registry::RULE,
    &talos_and_kubernetes::RULE,
    &unseen_pin::RULE,
    &untested_version::RULE,
];
