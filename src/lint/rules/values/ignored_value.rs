//! The rule of [`IGNORED_VALUE`].

use crate::library::contract::IGNORED_VALUE;
use crate::lint::rule::{Check, rule};

rule! {
    /// A Helm value that its chart is known to ignore.
    ///
    /// ## What it does
    ///
    /// Compares values with the contract of their chart at its version.
    ///
    /// ## Why it matters
    ///
    /// The setting has no effect, although the chart mentions it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   persistence: { inMemory: true }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values:
    ///   persistence: { enabled: false }
    /// ```
    ///
    /// ## Source
    ///
    /// The contracts in `schemas/charts`.
    pub(super) static RULE = IGNORED_VALUE, Values, Error, fix: None, Check::Raised;
}
