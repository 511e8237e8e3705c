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
    /// versions:
    ///   widget: 1.2.3   # dvgen: allow[unseen-pin] until 2027-01-31
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions:
    ///   widget: 1.2.3   # dvgen: allow[unseen-pin] no releases to follow until 2027-01-31
    /// ```
    ///
    /// ## Source
    ///
    /// Suppressions of biome, which have to say why.
    pub(in crate::lint) static RULE = Kind::new("waiver-without-reason", "DV1803"), Linter, Error, fix: None, Check::Raised;
}
