//! Applications, projects, and what Argo CD does with them.

mod open_project;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[&open_project::RULE];
