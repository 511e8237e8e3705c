//! Secrets, certificates, backups.

mod secret_in_values;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[&secret_in_values::RULE];
