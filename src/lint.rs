//! Rules over what was written and what was made, before a byte of it is on disk.
//!
//! [`spec`] judges the free YAML of the spec (`values:`, `application:`, `settings:`), [`manifests`] the files that it
//! names; [`secret`] looks for secrets in all of it; [`values()`] judges the Helm values of one component by the contract
//! of its chart; [`object()`] judges an object by the table of its kind; `levels` applies what `policies` says about each
//! rule.

mod application;
mod free;
mod levels;
mod objects;
pub mod secret;
mod values;

pub use free::{manifests, spec};
pub use levels::{Levels, Pack, packs};
pub use objects::object;
pub use values::values;

use crate::diag::Kind;
use crate::emit::{NO_ORDER, OPEN_PROJECT, OVERWRITTEN, UNSEEN_PIN};
use crate::graph::GATE_NOT_HELD;
use crate::library::{contract, kinds};
use crate::model::{NO_EFFECT, NO_INGRESS, UNTESTED_VERSION};

/// Something that looks like a secret value. It is a promise and no rule: no level changes it.
pub const SECRET_IN_VALUES: Kind = Kind::new("secret-in-values", "DV0701");
/// An integer that Helm would turn into a floating point number.
pub const LARGE_INTEGER: Kind = Kind::new("large-integer", "DV0702");
/// A field of an Application that dvgen derives is written by hand.
pub const DERIVED_FIELD: Kind = Kind::new("derived-field", "DV0704");
/// A rule or a pack that does not exist.
pub const UNKNOWN_RULE: Kind = Kind::new("unknown-rule", "DV0703");
/// A level for what has none.
pub const FIXED_LEVEL: Kind = Kind::new("fixed-level", "DV0705");

/// The rules whose level a platform can set, sorted by name.
pub const RULES: &[Kind] = &[
    kinds::DUPLICATE_ITEM,
    GATE_NOT_HELD,
    contract::IGNORED_VALUE,
    LARGE_INTEGER,
    kinds::MISSING_OBJECT_FIELD,
    kinds::NAMESPACE_OF_CLUSTER_KIND,
    NO_EFFECT,
    NO_INGRESS,
    NO_ORDER,
    kinds::OBJECT_TYPE,
    kinds::OBJECT_VALUE,
    UNSEEN_PIN,
    contract::OLDER_CONTRACT,
    OPEN_PROJECT,
    OVERWRITTEN,
    contract::UNCHECKED_CHART,
    kinds::UNCHECKED_KIND,
    kinds::UNKNOWN_KIND,
    kinds::UNKNOWN_OBJECT_FIELD,
    contract::UNKNOWN_VALUE,
    kinds::UNSERVED_VERSION,
    UNTESTED_VERSION,
    contract::VALUE_OF_OTHER_VERSION,
    contract::VALUE_TYPE,
];
