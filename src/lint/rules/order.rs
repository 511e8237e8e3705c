//! What has to be there before what.

mod gate_not_held;
mod no_order;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[&gate_not_held::RULE, &no_order::RULE];
