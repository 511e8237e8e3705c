//! Waivers whose last day has passed.

use crate::diag::Kind;
use crate::lint::rule::{Check, rule};

rule! {
    /// A waiver is past its last day.
    ///
    /// ## What it does
    ///
    /// Compares `until` with today: `--today`, `SOURCE_DATE_EPOCH`, or the clock. Past that day the waiver hides nothing: what
    /// it hid is reported again, with the day; in `lint` as an error, whatever its level. A waiver that hid nothing is reported
    /// itself, as a warning of `build` and an error of `lint`.
    ///
    /// ## Why it matters
    ///
    /// What it allowed was to be repaired by then.
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
