//! Versions, images, registries.

mod unseen_pin;
mod untested_version;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[&unseen_pin::RULE, &untested_version::RULE];
