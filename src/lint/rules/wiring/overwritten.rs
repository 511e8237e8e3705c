//! The rule of [`OVERWRITTEN`].

use crate::emit::OVERWRITTEN;
use crate::lint::rule::{Check, rule};

rule! {
    /// A value that dvgen derived is replaced by one of `values:`.
    ///
    /// ## What it does
    ///
    /// Compares the merged Helm values with those that flows gave.
    ///
    /// ## Why it matters
    ///
    /// The flow in the spec and in the drawings is no longer what happens.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   prometheus:
    ///     prometheusSpec:
    ///       remoteWrite: []
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - { kind: remoteWrite, from: prometheus, to: mimir }
    /// ```
    ///
    /// ## Source
    ///
    /// Design of dvgen.
    pub(super) static RULE = OVERWRITTEN, Wiring, Warn, fix: None, Check::Raised;
}
