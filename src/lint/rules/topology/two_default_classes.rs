//! The rule of [`TWO_DEFAULTS`].

use crate::lint::rule::{Check, rule};
use crate::model::TWO_DEFAULTS;

rule! {
    /// Two storage classes are the default.
    ///
    /// ## What it does
    ///
    /// Counts the storage classes with `default: true`.
    ///
    /// ## Why it matters
    ///
    /// A claim without a class gets the one that was made last, whichever that is.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage:
    ///   classes:
    ///     fast: { component: topolvm, volumeGroup: nvme, default: true }
    ///     slow: { component: topolvm, volumeGroup: sata, default: true }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   classes:
    ///     fast: { component: topolvm, volumeGroup: nvme, default: true }
    ///     slow: { component: topolvm, volumeGroup: sata }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Storage Classes", default.
    pub(super) static RULE = TWO_DEFAULTS, Topology, Error, fix: None, Check::Raised, fixed: true;
}
