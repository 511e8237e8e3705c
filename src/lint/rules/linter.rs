//! The linter itself.

mod expired_waiver;
mod unused_pack;
mod unused_waiver;
mod waiver_without_expiry;
mod waiver_without_reason;

pub(in crate::lint) use expired_waiver::RULE as EXPIRED_WAIVER;
pub(in crate::lint) use unused_pack::RULE as UNUSED_PACK;
pub(in crate::lint) use unused_waiver::RULE as UNUSED_WAIVER;
pub(in crate::lint) use waiver_without_expiry::RULE as WAIVER_WITHOUT_EXPIRY;
pub(in crate::lint) use waiver_without_reason::RULE as WAIVER_WITHOUT_REASON;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &expired_waiver::RULE,
    &unused_pack::RULE,
    &unused_waiver::RULE,
    &waiver_without_expiry::RULE,
    &waiver_without_reason::RULE,
];
