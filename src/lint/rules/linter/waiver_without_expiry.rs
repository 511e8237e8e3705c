//! Waivers without an end.

use crate::diag::Kind;
use crate::lint::rule::{Check, rule};

rule! {
    /// A waiver never ends.
    ///
    /// ## What it does
    ///
    /// Looks for waivers without `until`.
    ///
    /// ## Why it matters
    ///
    /// What is allowed for ever is forgotten.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// versions:
    ///   widget: 1.2.3   # dvgen: allow[unseen-pin] no releases to follow
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
    /// Wishes of conftest's and kubeconform's users for waivers that end.
    pub(in crate::lint) static RULE = Kind::new("waiver-without-expiry", "DV1804"), Linter, Warn, fix: None, Check::Raised;
}
