//! The rule of [`NOT_OPENED`].

use crate::lint::rule::{Check, rule};
use crate::model::NOT_OPENED;

rule! {
    /// A flow comes from a component that does not open it.
    ///
    /// ## What it does
    ///
    /// Compares the kind of each flow with the facts of the component in `from`.
    ///
    /// ## Why it matters
    ///
    /// Its configuration has no place for the address: the flow would be drawn and would not happen.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - logs: { from: mimir, to: loki }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - logs: { from: alloy, to: loki }
    /// ```
    ///
    /// ## Source
    ///
    /// Design of dvgen.
    pub(super) static RULE = NOT_OPENED, Wiring, Error, fix: None, Check::Raised, fixed: true;
}
