//! The rule of [`UNKNOWN_VALUE`].

use crate::library::contract::UNKNOWN_VALUE;
use crate::lint::rule::{Check, rule};

rule! {
    /// A Helm value that its chart does not have.
    ///
    /// ## What it does
    ///
    /// Compares values with the contract of their chart at its version. Under a node that the contract only assumes, it
    /// warns.
    ///
    /// ## Why it matters
    ///
    /// Helm passes over keys that a chart does not read, without a word: the setting has no effect.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   replcas: 2
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values:
    ///   replicas: 2
    /// ```
    ///
    /// ## Source
    ///
    /// The contracts in `schemas/charts`.
    pub(super) static RULE = UNKNOWN_VALUE, Values, Error, fix: Unsafe, Check::Raised,
        softer: "where only the defaults of the chart tell, and its templates may read the key all the same";
}
