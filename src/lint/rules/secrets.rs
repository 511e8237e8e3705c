//! Secrets, certificates, backups.

mod all_paths_open;
mod anonymous_admin;
mod archive_not_object_store;
mod backup_beside_data;
mod backup_beside_machine;
mod backup_in_own_store;
mod backup_missing;
mod backup_without_retention;
mod backups_at_once;
mod bad_cron;
mod believes_everybody;
mod certificate_names;
mod gone_before_downsampling;
mod issuers;
mod left_out_of_backups;
mod login_switched_off;
mod program_at_a_login;
mod public_administration;
mod public_without_login;
mod retention_too_short;
mod secret_in_values;
mod secret_key_missing;
mod secret_made_twice;
mod secret_never_made;
mod staging_issuer;
mod tls_host_without_rule;
mod tls_secret_mismatch;
mod unencrypted_backup;
mod unknown_issuer;
mod unknown_secret;
mod unknown_secret_item;
mod unknown_secret_store;
mod untested_restore;

use super::Rule;
use crate::diag::Kind;

/// What `backup-missing` reports.
pub const BACKUP_MISSING: Kind = backup_missing::RULE.kind;
/// What `left-out-of-backups` reports.
pub const LEFT_OUT_OF_BACKUPS: Kind = left_out_of_backups::RULE.kind;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &all_paths_open::RULE,
    &anonymous_admin::RULE,
    &archive_not_object_store::RULE,
    &backup_beside_data::RULE,
    &backup_beside_machine::RULE,
    &backup_in_own_store::RULE,
    &backup_missing::RULE,
    &backup_without_retention::RULE,
    &backups_at_once::RULE,
    &bad_cron::RULE,
    &believes_everybody::RULE,
    &certificate_names::RULE,
    &gone_before_downsampling::RULE,
    &left_out_of_backups::RULE,
    &login_switched_off::RULE,
    &program_at_a_login::RULE,
    &public_administration::RULE,
    &public_without_login::RULE,
    &retention_too_short::RULE,
    &secret_in_values::RULE,
    &secret_key_missing::RULE,
    &secret_made_twice::RULE,
    &secret_never_made::RULE,
    &staging_issuer::RULE,
    &tls_host_without_rule::RULE,
    &tls_secret_mismatch::RULE,
    &unencrypted_backup::RULE,
    &unknown_issuer::RULE,
    &unknown_secret::RULE,
    &unknown_secret_item::RULE,
    &unknown_secret_store::RULE,
    &untested_restore::RULE,
];
