//! The rule of [`VALUE_TYPE`].

use crate::library::contract::VALUE_TYPE;
use crate::lint::rule::{Check, rule};

rule! {
    /// A Helm value of a type that its chart does not take.
    ///
    /// ## What it does
    ///
    /// Compares values with the contract of their chart.
    ///
    /// ## Why it matters
    ///
    /// The templates of the chart fail on it, or write a manifest that is refused.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   replicas: "two"
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
    pub(super) static RULE = VALUE_TYPE, Values, Error, fix: None, Check::Raised,
        softer: "where the chart takes the value and understands it in another way";
}
