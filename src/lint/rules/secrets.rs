//! Secrets, certificates, backups.

mod certificate_names;
mod secret_in_values;
mod secret_key_missing;
mod secret_made_twice;
mod secret_never_made;
mod tls_secret_mismatch;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &certificate_names::RULE,
    &secret_in_values::RULE,
    &secret_key_missing::RULE,
    &secret_made_twice::RULE,
    &secret_never_made::RULE,
    &tls_secret_mismatch::RULE,
];
