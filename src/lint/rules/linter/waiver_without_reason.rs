//! Waivers without a reason.

use crate::diag::Kind;
use crate::lint::rule::{Check, rule};

rule! {
    /// A waiver gives no reason.
    ///
    /// ## What it does
    ///
    /// Looks at the text between the rule and `until` of a comment, and at `reason` of a policy file.
    ///
    /// ## Why it matters
    ///
    /// Whoever reads it next cannot tell whether it still holds.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// version: 9.0.0   # dvgen: allow[untested-version] until 2027-01-31
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// version: 9.0.0   # dvgen: allow[untested-version] tried on staging until 2027-01-31
    /// ```
    ///
    /// ## Source
    ///
    /// Suppressions of biome, which have to say why.
    pub(in crate::lint) static RULE = Kind::new("waiver-without-reason", "DV1803"), Linter, Error, fix: None, Check::Raised;
}
