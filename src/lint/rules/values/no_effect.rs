//! The rule of [`NO_EFFECT`].

use crate::lint::rule::{Check, rule};
use crate::model::NO_EFFECT;

rule! {
    /// Something is written that nothing reads.
    ///
    /// ## What it does
    ///
    /// Compares what a component, flow, node or network says with the paths that expressions of its templates and facts
    /// read.
    ///
    /// ## Why it matters
    ///
    /// A person believes that it is set, and it is not.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   vault: { replicas: 3, settings: { colour: red } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   vault: { replicas: 3 }
    /// ```
    ///
    /// ## Source
    ///
    /// `values/<component>/component.yaml`.
    pub(super) static RULE = NO_EFFECT, Values, Warn, fix: Unsafe, Check::Raised;
}
