//! The rule of [`VALUE_OF_OTHER_VERSION`].

use crate::library::contract::VALUE_OF_OTHER_VERSION;
use crate::lint::rule::{Check, rule};

rule! {
    /// A Helm value of another version of its chart.
    ///
    /// ## What it does
    ///
    /// Compares values with the contracts of the other versions of the chart.
    ///
    /// ## Why it matters
    ///
    /// It had an effect once, or will have: at this version it has none.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   nginx: { replicas: 2 }   # mimir-distributed 6 has `gateway`
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values:
    ///   gateway: { replicas: 2 }
    /// ```
    ///
    /// ## Source
    ///
    /// The contracts in `schemas/charts`.
    pub(super) static RULE = VALUE_OF_OTHER_VERSION, Values, Error, fix: None, Check::Raised,
        softer: "where the key belongs to a version of the same major, or nobody looked at the very version";
}
