//! Chart contracts: which values a version of a Helm chart accepts.
//!
//! Most charts ignore a key that they do not know, in silence, so this is the only guard that a user has. A contract is
//! a tree of keys; each map in it is *closed* (its keys are all there are), *open* (it is passed through) or *assumed*
//! (its keys are those of the chart's defaults, and the chart may know more). Contracts are compact text files under
//! `schemas/charts`, made by `scripts/contracts.py`, whose head describes the format; they are compiled in, and one is
//! parsed when a chart in use asks for it.
//!
//! [`Contracts::select`] finds the contract of a chart, [`Selection::check`] judges values by it, and
//! [`Finding::diagnostic`] says the finding in words.

mod builtin;
mod check;
mod kinds;
mod make;
mod parse;
mod select;
mod sound;
mod tree;
mod words;

#[cfg(test)]
mod tests;

pub use check::{Finding, Problem, Reason, Siblings, check};
pub use make::{BAD_CHART, ChartFiles, Made, make};
pub use select::{Contracts, Selection};
pub use sound::Sound;
pub use tree::{BadContract, Contract, Mark};

use crate::diag::Kind;

/// A key that the chart does not know.
pub const UNKNOWN_VALUE: Kind = Kind::new("unknown-value", "DV0501");
/// A value of a type that the chart does not take.
pub const VALUE_TYPE: Kind = Kind::new("value-type", "DV0502");
/// A key that the chart is known to ignore.
pub const IGNORED_VALUE: Kind = Kind::new("ignored-value", "DV0503");
/// A key that another version of the chart knows.
pub const VALUE_OF_OTHER_VERSION: Kind = Kind::new("value-of-other-version", "DV0504");
/// A chart without a contract: nothing is known of its values.
pub const UNCHECKED_CHART: Kind = Kind::new("unchecked-chart", "DV0505");
/// A chart newer than its contracts: the nearest lower one is used.
pub const OLDER_CONTRACT: Kind = Kind::new("older-contract", "DV0506");
/// A contract file that cannot be read.
pub const BAD_CONTRACT: Kind = Kind::new("bad-contract", "DV0507");

/// A contract that is compiled in.
struct Embedded {
    /// The chart.
    name: &'static str,
    /// The version of the chart, as its contract spells it.
    version: &'static str,
    /// The contract.
    text: &'static str,
}
