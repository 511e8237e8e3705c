//! The rule of [`LARGE_INTEGER`].

use crate::lint::LARGE_INTEGER;
use crate::lint::rule::{Check, rule};

rule! {
    /// An integer that Helm would round.
    ///
    /// ## What it does
    ///
    /// Looks for integers above 2^53 in free YAML.
    ///
    /// ## Why it matters
    ///
    /// Helm reads numbers as floating point, so the last digits would change.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   accountId: 12345678901234567
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values:
    ///   accountId: "12345678901234567"
    /// ```
    ///
    /// ## Source
    ///
    /// Encoding/json of Go, as Helm uses it.
    pub(super) static RULE = LARGE_INTEGER, Values, Error, fix: Unsafe, Check::Raised;
}
