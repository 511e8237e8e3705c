//! Machines, volumes, scheduling.

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[];
