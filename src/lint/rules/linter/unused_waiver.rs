//! Waivers that hide nothing.

use crate::diag::Kind;
use crate::lint::rule::{Check, rule};

rule! {
    /// A waiver hides nothing.
    ///
    /// ## What it does
    ///
    /// Looks at waivers, in comments and in policy files, that no finding of the rule falls under in any environment. It
    /// is a warning of `build` and an error of `lint`.
    ///
    /// ## Why it matters
    ///
    /// What it was for is repaired, and it would hide the next finding that nobody has looked at.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// versions:
    ///   kubernetes: 1.32.0   # dvgen: allow[unseen-pin] no releases to follow until 2027-01-31
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions:
    ///   kubernetes: 1.32.0
    /// ```
    ///
    /// ## Source
    ///
    /// RUF100 of ruff, unused suppressions of oxlint and biome.
    pub(in crate::lint) static RULE = Kind::new("unused-waiver", "DV1801"), Linter, Warn, fix: Safe, Check::Raised;
}
