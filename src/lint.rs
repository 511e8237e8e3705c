//! Rules over what was written and what was made, before a byte of it is on disk.
//!
//! [`rules`] has them, one file each. [`Running`] are those of one environment: some look at objects, values and maps one by
//! one while the documents of a component are there; the others read the whole platform as a [`Subject`]. [`policies()`] says
//! which levels hold, [`waiver`] what is allowed all the same.
//!
//! Some things are judged by the way: [`spec`] judges the free YAML of the spec (`values:`, `application:`, `settings:`),
//! [`manifests`] the files that it names; [`secret`] looks for secrets in all of it; [`values()`] judges the Helm values of
//! one component by the contract of its chart; [`object()`] judges an object by the table of its kind.

mod application;
mod configs;
pub mod facts;
mod free;
mod gotext;
mod hosts;
mod levels;
mod made;
mod objects;
mod offer;
mod pods;
mod policies;
mod promql;
mod rename;
mod rollout;
pub mod rule;
pub mod rules;
pub mod scheduling;
pub mod secret;
mod services;
mod subject;
mod tree;
mod values;
pub mod waiver;

pub use configs::{Configured, configs};
pub use facts::{ComponentFacts, Document, Object, Place};
pub use free::{manifests, spec};
pub use levels::{Choice, Levels};
pub use objects::object;
pub use offer::{include_schema, pack_schema, platform_schema, schema_text};
pub use pods::pods;
pub use policies::{InForce, Known, Packs, Parts, policies};
pub use rule::{Group, Rule};
pub use rules::Running;
pub use rules::values::broken_text;
pub use subject::Subject;
pub use tree::Tree;
pub use values::values;

use crate::diag::Kind;

/// Says what has a name already that a rule of the platform's own would have: levels, `--select` and waivers speak by it.
pub fn taken(name: &str) -> Option<&'static str> {
    let group = || Group::ALL.into_iter().any(|group| group.word() == name);
    match name {
        "all" => Some("all rules together"),
        _ if rules::find(name).is_some() => Some("a rule of dvgen"),
        _ if group() => Some("a group of rules"),
        _ => None,
    }
}

/// Something that looks like a secret value. It is a promise and no rule: no level changes it.
pub const SECRET_IN_VALUES: Kind = Kind::new("secret-in-values", "DV0701");
/// An integer that Helm would turn into a floating point number.
pub const LARGE_INTEGER: Kind = Kind::new("large-integer", "DV0702");
/// Helm values that are an object of Kubernetes.
pub const MANIFEST_AS_VALUES: Kind = Kind::new("manifest-as-values", "DV1507");
/// A Helm value that is nearly a field of pods.
pub const MISSPELT_POD_VALUE: Kind = Kind::new("misspelt-pod-value", "DV1571");
/// Helm values under the name of their own chart.
pub const VALUES_ROOT: Kind = Kind::new("values-root", "DV1508");
/// A field of an Application that dvgen derives is written by hand.
pub const DERIVED_FIELD: Kind = Kind::new("derived-field", "DV0704");
/// A rule or a pack that does not exist.
pub const UNKNOWN_RULE: Kind = Kind::new("unknown-rule", "DV0703");
/// A level for what has none.
pub const FIXED_LEVEL: Kind = Kind::new("fixed-level", "DV0705");
/// A part of the platform that a policy names and that does not exist.
pub const UNKNOWN_PART: Kind = Kind::new("unknown-policy-part", "DV0706");
/// A parameter that a rule does not have.
pub const UNKNOWN_PARAMETER: Kind = Kind::new("unknown-parameter", "DV0707");
/// A comment that speaks to dvgen and cannot be read.
pub const BAD_WAIVER: Kind = Kind::new("bad-waiver", "DV0708");
