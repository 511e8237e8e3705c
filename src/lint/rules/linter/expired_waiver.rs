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
    /// versions:
    ///   widget: 1.2.3   # dvgen: allow[unseen-pin] no releases to follow until 2026-11-26
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions:
    ///   widget: 1.2.3   # dvgen: allow[unseen-pin] no releases to follow until 2027-11-26
    /// ```
    ///
    /// ## Source
    ///
    /// `exp:` of trivy's ignore files.
    pub(in crate::lint) static RULE = Kind::new("expired-waiver", "DV1802"), Linter, Warn, fix: None, Check::Raised;
}
