//! The rule of [`GATE_NOT_HELD`].

use crate::graph::GATE_NOT_HELD;
use crate::lint::rule::{Check, rule};

rule! {
    /// A manual step that nothing waits for.
    ///
    /// ## What it does
    ///
    /// Looks at gates which are not part of the health of their component.
    ///
    /// ## Why it matters
    ///
    /// Argo CD goes on without it: the step is only an entry of the runbook.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   cloudnative-pg: { version: 0.29.0, gate: { look: see that the operator runs } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   vault: { version: 0.34.1, gate: { unseal: vault operator unseal } }   # unhealthy while it is sealed
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Waves.
    pub(super) static RULE = GATE_NOT_HELD, Order, Warn, fix: None, Check::Raised;
}
