//! Tables of kinds: the fields, types and scope of Kubernetes' objects and of custom resources.
//!
//! A table is a compact text file under `schemas/kinds`, one for Kubernetes and one for each group of custom
//! resources, made by `scripts/kinds.py`, whose head describes the format. The heads of all tables are read at once, and
//! a shape only when an object of it is judged. A user adds tables in `dvgen/schemas/kinds`.
//!
//! [`KindTables::judge`] judges an object, [`KindTables::scope`] says whether a kind has a namespace, and
//! [`Fault::diagnostic`] says a fault in words.

mod format;
mod judge;
mod known;
pub mod named;
mod parse;
mod pods;
mod shape;
mod sound;
mod table;
mod words;

#[cfg(test)]
mod tests;

pub use judge::{Fault, Flaw};
pub use known::{built_in, built_in_scope, is_built_in};
pub use pods::{Pieces, PodFault};
pub use sound::Sound;
pub use table::{KindTables, Scope};

use crate::diag::Kind;

/// A field that an object of this kind does not have.
pub const UNKNOWN_OBJECT_FIELD: Kind = Kind::new("unknown-object-field", "DV0511");
/// A value of a type that the field does not take.
pub const OBJECT_TYPE: Kind = Kind::new("object-type", "DV0512");
/// A field that an object of this kind has to have.
pub const MISSING_OBJECT_FIELD: Kind = Kind::new("missing-object-field", "DV0513");
/// A word that is none of those that the field takes.
pub const OBJECT_VALUE: Kind = Kind::new("object-value", "DV0514");
/// A version of a kind that no server answers for.
pub const UNSERVED_VERSION: Kind = Kind::new("unserved-version", "DV0515");
/// A kind that does not exist, or that is not written as `Kind.group` where a spec lists kinds.
pub const UNKNOWN_KIND: Kind = Kind::new("unknown-kind", "DV0322");
/// A kind without a table: nothing is known of its fields.
pub const UNCHECKED_KIND: Kind = Kind::new("unchecked-kind", "DV0517");
/// A namespace on an object that is in none.
pub const NAMESPACE_OF_CLUSTER_KIND: Kind = Kind::new("namespace-of-cluster-kind", "DV0518");
/// Two items of a list that the server takes for one.
pub const DUPLICATE_ITEM: Kind = Kind::new("duplicate-item", "DV0519");
/// A table that cannot be read.
pub const BAD_KINDS: Kind = Kind::new("bad-kinds", "DV0520");
