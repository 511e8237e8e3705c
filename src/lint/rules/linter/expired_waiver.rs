//! Waivers whose last day has passed.

use crate::diag::Kind;
use crate::lint::rule::{Check, rule};

rule! {
    /// A waiver is past its last day.
    ///
    /// ## What it does
    ///
    /// Compares `until` with today: `--today`, `SOURCE_DATE_EPOCH`, or the clock. It warns in `build`, where a deployment must
    /// not stop at midnight, and is an error in `lint`. The waiver still hides what it hid.
    ///
    /// ## Why it matters
    ///
    /// What it allows was to be repaired by then.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// version: 9.0.0   # dvgen: allow[untested-version] trying it until 2025-01-31
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// version: 6.2.0
    /// ```
    ///
    /// ## Source
    ///
    /// `exp:` of trivy's ignore files.
    pub(in crate::lint) static RULE = Kind::new("expired-waiver", "DV1802"), Linter, Warn, fix: None, Check::Raised;
}
